package dev.samdan.cli;

import java.util.HashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan logs}: what the tasks of an environment write. */
@Command(name = "logs", description = "The logs of an environment's tasks.")
public final class LogsCommand extends Verb implements Runnable {
  @Parameters(paramLabel = "APP", index = "0")
  String application = "";

  @Parameters(paramLabel = "ENV", index = "1")
  String environment = "";

  @Option(names = "-f", description = "Follow; Ctrl-C ends it.")
  boolean follow;

  @Override
  public void run() {
    Map<String, Long> offsets = new HashMap<>();
    String path =
        "/applications/" + encode(application) + "/environments/" + encode(environment) + "/logs";
    try {
      do {
        StringBuilder query = new StringBuilder();
        offsets.forEach((task, offset) ->
            query
                .append(query.isEmpty() ? "?" : "&")
                .append(encode(task))
                .append('=')
                .append(offset));
        JsonNode answer = api().get(path + query);
        if (wantsJson()) {
          print(answer);
        }
        for (JsonNode task : answer.path("tasks")) {
          offsets.put(text(task, "id"), task.path("nextOffset").asLong(0));
          if (!wantsJson()) {
            text(task, "text")
                .lines()
                .forEach(line -> System.out.println(text(task, "id") + "  " + line));
          }
        }
        Thread.sleep(follow ? 500 : 0);
      } while (follow);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
