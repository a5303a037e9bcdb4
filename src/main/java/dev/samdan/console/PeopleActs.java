package dev.samdan.console;

import static dev.samdan.identity.Right.ADMIN;

import dev.samdan.identity.Access;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Role;
import dev.samdan.operations.Subject;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import org.jspecify.annotations.Nullable;

/** What the buttons of the people's pages do. */
final class PeopleActs {
  private static final String ALL = "/settings/people";
  private static final String ONE = ALL + "/{user}";

  private final ConsoleRooms rooms;
  private final Once once;

  PeopleActs(ConsoleRooms rooms, Once once) {
    this.rooms = rooms;
    this.once = once;
  }

  void register(Acting acting, RoutesConfig routes) {
    Acting.Needs admin = new Acting.Needs(ADMIN, c -> Subject.HOUSE);
    Acting.Needs role = new Acting.Needs(ADMIN, this::whereRoleIs);
    acting.personal(routes, ALL, admin, "Create a person", this::create);
    acting.post(routes, ONE + "/role", role, "Set a role", this::setRole);
    acting.personal(routes, ONE + "/link", admin, "Make a sign-in link", this::link);
    acting.post(routes, ONE + "/password", admin, "Set a password", this::password);
    acting.post(
        routes,
        ONE + "/tokens/{id}/revoke",
        admin,
        "Revoke a token",
        this::revoke,
        a -> Questions.danger(a, "revoke", a.path("id")));
    acting.post(
        routes,
        ONE + "/access-keys/{id}/revoke",
        admin,
        "Revoke an access key",
        this::revokeKey,
        a -> Questions.danger(a, "revoke", a.path("id")));
    acting.post(
        routes,
        ONE + "/delete",
        admin,
        "Delete a person",
        this::delete,
        a -> Questions.danger(a, "person", rooms.identity().show(a.path("user")).displayName()));
  }

  private Subject whereRoleIs(Context context) {
    String application = application(context);
    return application == null ? Subject.HOUSE : rooms.subjects().application(application);
  }

  private static @Nullable String application(Context context) {
    String application = Acting.text(context.formParam("application"));
    return application.isEmpty() ? null : application;
  }

  private static @Nullable Role role(Context context) {
    String role = Acting.text(context.formParam("role"));
    return role.isEmpty() ? null : Role.parse(role);
  }

  private String create(Context context, Access by) {
    Subject where = whereRoleIs(context);
    Role role = role(context);
    Identity.User made =
        rooms
            .identity()
            .createUser(
                Acting.text(context.formParam("name")),
                Acting.text(context.formParam("displayName")));
    if (role != null) {
      rooms.identity().setRole(made.name(), where.application(), role);
    }
    return shown(made.name(), by);
  }

  private String setRole(Context context, String by) {
    String user = context.pathParam("user");
    rooms.identity().setRole(user, application(context), role(context));
    return ALL + "/" + user + "?saved=roles";
  }

  private String link(Context context, Access by) {
    return shown(rooms.identity().show(context.pathParam("user")).name(), by);
  }

  private String shown(String user, Access by) {
    String link = rooms.url() + "/sign-in?link=" + rooms.identity().oneTimeLink(user);
    return ALL + "/" + user + "?made=" + once.keep(by.principal().user(), link);
  }

  private String password(Context context, String by) {
    String user = context.pathParam("user");
    rooms.identity().setPassword(user, Shells.or(context.formParam("password"), ""));
    return ALL + "/" + user + "?saved=password#password";
  }

  private String revoke(Context context, String by) {
    String user = context.pathParam("user");
    rooms.identity().revokeToken(user, context.pathParam("id"));
    return ALL + "/" + user + "?saved=tokens#tokens";
  }

  private String revokeKey(Context context, String by) {
    String user = context.pathParam("user");
    OwnActs.revokeKey(rooms, user, context.pathParam("id"));
    return ALL + "/" + user + "?saved=access-keys#access-keys";
  }

  private String delete(Context context, String by) {
    rooms.identity().deleteUser(context.pathParam("user"));
    return ALL;
  }
}
