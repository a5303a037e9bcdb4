package dev.samdan.api;

import static dev.samdan.api.Route.delete;
import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.put;
import static dev.samdan.identity.Right.MAINTAIN;
import static dev.samdan.identity.Right.READ;

import dev.samdan.base.PlatformException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Secrets of builds and tasks: set, listed and deleted, never read. An environment written {@code
 * -} means every environment of the application.
 */
final class SecretRoutes {
  private static final String ALL = "-";

  private final ApiRooms rooms;

  SecretRoutes(ApiRooms rooms) {
    this.rooms = rooms;
  }

  List<Route> routes() {
    return List.of(
        get(
            "/applications/{application}/secrets",
            READ,
            "The names of an application's secrets; never their values",
            r -> {
              String application = rooms.applications().show(r.path("application")).name();
              return Map.of("secrets", rooms.secrets().list(application));
            }),
        put(
            "/applications/{application}/secrets/{environment}",
            MAINTAIN,
            "Set a secret; the environment - is all of the application",
            r ->
                rooms
                    .secrets()
                    .set(
                        r.path("application"),
                        environment(r),
                        r.required("name"),
                        value(r),
                        r.principal().user()),
            "name",
            "value"),
        delete(
            "/applications/{application}/secrets/{environment}",
            MAINTAIN,
            "Delete a secret",
            this::remove,
            "name"));
  }

  private Object remove(Route.Request request) {
    String application = request.path("application");
    String name = request.requiredQuery("name");
    if (!rooms.secrets().delete(application, environment(request), name)) {
      throw PlatformException.notFound(
          "there is no secret '"
              + name
              + "' there: samdan secret list "
              + application
              + " shows them");
    }
    return Map.of("name", name, "deleted", true);
  }

  private @Nullable String environment(Route.Request request) {
    String environment = request.path("environment");
    if (environment.equals(ALL)) {
      return null;
    }
    String application = request.path("application");
    if (rooms.applications().environment(application, environment).isEmpty()) {
      throw PlatformException.notFound(
          application
              + " has no environment '"
              + environment
              + "'; - stands for all of them. An environment is there once its branch was pushed");
    }
    return environment;
  }

  private static String value(Route.Request request) {
    var value = request.body().path("value");
    if (!value.isString()) {
      throw PlatformException.invalid("'value' must be a text");
    }
    return value.stringValue();
  }
}
