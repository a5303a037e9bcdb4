package dev.samdan.github;

import dev.samdan.base.Json;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What of a webhook's payload concerns Samdan (GitHub's page "Webhook events and payloads"); small,
 * so that it is kept instead of the payload.
 *
 * @param by the login of who caused it
 * @param pull of a pull request, how it stands
 */
record Event(Work work, @Nullable String by, @Nullable Pull pull) {
  /** What is to be done. */
  enum Work {
    /** Branches or tags moved. */
    FETCH,
    /** A pull request is open, and something of it changed. */
    PULL,
    /** A pull request is over. */
    PULL_CLOSED,
    /** Nothing. */
    NONE
  }

  static final Event NOTHING = new Event(Work.NONE, null, null);

  private static final Set<String> MOVING = Set.of("push", "create", "delete");
  private static final Set<String> PULLS = Set.of("pull_request", "pull_request_target");

  /** Of an event's name and payload; all that is not known is nothing to do. */
  static Event of(String name, JsonNode payload) {
    String by = text(payload.path("sender").path("login"));
    if (MOVING.contains(name)) {
      return new Event(Work.FETCH, by, null);
    }
    JsonNode pull = payload.path("pull_request");
    Pull read = PULLS.contains(name) ? pull(pull) : null;
    if (read == null) {
      return new Event(Work.NONE, by, null);
    }
    boolean open = "open".equals(text(pull.path("state")));
    return new Event(open ? Work.PULL : Work.PULL_CLOSED, by, read);
  }

  /** As webhooks and the API's list show it; null where something is missing. */
  static @Nullable Pull pull(JsonNode pull) {
    JsonNode head = pull.path("head");
    JsonNode base = pull.path("base");
    String branch = text(head.path("ref"));
    String commit = text(head.path("sha"));
    String target = text(base.path("ref"));
    if (branch == null || commit == null || !commit.matches("[0-9a-f]{40}") || target == null) {
      return null;
    }
    String from = text(head.path("repo").path("full_name"));
    String into = text(base.path("repo").path("full_name"));
    String title = text(pull.path("title"));
    String author = text(pull.path("user").path("login"));
    return new Pull(
        pull.path("number").asInt(0),
        branch,
        commit,
        target,
        from == null || !from.equals(into),
        title == null ? "" : title,
        author == null ? "" : author);
  }

  private static @Nullable String text(JsonNode node) {
    return node.isString() ? node.stringValue() : null;
  }

  String json() {
    return Json.write(this);
  }

  static Event parse(String json) {
    return Json.read(json, Event.class);
  }
}
