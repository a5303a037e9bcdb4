package dev.samdan.cli;

import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** Follows a run to its end: its log as it comes, then its status as the command's own. */
final class RunFollower {
  private static final int LOOK_MILLIS = 200;
  private static final int FAILED = 1;
  private static final int INTERRUPTED = 130;

  private final ApiClient api;
  private final boolean json;
  private final Consumer<JsonNode> print;

  RunFollower(ApiClient api, boolean json, Consumer<JsonNode> print) {
    this.api = api;
    this.json = json;
    this.print = print;
  }

  /** The command's exit status; 1 where it has none. */
  int follow(String id) {
    long offset = 0;
    try {
      while (true) {
        JsonNode run = api.get("/task-runs/" + Verb.encode(id));
        boolean ended = !Verb.text(run, "status").equals("RUNNING");
        offset = printed(id, offset);
        if (ended) {
          return end(run);
        }
        Thread.sleep(LOOK_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return INTERRUPTED;
    }
  }

  private long printed(String id, long offset) {
    long at = offset;
    while (!json) {
      JsonNode page = api.get("/task-runs/" + Verb.encode(id) + "/log?offset=" + at);
      long next = page.path("nextOffset").asLong(at);
      if (next == at) {
        break;
      }
      System.out.println(Verb.text(page, "text"));
      at = next;
    }
    return at;
  }

  private int end(JsonNode run) {
    if (json) {
      print.accept(run);
    }
    String status = Verb.text(run, "status");
    int code = run.path("exitCode").asInt(FAILED);
    if (status.equals("SUCCEEDED")) {
      return 0;
    }
    if (!status.equals("FAILED") || run.path("exitCode").isMissingNode()) {
      System.err.println(
          "samdan: " + status.toLowerCase(java.util.Locale.ROOT) + ": " + Verb.text(run, "detail"));
    }
    return code == 0 ? FAILED : code;
  }
}
