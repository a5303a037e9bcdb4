package dev.samdan.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan job}: what samdan.yml declares under {@code jobs}. */
@Command(name = "job", description = "Jobs: list, run, runs, logs, stop.")
public final class JobCommand extends Verb {
  @Command(description = "Lists the jobs of what serves, with their next and last run.")
  void list(
      @Option(names = "--app", description = "Of this application.") @Nullable String application) {
    JsonNode answer =
        api().get("/jobs" + (application == null ? "" : "?application=" + encode(application)));
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode job : answer.path("jobs")) {
      rows.add(
          List.of(
              text(job, "application"),
              text(job, "environment"),
              text(job, "name"),
              text(job, "schedule") + " " + text(job, "timeZone"),
              text(job, "next"),
              text(job.path("last"), "status")));
    }
    table(List.of("APPLICATION", "ENVIRONMENT", "JOB", "SCHEDULE", "NEXT", "LAST"), rows);
  }

  @Command(description = "Runs a job now and follows it; ends with its status.")
  int run(
      @Parameters(paramLabel = "APP") String application,
      @Parameters(paramLabel = "ENV") String environment,
      @Parameters(paramLabel = "JOB") String job,
      @Option(names = "--detach", description = "Do not wait for its end.") boolean detach) {
    JsonNode run =
        api()
            .post(
                "/applications/"
                    + encode(application)
                    + "/environments/"
                    + encode(environment)
                    + "/jobs/"
                    + encode(job)
                    + "/run",
                Map.of());
    if (detach) {
      if (wantsJson()) {
        print(run);
      } else {
        System.out.println(text(run, "id"));
      }
      return 0;
    }
    return new RunFollower(api(), wantsJson(), this::print).follow(text(run, "id"));
  }

  @Command(description = "Lists runs of jobs and commands, newest first.")
  void runs(
      @Parameters(paramLabel = "APP", arity = "0..1") @Nullable String application,
      @Parameters(paramLabel = "ENV", arity = "0..1") @Nullable String environment,
      @Option(names = "--job", description = "Of this job.") @Nullable String job) {
    JsonNode answer =
        api()
            .get(
                "/task-runs?application="
                    + encode(application == null ? "" : application)
                    + "&environment="
                    + encode(environment == null ? "" : environment)
                    + "&job="
                    + encode(job == null ? "" : job));
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode run : answer.path("runs")) {
      rows.add(
          List.of(
              text(run, "id"),
              text(run, "application") + "-" + text(run, "environment"),
              text(run, "job"),
              text(run, "status"),
              text(run, "exitCode"),
              text(run, "startedAt"),
              text(run, "by")));
    }
    table(List.of("RUN", "WHERE", "JOB", "STATUS", "EXIT", "STARTED", "BY"), rows);
  }

  @Command(description = "Prints what a run wrote.")
  void logs(@Parameters(paramLabel = "RUN") String run) {
    JsonNode answer = api().get("/task-runs/" + encode(run) + "/log");
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(text(answer, "text"));
    }
  }

  @Command(description = "Ends a run.")
  void stop(@Parameters(paramLabel = "RUN") String run) {
    JsonNode answer = api().post("/task-runs/" + encode(run) + "/stop", Map.of());
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(run + " is being stopped");
    }
  }
}
