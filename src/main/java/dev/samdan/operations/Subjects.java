package dev.samdan.operations;

import dev.samdan.application.Application;
import dev.samdan.application.Applications;
import dev.samdan.application.Environment;
import dev.samdan.base.PlatformException;
import dev.samdan.deploy.Deployments;
import dev.samdan.identity.Access;
import dev.samdan.identity.Right;
import dev.samdan.identity.Role;
import dev.samdan.pipeline.PipelineView;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.rooms.Rooms;
import dev.samdan.runtime.Tasks;
import dev.samdan.source.Strategy;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds whose a thing is by its name, and asks whether a person may do something with it. */
public final class Subjects {
  private final Applications applications;
  private final Pipelines pipelines;
  private final Deployments deployments;
  private final Tasks tasks;
  private final Rooms rooms;

  public Subjects(
      Applications applications,
      Pipelines pipelines,
      Deployments deployments,
      Tasks tasks,
      Rooms rooms) {
    this.applications = applications;
    this.pipelines = pipelines;
    this.deployments = deployments;
    this.tasks = tasks;
    this.rooms = rooms;
  }

  /** NOT_FOUND where there is no such application. */
  public Subject application(String name) {
    return Subject.of(applications.show(name).name());
  }

  /** An environment; one that is not there (yet) counts by its application. */
  public Subject environment(String application, @Nullable String environment) {
    Subject whole = application(application);
    return environment == null
        ? whole
        : applications
            .environment(application, environment)
            .map(found -> new Subject(List.of(place(found))))
            .orElse(whole);
  }

  public Subject pipeline(String name) {
    PipelineView pipeline = pipelines.show(name);
    return environment(pipeline.application(), pipeline.environment());
  }

  /** By an execution's id or number. */
  public Subject execution(String id) {
    return pipeline(pipelines.execution(id).pipeline());
  }

  /** By the token of an approval that waits. */
  public Subject approval(String token) {
    return pipelines.waitingApprovals(null).stream()
        .filter(waiting -> waiting.token().toString().equals(token))
        .findFirst()
        .map(waiting -> pipeline(waiting.pipeline()))
        .orElseThrow(
            () -> PlatformException.conflict("this approval was answered, or waits no more"));
  }

  public Subject deployment(String id) {
    return deployments
        .show(id)
        .map(found -> environment(found.application(), found.environment()))
        .orElseThrow(() ->
            PlatformException.notFound(
                "there is no deployment " + id + ": 'samdan deployment list' shows them"));
  }

  /**
   * By {@code <app>-<env>-<tier>}: a deployment group, or the family of its task definitions. Names
   * have dashes too, so that {@code shop-kr-prod-api} begins as one of {@code kr} would; the
   * longest that fits is meant.
   */
  public Subject group(String name) {
    return applications.list().stream()
        .flatMap(application -> applications.environments(application.name()).stream())
        .filter(e -> name.startsWith(slug(e) + "-"))
        .max(Comparator.comparingInt(e -> slug(e).length()))
        .map(found -> new Subject(List.of(place(found))))
        .orElse(Subject.HOUSE);
  }

  public Subject task(String id) {
    return tasks
        .task(id)
        .flatMap(task -> tasks.taskSet(task.taskSet()))
        .map(set -> environment(set.application(), set.environment()))
        .orElse(Subject.HOUSE);
  }

  /**
   * The environments that a room speaks for; before there is one, the application of its name,
   * whose messages come there.
   */
  public Subject room(String name) {
    List<Environment> spoken = applications.environmentsIn(name);
    return spoken.isEmpty()
        ? applications.find(name).map(found -> Subject.of(found.name())).orElse(Subject.HOUSE)
        : new Subject(spoken.stream().map(Subjects::place).toList());
  }

  /** The applications that a repository is of. */
  public Subject repository(String name) {
    return new Subject(
        Strategy.owners(applications, name).stream()
            .map(owner -> new Subject.Place(owner, null, false))
            .toList());
  }

  public Subject webhook(long id) {
    return rooms.webhooks().stream()
        .filter(hook -> hook.id() == id)
        .findFirst()
        .map(hook -> room(hook.room()))
        .orElse(Subject.HOUSE);
  }

  /** An image repository is its first word's: {@code sample/api} is sample's. */
  public Subject images(@Nullable String repository) {
    return repository == null
        ? Subject.HOUSE
        : applications
            .find(repository.split("/", 2)[0])
            .map(found -> Subject.of(found.name()))
            .orElse(Subject.HOUSE);
  }

  /** The applications that someone may look at; null for all, and for those that are gone. */
  public @Nullable List<String> visible(Access access) {
    return access.may(Right.READ, null)
        ? null
        : applications.list().stream()
            .map(Application::name)
            .filter(name -> access.may(Right.READ, name))
            .toList();
  }

  /** FORBIDDEN, with what is missing and who can change that, unless the person may. */
  public void require(Access access, Right right, Subject subject) {
    if (subject.places().isEmpty() || right == Right.OWN) {
      access.require(right, null);
    } else if (right == Right.READ) {
      // Who may look at one of what shares a room may look at the room.
      if (!may(access, right, subject)) {
        access.require(right, subject.places().getFirst().application());
      }
    } else {
      for (Subject.Place place : subject.places()) {
        access.require(right, place.application(), least(right, place));
      }
    }
  }

  /** Whether {@link #require} would pass. */
  public boolean may(Access access, Right right, Subject subject) {
    if (subject.places().isEmpty() || right == Right.OWN) {
      return access.may(right, null);
    }
    return right == Right.READ
        ? subject.places().stream().anyMatch(p -> access.may(right, p.application()))
        : subject.places().stream()
            .allMatch(p -> access.may(right, p.application(), least(right, p)));
  }

  /** Deciding on production takes the role that production declares. */
  private Role least(Right right, Subject.Place place) {
    if (right != Right.DEPLOY && right != Right.APPROVE) {
      return right.leastRole();
    }
    return place.production()
        ? Strategy.of(applications, place.application()).protection().approve()
        : Role.DEVELOPER;
  }

  private static String slug(Environment environment) {
    return environment.application() + "-" + environment.name();
  }

  private static Subject.Place place(Environment environment) {
    return new Subject.Place(
        environment.application(), environment.name(), environment.production());
  }
}
