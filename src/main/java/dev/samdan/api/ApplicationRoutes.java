package dev.samdan.api;

import static dev.samdan.api.Route.delete;
import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.post;
import static dev.samdan.identity.Right.ADMIN;
import static dev.samdan.identity.Right.MAINTAIN;
import static dev.samdan.identity.Right.READ;

import dev.samdan.application.Application;
import dev.samdan.application.Environment;
import dev.samdan.base.PlatformException;
import dev.samdan.operations.Status;
import dev.samdan.source.RemoteUrl;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Applications, their environments and databases, and what is live. */
final class ApplicationRoutes {
  /** An application as the API shows it; {@code remote} is what one pushes to. */
  private record ApplicationView(
      String name,
      @Nullable String title,
      String remote,
      Instant createdAt,
      List<EnvironmentView> environments) {}

  private record EnvironmentView(
      String name, String branch, String room, String host, String url, String testUrl) {}

  private static final String SNAPSHOTS =
      "/applications/{application}/environments/{environment}/database/snapshots";

  private final ApiRooms rooms;

  ApplicationRoutes(ApiRooms rooms) {
    this.rooms = rooms;
  }

  List<Route> routes() {
    return List.of(
        get(
            "/status",
            READ,
            "What lives: processes, tiers, versions, tasks, addresses",
            this::status,
            "application"),
        get(
            "/applications",
            READ,
            "The applications",
            r ->
                Map.of(
                    "applications",
                    rooms.applications().list().stream()
                        .filter(a -> r.sees(a.name()))
                        .map(this::view)
                        .toList())),
        post(
            "/applications",
            MAINTAIN,
            "Create an application; from a folder or file: address, as an administrator",
            this::create,
            "name",
            "title",
            "from"),
        get(
            "/applications/{application}",
            READ,
            "One application",
            r -> view(rooms.applications().show(r.path("application")))),
        delete(
            "/applications/{application}",
            ADMIN,
            "Delete an application with all that it has",
            this::deleteApplication),
        get(
            "/applications/{application}/environments/{environment}/database",
            MAINTAIN,
            "The connection URL of an environment's database, with its password",
            this::database),
        get(
            SNAPSHOTS,
            READ,
            "Copies of an environment's database, newest first",
            r ->
                Map.of(
                    "snapshots",
                    rooms.databases().snapshots(r.path("application"), r.path("environment")))),
        post(
            SNAPSHOTS,
            MAINTAIN,
            "Copy an environment's database; its connections are ended for that moment",
            r ->
                rooms
                    .databases()
                    .snapshot(r.path("application"), r.path("environment"), r.principal().user())),
        post(
            SNAPSHOTS + "/{snapshot}/restore",
            MAINTAIN,
            "Put a copy in the database's place; what was there becomes a copy",
            r ->
                rooms
                    .databases()
                    .restore(
                        r.path("application"),
                        r.path("environment"),
                        r.path("snapshot"),
                        r.principal().user())),
        delete(SNAPSHOTS + "/{snapshot}", MAINTAIN, "Delete a copy", this::deleteSnapshot));
  }

  private Object create(Route.Request request) {
    String from = request.optionalText("from");
    if (from != null && RemoteUrl.isOfThisMachine(from)) {
      // It reads what control may read, of whomever.
      request.access().require(ADMIN, null);
    }
    return view(
        rooms.operations().create(request.required("name"), request.optionalText("title"), from));
  }

  private Object deleteSnapshot(Route.Request request) {
    String id = request.path("snapshot");
    rooms.databases().deleteSnapshot(request.path("application"), request.path("environment"), id);
    return Map.of("id", id, "deleted", true);
  }

  private Object status(Route.Request request) {
    Status all = rooms.operations().status(request.query("application"));
    return new Status(
        all.control(),
        all.edge(),
        all.database(),
        all.applications().stream().filter(a -> request.sees(a.name())).toList());
  }

  private Object deleteApplication(Route.Request request) {
    String name = request.path("application");
    rooms.operations().delete(name);
    return Map.of("name", name, "deleted", true);
  }

  private Object database(Route.Request request) {
    String application = request.path("application");
    String environment = request.path("environment");
    if (rooms.applications().environment(application, environment).isEmpty()) {
      throw PlatformException.notFound(
          "there is no environment "
              + environment
              + " of "
              + application
              + ": 'samdan app show "
              + application
              + "' lists them");
    }
    var credentials = rooms.databases().ensure(application, environment);
    return Map.of(
        "url", credentials.url(), "database", credentials.database(), "user", credentials.user());
  }

  private ApplicationView view(Application application) {
    List<EnvironmentView> environments =
        rooms.applications().environments(application.name()).stream()
            .map(ApplicationRoutes::view)
            .toList();
    String remote = rooms.url() + "/git/" + application.repository() + ".git";
    return new ApplicationView(
        application.name(), application.title(), remote, application.createdAt(), environments);
  }

  private static EnvironmentView view(Environment e) {
    return new EnvironmentView(e.name(), e.branch(), e.room(), e.host(), e.url(), e.testUrl());
  }
}
