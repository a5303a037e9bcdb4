package dev.samdan.github;

import dev.samdan.github.GitHubApi.Answer;
import dev.samdan.github.GitHubApi.Request;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Sends one report: as a check run where Samdan acts as a GitHub App, which alone may make them,
 * and as a commit status else.
 */
final class Sending {
  private static final int LONGEST_DESCRIPTION = 140;
  private static final int LONGEST_SUMMARY = 60_000;

  private final GitHubApi api;

  Sending(GitHubApi api) {
    this.api = api;
  }

  /**
   * @param checkRun of what was sent; 0 where it is a status, or was not sent
   */
  record Sent(Answer answer, long checkRun) {}

  Sent send(GitHubRepository to, String token, ReportRows.Due due) {
    return to.appId() == null ? status(to, token, due.report()) : check(to, token, due);
  }

  private Sent status(GitHubRepository to, String token, CommitReport report) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("state", report.state().text());
    body.put("context", report.context());
    body.put("description", cut(report.title(), LONGEST_DESCRIPTION));
    body.put("target_url", report.url());
    String path = "/repos/" + to.fullName() + "/statuses/" + report.commit();
    return new Sent(api.send(to.api(), Request.post(path, body, token)), 0);
  }

  private Sent check(GitHubRepository to, String token, ReportRows.Due due) {
    String path = "/repos/" + to.fullName() + "/check-runs";
    CommitReport report = due.report();
    long known = due.checkRun();
    if (known == 0 && due.attempts() > 0) {
      // The answer to an attempt before may have been lost: it is not made twice.
      Answer found =
          api.send(
              to.api(),
              Request.get(
                  "/repos/"
                      + to.fullName()
                      + "/commits/"
                      + report.commit()
                      + "/check-runs?per_page=100",
                  token));
      if (!(found instanceof Answer.Done(JsonNode body, var _))) {
        return new Sent(found, 0);
      }
      known = byExternalId(body, report.externalId());
    }
    Answer answer =
        known == 0
            ? api.send(to.api(), Request.post(path, run(report), token))
            : api.send(to.api(), Request.patch(path + "/" + known, run(report), token));
    return new Sent(
        answer,
        answer instanceof Answer.Done(JsonNode body, var _)
            ? body.path("id").asLong(known)
            : known);
  }

  private static long byExternalId(JsonNode answer, String externalId) {
    for (JsonNode run : answer.path("check_runs")) {
      if (run.path("external_id").asString("").equals(externalId)) {
        return run.path("id").asLong(0);
      }
    }
    return 0;
  }

  private static Map<String, Object> run(CommitReport report) {
    Map<String, Object> run = new LinkedHashMap<>();
    run.put("name", report.context());
    run.put("head_sha", report.commit());
    run.put("external_id", report.externalId());
    run.put("details_url", report.url());
    String conclusion =
        switch (report.state()) {
          case PENDING -> null;
          case SUCCESS -> "success";
          case FAILURE -> "failure";
          case ERROR -> "cancelled";
        };
    run.put("status", conclusion == null ? "in_progress" : "completed");
    if (conclusion != null) {
      run.put("conclusion", conclusion);
    }
    String summary = report.summary().isEmpty() ? report.title() : report.summary();
    run.put(
        "output",
        Map.of("title", cut(report.title(), 255), "summary", cut(summary, LONGEST_SUMMARY)));
    return run;
  }

  private static String cut(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most - 1) + "…";
  }
}
