package dev.samdan.api;

import static dev.samdan.api.Route.delete;
import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.post;
import static dev.samdan.api.Route.put;
import static dev.samdan.identity.Right.ADMIN;
import static dev.samdan.identity.Right.OWN;
import static dev.samdan.identity.Right.READ;

import dev.samdan.identity.Access;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Role;
import dev.samdan.operations.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** People and what they are where. */
final class PeopleRoutes {
  /** What a role is taken away with. */
  private static final String NONE = "none";

  private final Identity identity;
  private final ApiRooms rooms;

  PeopleRoutes(Identity identity, ApiRooms rooms) {
    this.identity = identity;
    this.rooms = rooms;
  }

  /** A person; {@code roles} are those in applications that the reader may look at. */
  private record PersonView(
      String name,
      String displayName,
      @Nullable String role,
      Map<String, String> roles,
      boolean hasPassword,
      Instant createdAt,
      @Nullable String signInLink) {}

  List<Route> routes() {
    return List.of(
        get(
            "/users",
            READ,
            "The people, and what they are where",
            r -> Map.of("users", identity.users().stream().map(user -> view(user, r)).toList())),
        get("/users/{user}", READ, "One person", r -> view(identity.show(r.path("user")), r)),
        post(
            "/users",
            ADMIN,
            "Create a person; answers a link that signs them in once",
            this::create,
            "name",
            "displayName",
            "role",
            "application"),
        delete("/users/{user}", ADMIN, "Delete a person, and sign them out", this::remove),
        put(
                "/users/{user}/role",
                ADMIN,
                "Set a person's role in all applications or in one; none takes it away",
                this::setRole,
                "role",
                "application")
            .about(this::whereRoleIs),
        put(
            "/users/{user}/password",
            OWN,
            "Set a password, and sign the person out everywhere",
            this::setPassword,
            "password",
            "current"),
        post(
            "/users/{user}/sign-in-link",
            OWN,
            "A link that signs another person in once",
            this::signInLink),
        delete(
            "/users/{user}/tokens/{token}",
            ADMIN,
            "Revoke another person's token",
            r -> {
              identity.revokeToken(r.path("user"), r.path("token"));
              return Map.of("id", r.path("token"), "revoked", true);
            }));
  }

  private Object create(Route.Request request) {
    Role role = role(request);
    String application = application(request);
    String name =
        identity.createUser(request.required("name"), request.textOr("displayName", "")).name();
    if (role != null) {
      identity.setRole(name, application, role);
    }
    // A limited token may make people, but not sign in as them.
    return request.access().may(OWN, null)
        ? view(identity.show(name), request, link(name))
        : view(identity.show(name), request);
  }

  private static @Nullable Role role(Route.Request request) {
    String role = request.optionalText("role");
    return role == null || role.equals(NONE) ? null : Role.parse(role);
  }

  private @Nullable String application(Route.Request request) {
    String application = request.optionalText("application");
    return application == null ? null : rooms.applications().show(application).name();
  }

  private Subject whereRoleIs(Route.Request request) {
    String application = application(request);
    return application == null ? Subject.HOUSE : rooms.subjects().application(application);
  }

  private Object remove(Route.Request request) {
    identity.deleteUser(request.path("user"));
    return Map.of("name", request.path("user"), "deleted", true);
  }

  private Object setRole(Route.Request request) {
    request.required("role");
    identity.setRole(request.path("user"), application(request), role(request));
    return view(identity.show(request.path("user")), request);
  }

  private Object setPassword(Route.Request request) {
    String user = request.path("user");
    Access access = request.access();
    String password = request.required("password");
    if (access.may(ADMIN, null)) {
      identity.setPassword(user, password);
    } else if (user.equals(access.principal().user())) {
      identity.changePassword(user, request.textOr("current", ""), password, request.address());
    } else {
      access.require(ADMIN, null);
    }
    return Map.of("name", user, "signedOut", true);
  }

  private Object signInLink(Route.Request request) {
    request.access().require(ADMIN, null);
    return Map.of("url", link(request.path("user")));
  }

  private String link(String user) {
    return rooms.url() + "/sign-in?link=" + identity.oneTimeLink(user);
  }

  private static PersonView view(Identity.User user, Route.Request request) {
    return view(user, request, null);
  }

  private static PersonView view(
      Identity.User user, Route.Request request, @Nullable String signInLink) {
    Map<String, String> roles = new TreeMap<>();
    user.roles()
        .forEach((application, there) -> {
          if (request.sees(application)) {
            roles.put(application, there.text());
          }
        });
    Role role = user.role();
    return new PersonView(
        user.name(),
        user.displayName(),
        role == null ? null : role.text(),
        roles,
        user.hasPassword(),
        user.createdAt(),
        signInLink);
  }
}
