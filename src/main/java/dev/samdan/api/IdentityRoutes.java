package dev.samdan.api;

import static dev.samdan.api.Route.delete;
import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.post;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Identity;
import java.util.List;
import java.util.Map;

/** Tokens and sign-in links. */
final class IdentityRoutes {
  private final Identity identity;
  private final AccessKeys keys;
  private final String url;

  IdentityRoutes(Identity identity, AccessKeys keys, String url) {
    this.identity = identity;
    this.keys = keys;
    this.url = url;
  }

  List<Route> routes() {
    return List.of(
        get("/tokens", "Your tokens", r -> Map.of("tokens", identity.tokens(r.principal().user()))),
        post("/tokens", "Create a token; it is shown once", this::create, "name"),
        delete("/tokens/{token}", "Revoke a token", this::revoke),
        get(
            "/access-keys",
            "Your access keys for tools that sign as AWS's do",
            r -> Map.of("accessKeys", keys.list(r.principal().user()))),
        post(
            "/access-keys",
            "Create an access key; its secret is shown once",
            r -> keys.issue(r.principal().user(), r.required("name")),
            "name"),
        delete("/access-keys/{key}", "Revoke an access key", this::revokeKey),
        post("/sign-in-links", "A link that signs in once, within ten minutes", this::signInLink));
  }

  private Object create(Route.Request request) {
    String name = request.required("name");
    return Map.of("name", name, "token", identity.issueToken(request.principal().user(), name));
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
    return Map.of("url", url + "/sign-in?link=" + identity.oneTimeLink(request.principal().user()));
  }
}
