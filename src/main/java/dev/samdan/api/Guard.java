package dev.samdan.api;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.Right;
import dev.samdan.jobs.Jobs;
import dev.samdan.operations.Subject;
import dev.samdan.operations.Subjects;
import java.util.Optional;

/** Lets a request through to its operation, or refuses it with what is missing. */
final class Guard {
  private final Subjects subjects;
  private final Jobs jobs;

  Guard(ApiRooms rooms) {
    this.subjects = rooms.subjects();
    this.jobs = rooms.jobs();
  }

  /** FORBIDDEN unless the caller may do the operation to what it is about. */
  void require(Route route, Route.Request request, Optional<Subject> about) {
    request.access().requireMoreThanRegistry();
    if (about.isPresent() || route.needs() != Right.READ) {
      subjects.require(request.access(), route.needs(), about.orElse(Subject.HOUSE));
    }
  }

  /** What it is about, by what finds that, else by the names in the path; empty for lists. */
  Optional<Subject> subject(Route route, Route.Request request) {
    if (route.about() != null) {
      return Optional.of(route.about().of(request));
    }
    String path = route.path();
    if (path.contains("{application}")) {
      String application = request.path("application");
      return Optional.of(
          path.contains("{environment}")
              ? subjects.environment(application, request.path("environment"))
              : subjects.application(application));
    }
    if (path.contains("{pipeline}")) {
      return Optional.of(subjects.pipeline(request.path("pipeline")));
    }
    if (path.contains("{deployment}")) {
      return Optional.of(subjects.deployment(request.path("deployment")));
    }
    if (path.contains("{execution}")) {
      return Optional.of(subjects.execution(request.path("execution")));
    }
    if (path.contains("{group}")) {
      return Optional.of(subjects.group(request.path("group")));
    }
    if (path.contains("{task}")) {
      return Optional.of(subjects.task(request.path("task")));
    }
    if (path.contains("{room}")) {
      return Optional.of(subjects.room(request.path("room")));
    }
    if (path.contains("{run}")) {
      return Optional.of(run(request.path("run")));
    }
    return Optional.empty();
  }

  private Subject run(String id) {
    return jobs.run(id)
        .map(run -> subjects.environment(run.application(), run.environment()))
        .orElseThrow(() ->
            PlatformException.notFound("there is no run " + id + ": 'samdan job runs' shows them"));
  }
}
