package dev.samdan.api;

import static dev.samdan.api.Route.delete;
import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.post;
import static dev.samdan.identity.Right.OWN;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Right;
import dev.samdan.identity.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** One's own tokens, access keys and sign-in links. */
final class IdentityRoutes {
  private static final int MOST_DAYS = 3650;

  private final Identity identity;
  private final AccessKeys keys;
  private final ApiRooms rooms;

  IdentityRoutes(Identity identity, AccessKeys keys, ApiRooms rooms) {
    this.identity = identity;
    this.keys = keys;
    this.rooms = rooms;
  }

  List<Route> routes() {
    return List.of(
        get(
            "/tokens",
            OWN,
            "Your tokens",
            r ->
                Map.of(
                    "tokens",
                    identity.tokens(r.principal().user()).stream().map(TokenView::of).toList())),
        post(
            "/tokens",
            OWN,
            "Create a token; it is shown once",
            this::create,
            "name",
            "application",
            "rights",
            "registryOnly",
            "expiresInDays"),
        delete("/tokens/{token}", OWN, "Revoke a token", this::revoke),
        get(
            "/access-keys",
            OWN,
            "Your access keys for tools that sign as AWS's do",
            r ->
                Map.of(
                    "accessKeys",
                    keys.list(r.principal().user()).stream().map(KeyView::of).toList())),
        post(
            "/access-keys",
            OWN,
            "Create an access key; its secret is shown once",
            r -> keys.issue(r.principal().user(), r.required("name"), scope(r), expires(r.body())),
            "name",
            "application",
            "rights",
            "expiresInDays"),
        delete("/access-keys/{key}", OWN, "Revoke an access key", this::revokeKey),
        post(
            "/sign-in-links",
            OWN,
            "A link that signs in once, within ten minutes",
            this::signInLink));
  }

  /** A token without its secret. */
  private record TokenView(
      String id,
      String user,
      String name,
      String prefix,
      Instant createdAt,
      @Nullable Instant lastUsedAt,
      @Nullable Instant expiresAt,
      @Nullable String application,
      @Nullable List<String> rights,
      boolean registryOnly) {
    static TokenView of(Identity.TokenInfo token) {
      return new TokenView(
          token.id(),
          token.user(),
          token.name(),
          token.prefix(),
          token.createdAt(),
          token.lastUsedAt(),
          token.expiresAt(),
          token.scope().application(),
          rightsOf(token.scope()),
          token.scope().registryOnly());
    }
  }

  /** An access key without its secret. */
  private record KeyView(
      String id,
      String user,
      String name,
      Instant createdAt,
      @Nullable Instant lastUsedAt,
      @Nullable Instant expiresAt,
      @Nullable String application,
      @Nullable List<String> rights) {
    static KeyView of(AccessKeys.AccessKeyInfo key) {
      return new KeyView(
          key.id(),
          key.user(),
          key.name(),
          key.createdAt(),
          key.lastUsedAt(),
          key.expiresAt(),
          key.scope().application(),
          rightsOf(key.scope()));
    }
  }

  private static @Nullable List<String> rightsOf(Scope scope) {
    Set<Right> rights = scope.rights();
    return rights == null ? null : rights.stream().sorted().map(Right::text).toList();
  }

  private Object create(Route.Request request) {
    String name = request.required("name");
    String token =
        identity.issueToken(
            request.principal().user(), name, scope(request), expires(request.body()));
    return Map.of("name", name, "token", token);
  }

  private Scope scope(Route.Request request) {
    String application = request.optionalText("application");
    if (application != null) {
      application = rooms.applications().show(application).name();
    }
    JsonNode body = request.body();
    JsonNode given = body.path("rights");
    Set<Right> rights = null;
    if (!given.isMissingNode() && !given.isNull()) {
      rights = EnumSet.of(Right.READ);
      if (!given.isArray()) {
        throw PlatformException.invalid(
            "'rights' must be a list, such as " + Json.write(List.of("read", "push")));
      }
      for (JsonNode right : given) {
        rights.add(Right.parse(right.asString("")));
      }
    }
    return new Scope(application, rights, body.path("registryOnly").asBoolean(false));
  }

  private static @Nullable Instant expires(JsonNode body) {
    JsonNode days = body.path("expiresInDays");
    if (days.isMissingNode() || days.isNull()) {
      return null;
    }
    if (!days.canConvertToInt() || days.intValue() < 1 || days.intValue() > MOST_DAYS) {
      throw PlatformException.invalid(
          "'expiresInDays' must be a whole number from 1 to " + MOST_DAYS);
    }
    return Instant.now().plus(Duration.ofDays(days.intValue()));
  }

  private Object revoke(Route.Request request) {
    identity.revokeToken(request.principal().user(), request.path("token"));
    return Map.of("id", request.path("token"), "revoked", true);
  }

  private Object revokeKey(Route.Request request) {
    String id = request.path("key");
    if (!keys.revoke(request.principal().user(), id)) {
      throw PlatformException.notFound(
          "you have no access key " + id + " (samdan token list shows those there are)");
    }
    return Map.of("id", id, "revoked", true);
  }

  private Object signInLink(Route.Request request) {
    String link = identity.oneTimeLink(request.principal().user());
    return Map.of("url", rooms.url() + "/sign-in?link=" + link);
  }
}
