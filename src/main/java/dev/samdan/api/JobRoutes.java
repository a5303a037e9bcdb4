package dev.samdan.api;

import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.post;
import static dev.samdan.identity.Right.DEPLOY;
import static dev.samdan.identity.Right.READ;

import dev.samdan.base.PlatformException;
import dev.samdan.jobs.Job;
import dev.samdan.jobs.TaskRun;
import dev.samdan.runtime.LogPage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Commands in a deployed image: those that people run, and jobs at their times. */
final class JobRoutes {
  /** A job as it is listed. */
  private record JobView(
      String application,
      String environment,
      String name,
      String schedule,
      String timeZone,
      List<String> command,
      long timeoutSeconds,
      @Nullable Instant next,
      @Nullable TaskRun last) {
    static JobView of(Job job) {
      return new JobView(
          job.application(),
          job.environment(),
          job.declaration().name(),
          job.declaration().schedule().expression(),
          job.declaration().schedule().zone(),
          job.declaration().command(),
          job.declaration().timeout().toSeconds(),
          job.next(),
          job.last());
    }
  }

  private static final int LINES = 2_000;
  private final ApiRooms rooms;

  JobRoutes(ApiRooms rooms) {
    this.rooms = rooms;
  }

  List<Route> routes() {
    return List.of(
        get(
            "/jobs",
            READ,
            "Jobs of what serves, with their next and last run",
            this::jobs,
            "application"),
        post(
            "/applications/{application}/environments/{environment}/jobs/{job}/run",
            DEPLOY,
            "Run a job now, beside its times",
            r ->
                rooms
                    .jobs()
                    .runJob(
                        r.path("application"),
                        r.path("environment"),
                        r.path("job"),
                        r.principal().user())),
        post(
            "/applications/{application}/environments/{environment}/task-runs",
            DEPLOY,
            "Run a command once in the deployed image",
            r ->
                rooms
                    .jobs()
                    .runTask(
                        r.path("application"),
                        r.path("environment"),
                        command(r),
                        r.principal().user()),
            "command"),
        get(
            "/task-runs",
            READ,
            "Runs of jobs and commands, newest first",
            this::runs,
            "application",
            "environment",
            "job",
            "limit"),
        get("/task-runs/{run}", READ, "One run", this::run),
        get("/task-runs/{run}/log", READ, "What a run wrote", this::log, "offset"),
        post(
            "/task-runs/{run}/stop",
            DEPLOY,
            "End a run",
            r -> rooms.jobs().stop(r.path("run"), r.principal().user())));
  }

  private Object jobs(Route.Request request) {
    String application = Optional.ofNullable(request.query("application")).orElse("");
    return Map.of(
        "jobs",
        rooms.jobs().list(application).stream()
            .filter(j -> request.sees(j.application()))
            .map(JobView::of)
            .toList());
  }

  private Object runs(Route.Request request) {
    String asked = request.query("application");
    List<String> visible = rooms.subjects().visible(request.access());
    if (asked != null) {
      visible = request.sees(asked) ? List.of(asked) : List.of();
    }
    return Map.of(
        "runs",
        rooms
            .jobs()
            .runs(
                visible,
                Optional.ofNullable(request.query("environment")).orElse(""),
                Optional.ofNullable(request.query("job")).orElse(""),
                request.limit(50, 200)));
  }

  private Object run(Route.Request request) {
    String id = request.path("run");
    return rooms
        .jobs()
        .run(id)
        .orElseThrow(() ->
            PlatformException.notFound("there is no run " + id + ": 'samdan job runs' shows them"));
  }

  private Object log(Route.Request request) {
    String id = request.path("run");
    LogPage page = rooms.jobs().log(id, request.offset("offset"), LINES);
    return Map.of(
        "id", id, "text", String.join("\n", page.lines()), "nextOffset", page.nextOffset());
  }

  /** The command's words; a text is a line for the shell. */
  private static List<String> command(Route.Request request) {
    JsonNode command = request.body().path("command");
    if (command.isString()) {
      return List.of("sh", "-c", command.asString());
    }
    List<String> words = new ArrayList<>();
    if (command.isArray()) {
      for (JsonNode word : command) {
        words.add(word.asString(""));
      }
    }
    if (words.isEmpty()) {
      throw PlatformException.invalid(
          "'command' is missing in the body: a list of words, or a line for the shell");
    }
    return words;
  }
}
