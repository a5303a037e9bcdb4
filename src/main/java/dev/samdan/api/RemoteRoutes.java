package dev.samdan.api;

import static dev.samdan.api.Route.delete;
import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.post;
import static dev.samdan.api.Route.put;
import static dev.samdan.identity.Right.ADMIN;
import static dev.samdan.identity.Right.MAINTAIN;
import static dev.samdan.identity.Right.READ;

import dev.samdan.application.Application;
import dev.samdan.base.PlatformException;
import dev.samdan.github.ConnectOrder;
import dev.samdan.github.Connected;
import dev.samdan.source.RemoteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Repositories elsewhere that an application follows: GitHub's, or any other git's. */
final class RemoteRoutes {
  private static final Duration WAIT = Duration.ofSeconds(45);
  private static final String REPOSITORY = "repository";

  private final ApiRooms rooms;

  RemoteRoutes(ApiRooms rooms) {
    this.rooms = rooms;
  }

  List<Route> routes() {
    return List.of(
        get(
            "/applications/{application}/remotes",
            READ,
            "The repositories elsewhere that an application follows",
            r -> Map.of("remotes", rooms.gitHub().of(application(r).name()))),
        put(
            "/applications/{application}/remote",
            MAINTAIN,
            "Follow a repository elsewhere; credentials that are not given stay for the same"
                + " server",
            this::connect,
            "url",
            "token",
            "deployKey",
            "api",
            "appId",
            "appKey",
            "pollSeconds",
            REPOSITORY),
        delete(
            "/applications/{application}/remote",
            MAINTAIN,
            "Follow it no longer, and forget its credentials",
            this::disconnect,
            REPOSITORY),
        post(
            "/applications/{application}/remote/sync",
            MAINTAIN,
            "Ask it and fetch what moved, now",
            this::sync,
            REPOSITORY),
        get(
            "/applications/{application}/remote/deliveries",
            READ,
            "Webhook deliveries that came, newest first",
            r ->
                Map.of(
                    "deliveries",
                    rooms.gitHub().deliveries(followed(r, r.query(REPOSITORY)), r.limit(50, 500))),
            REPOSITORY,
            "limit"));
  }

  private Application application(Route.Request request) {
    return rooms.applications().show(request.path("application"));
  }

  private Object connect(Route.Request request) {
    Application application = application(request);
    String repository = request.textOr(REPOSITORY, application.repository());
    requireOf(application, repository);
    String url = request.required("url");
    if (url.strip().startsWith("file:")) {
      // It reads what control may read, of whomever.
      request.access().require(ADMIN, null);
    }
    RemoteOrder order =
        new RemoteOrder(
            repository,
            application.name(),
            url,
            request.optionalText("token"),
            request.optionalText("deployKey"),
            pollSeconds(request));
    return rooms
        .gitHub()
        .connect(
            new ConnectOrder(
                order,
                request.optionalText("api"),
                request.optionalText("appId"),
                request.optionalText("appKey")),
            request.principal().user());
  }

  private static int pollSeconds(Route.Request request) {
    JsonNode seconds = request.body().path("pollSeconds");
    if (seconds.isMissingNode() || seconds.isNull()) {
      return RemoteOrder.USUAL_POLL;
    }
    if (!seconds.isInt()) {
      throw PlatformException.invalid("'pollSeconds' must be a whole number");
    }
    return seconds.asInt();
  }

  /** The application's own repository, or one in which a tier of it lives. */
  private void requireOf(Application application, String repository) {
    boolean own = repository.equals(application.repository());
    boolean tier =
        rooms.applications().find(repository).isEmpty()
            && rooms.applications().withTierIn(repository).equals(List.of(application.name()));
    if (!own && !tier) {
      throw PlatformException.invalid(
          repository
              + " is no repository of "
              + application.name()
              + ": its samdan.yml names the ones that hold a tier");
    }
  }

  private String followed(Route.Request request, @org.jspecify.annotations.Nullable String named) {
    Application application = application(request);
    String repository = named == null ? application.repository() : named;
    Connected connected = rooms.gitHub().show(repository);
    if (!connected.remote().application().equals(application.name())) {
      throw PlatformException.notFound(
          application.name() + " follows no other repository as " + repository);
    }
    return repository;
  }

  private Object disconnect(Route.Request request) {
    String repository = followed(request, request.query(REPOSITORY));
    rooms.gitHub().disconnect(repository);
    return Map.of(REPOSITORY, repository, "disconnected", true);
  }

  private Object sync(Route.Request request) {
    String repository = followed(request, request.optionalText(REPOSITORY));
    boolean ended = rooms.gitHub().sync(repository, WAIT);
    return Map.of("running", !ended, "connected", rooms.gitHub().show(repository));
  }
}
