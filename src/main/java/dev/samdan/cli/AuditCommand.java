package dev.samdan.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code samdan audit}: what was decided by whom. */
@Command(name = "audit", description = "What was decided: who, what, when, from where.")
public final class AuditCommand extends Verb implements Runnable {
  @Option(names = "--app", paramLabel = "APP", description = "Of this application.")
  @Nullable String application;

  @Option(names = "--user", paramLabel = "NAME", description = "By this person.")
  @Nullable String user;

  @Option(names = "--action", paramLabel = "TEXT", description = "Whose action holds this text.")
  @Nullable String action;

  @Option(
      names = "--outcome",
      paramLabel = "OUTCOME",
      description = "That ended so: done, refused or failed.")
  @Nullable String outcome;

  @Option(
      names = "--until",
      paramLabel = "TIME",
      description = "Before a time or an age, as --since.")
  @Nullable String until;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description = "Since an age such as 7d or 12h, or a time such as 2026-11-24T10:00:00Z.")
  @Nullable String since;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many, 1 to 500 (default: ${DEFAULT-VALUE}).")
  int limit;

  @Option(
      names = "--cursor",
      paramLabel = "C",
      description = "Older than a page before, from --json.")
  @Nullable String cursor;

  @Option(
      names = "--export",
      paramLabel = "FORMAT",
      description = "Writes all of them to stdout: jsonl or csv.")
  @Nullable String export;

  @Override
  public void run() {
    Map<String, @Nullable String> query = new LinkedHashMap<>();
    query.put("application", application);
    query.put("user", user);
    query.put("action", action);
    query.put("outcome", outcome);
    query.put("since", since);
    query.put("until", until);
    if (export != null) {
      query.put("format", export);
      api().download("/audit/export" + written(query), System.out);
      return;
    }
    query.put("cursor", cursor);
    query.put("limit", String.valueOf(limit));
    JsonNode page = api().get("/audit" + written(query));
    if (wantsJson()) {
      print(page);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode entry : page.path("entries")) {
      String detail = text(entry, "detail");
      rows.add(
          List.of(
              text(entry, "at"),
              text(entry, "who"),
              text(entry, "door") + " " + text(entry, "address"),
              text(entry, "outcome"),
              text(entry, "action"),
              text(entry, "subject") + (detail.isEmpty() ? "" : " (" + detail + ")")));
    }
    table(List.of("AT", "WHO", "FROM", "OUTCOME", "WHAT", "ON"), rows);
  }

  private static String written(Map<String, @Nullable String> query) {
    List<String> pairs = new ArrayList<>();
    query.forEach((name, value) -> {
      if (value != null) {
        pairs.add(name + "=" + encode(value));
      }
    });
    return pairs.isEmpty() ? "" : "?" + String.join("&", pairs);
  }

  @Command(description = "Shows how long the log is kept, or sets it.")
  void retention(
      @Option(names = "--days", paramLabel = "N", description = "30 to 3650.")
          @Nullable Integer days,
      @Option(names = "--entries", paramLabel = "N", description = "10000 to 100000000.")
          @Nullable Integer entries) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("days", days);
    body.put("entries", entries);
    JsonNode answer =
        days == null && entries == null
            ? api().get("/audit/retention")
            : api().put("/audit/retention", body);
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(
          "The audit log is kept for "
              + text(answer, "days")
              + " days, at most "
              + text(answer, "entries")
              + " entries.");
    }
  }
}
