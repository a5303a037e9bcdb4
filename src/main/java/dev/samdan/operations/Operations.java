package dev.samdan.operations;

import dev.samdan.application.Application;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Applications;
import dev.samdan.application.Environment;
import dev.samdan.base.PlatformException;
import dev.samdan.build.Builds;
import dev.samdan.database.TierDatabases;
import dev.samdan.deploy.Deployments;
import dev.samdan.deploy.Live;
import dev.samdan.image.Images;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pullrequest.PullRequests;
import dev.samdan.source.Deliveries;
import dev.samdan.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What api and console both need across rooms: create and delete an application, and what is live.
 */
public final class Operations {
  /** The rooms that an application lives in. */
  public record Rooms(
      Applications applications,
      Pipelines pipelines,
      Source source,
      Deliveries deliveries,
      Deployments deployments,
      Builds builds,
      Images images,
      PullRequests pullRequests,
      TierDatabases databases) {}

  /** The house's own processes as they are now. */
  public record House(
      Status.@Nullable Address control,
      Status.@Nullable Address edge,
      Status.@Nullable Pid database) {}

  private final Rooms rooms;
  private final Supplier<House> house;

  public Operations(Rooms rooms, Supplier<House> house) {
    this.rooms = rooms;
    this.house = house;
  }

  /**
   * Creates an application and its repository; {@code from} is a folder's repository or any git URL
   * to import, whose branches are then delivered as if they had been pushed. CONFLICT where the
   * name is an application's, or that of a repository, such as another application's tier's.
   */
  public Application create(String name, @Nullable String title, @Nullable String from) {
    if (rooms.applications().find(name).isEmpty() && rooms.source().exists(name)) {
      throw PlatformException.conflict(
          "there is a repository '"
              + name
              + "' already, which is not this application's; name the application otherwise");
    }
    Application application = rooms.applications().create(name, title);
    try {
      rooms.source().createRepository(application.repository());
      if (from != null) {
        rooms.source().importFrom(application.repository(), from);
      }
    } catch (RuntimeException e) {
      // Half an application would refuse the next try for its name.
      rooms.source().delete(application.repository());
      rooms.applications().delete(name);
      throw e;
    }
    if (from != null) {
      rooms.deliveries().catchUp(application.repository());
    }
    return application;
  }

  /**
   * Deletes an application with its pipelines, tasks, sites, databases, volumes, repository and
   * what its builds kept.
   */
  public void delete(String name) {
    Application application = rooms.applications().show(name);
    for (var pipeline : rooms.pipelines().list(name)) {
      stop(pipeline.name());
      rooms.pipelines().delete(pipeline.name());
    }
    for (Environment environment : rooms.applications().environments(name)) {
      rooms.deployments().remove(name, environment.name(), true);
      rooms.databases().drop(name, environment.name());
    }
    rooms.source().delete(application.repository());
    rooms.deliveries().forget(application.repository());
    rooms.pullRequests().forget(application.repository());
    rooms.images().forget(name);
    rooms.builds().forget(name);
    rooms.applications().delete(name);
    rooms.deployments().refreshRoutes();
  }

  private void stop(String pipeline) {
    try {
      rooms.pipelines().stop(pipeline, true, "the application is deleted", "samdan");
    } catch (PlatformException e) {
      if (e.code() != PlatformException.Code.CONFLICT) {
        throw e; // A conflict says that nothing goes on, which is as well.
      }
    }
  }

  /** What lives, of one application or of all. */
  public Status status(@Nullable String application) {
    List<Application> asked =
        application == null
            ? rooms.applications().list()
            : List.of(rooms.applications().show(application));
    List<Status.Application> applications = new ArrayList<>();
    for (Application each : asked) {
      List<Status.Environment> environments =
          rooms.applications().environments(each.name()).stream().map(this::environment).toList();
      applications.add(new Status.Application(each.name(), environments));
    }
    House now = house.get();
    return new Status(now.control(), now.edge(), now.database(), applications);
  }

  private Status.Environment environment(Environment environment) {
    ApplicationDeclaration declaration =
        rooms
            .applications()
            .declaration(environment.application(), environment.name())
            .orElseThrow(() ->
                PlatformException.notFound("the declaration of " + environment.application()));
    Live live = rooms.deployments().live(environment.application(), environment.name());
    Status.Tiers tiers =
        new Status.Tiers(
            declaration.web() == null ? null : web(live),
            declaration.api() == null ? null : api(live, declaration.api().desiredCount()),
            declaration.data() == null ? null : data(environment));
    return new Status.Environment(
        environment.name(),
        environment.branch(),
        environment.host(),
        environment.url(),
        environment.testUrl(),
        tiers);
  }

  private static Status.Web web(Live live) {
    return live.web() == null
        ? new Status.Web(null, "NotLive")
        : new Status.Web(live.web().release(), "Live");
  }

  private static Status.Api api(Live live, int desired) {
    Optional<Live.Set> primary = live.api() == null ? Optional.empty() : live.api().primary();
    return primary
        .map(set ->
            new Status.Api(
                set.image(),
                set.taskDefinition(),
                set.desiredCount(),
                set.runningCount(),
                set.healthyCount(),
                set.healthyCount() >= set.desiredCount()
                    ? "Live"
                    : set.healthyCount() > 0 ? "Degraded" : "Down",
                set.tasks().stream()
                    .map(t -> new Status.Task(t.id(), t.pid(), t.containerId(), t.status()))
                    .toList()))
        .orElse(new Status.Api(null, null, desired, 0, 0, "NotLive", List.of()));
  }

  private Status.Data data(Environment environment) {
    try {
      return new Status.Data(
          "Healthy",
          rooms.databases().facts(environment.application(), environment.name()).database());
    } catch (PlatformException e) {
      return new Status.Data("NotLive", null);
    }
  }
}
