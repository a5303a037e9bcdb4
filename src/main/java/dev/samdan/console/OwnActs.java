package dev.samdan.console;

import static dev.samdan.identity.Right.OWN;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.Access;
import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Right;
import dev.samdan.identity.Scope;
import dev.samdan.operations.Subject;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the buttons of one's own settings do. */
final class OwnActs {
  private static final String PAGE = "/settings";
  private static final int MOST_DAYS = 3650;

  private final ConsoleRooms rooms;
  private final Once once;

  OwnActs(ConsoleRooms rooms, Once once) {
    this.rooms = rooms;
    this.once = once;
  }

  void register(Acting acting, RoutesConfig routes) {
    Acting.Needs own = new Acting.Needs(OWN, c -> Subject.HOUSE);
    acting.personal(routes, PAGE + "/password", own, "Set a password", this::password);
    acting.personal(routes, PAGE + "/tokens", own, "Create a token", this::token);
    acting.post(
        routes,
        PAGE + "/tokens/{id}/revoke",
        own,
        "Revoke a token",
        this::revoke,
        a -> Questions.danger(a, "revoke", tokenName(a)));
    acting.personal(routes, PAGE + "/access-keys", own, "Create an access key", this::accessKey);
    acting.post(
        routes,
        PAGE + "/access-keys/{id}/revoke",
        own,
        "Revoke an access key",
        this::revokeKey,
        a -> Questions.danger(a, "revoke", a.path("id")));
  }

  private String password(Context context, Access by) {
    String user = by.principal().user();
    String password = Shells.or(context.formParam("password"), "");
    String current = Shells.or(context.formParam("current"), "");
    rooms.identity().changePassword(user, current, password, context.ip());
    // Every browser was signed out by that; the one that it was done in comes back in.
    rooms
        .identity()
        .signIn(user, password, context.ip())
        .ifPresent(session -> Door.keep(context, session));
    return PAGE + "?saved=password#password";
  }

  private String token(Context context, Access by) {
    String user = by.principal().user();
    String token =
        rooms
            .identity()
            .issueToken(
                user,
                Acting.text(context.formParam("name")),
                scope(context, context.formParam("registry") != null),
                expires(context));
    return PAGE + "?saved=tokens&made=" + once.keep(user, token) + "#tokens";
  }

  private String accessKey(Context context, Access by) {
    String user = by.principal().user();
    AccessKeys.AccessKey key =
        rooms
            .accessKeys()
            .issue(
                user,
                Acting.text(context.formParam("name")),
                scope(context, false),
                expires(context));
    String both = key.accessKeyId() + "\n" + key.secretAccessKey();
    return PAGE + "?saved=access-keys&made=" + once.keep(user, both) + "#access-keys";
  }

  private Scope scope(Context context, boolean registryOnly) {
    String application = Acting.text(context.formParam("application"));
    List<String> given = context.formParams("right");
    Set<Right> rights = null;
    if (!given.isEmpty()) {
      rights = EnumSet.of(Right.READ);
      given.stream().map(Right::parse).forEach(rights::add);
    }
    return new Scope(
        application.isEmpty() ? null : rooms.applications().show(application).name(),
        rights,
        registryOnly);
  }

  private static @Nullable Instant expires(Context context) {
    String days = Acting.text(context.formParam("days"));
    if (days.isEmpty()) {
      return null;
    }
    if (!days.matches("[0-9]{1,4}")
        || Integer.parseInt(days) < 1
        || Integer.parseInt(days) > MOST_DAYS) {
      throw PlatformException.invalid("a token ends after 1 to " + MOST_DAYS + " days");
    }
    return Instant.now().plus(Duration.ofDays(Integer.parseInt(days)));
  }

  private String revoke(Context context, String user) {
    rooms.identity().revokeToken(user, context.pathParam("id"));
    return PAGE + "?saved=tokens#tokens";
  }

  private String revokeKey(Context context, String user) {
    revokeKey(rooms, user, context.pathParam("id"));
    return PAGE + "?saved=access-keys#access-keys";
  }

  static void revokeKey(ConsoleRooms rooms, String user, String id) {
    if (!rooms.accessKeys().revoke(user, id)) {
      throw PlatformException.notFound(user + " has no access key " + id + " any more");
    }
  }

  private String tokenName(Asked asked) {
    return rooms.identity().tokens(asked.reader().principal().user()).stream()
        .filter(t -> t.id().equals(asked.path("id")))
        .findFirst()
        .orElseThrow(() -> PlatformException.notFound(asked.words().say("error.nothing")))
        .name();
  }
}
