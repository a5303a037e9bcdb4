package dev.samdan.api;

import dev.samdan.audit.Audit;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.base.PlatformException.Code;
import dev.samdan.identity.Access;
import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Identity;
import dev.samdan.operations.Subject;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP API at {@code /api/v1}: JSON in and out, errors as {@code {"error": {"code",
 * "message"}}}. A caller shows a token ({@code Authorization: Bearer}) or the console's session;
 * with a session, what changes something must come from the console's own pages.
 */
public final class Api {
  private static final Logger LOG = LoggerFactory.getLogger(Api.class);
  static final String ROOT = "/api/v1";
  private static final String SESSION = "samdan_session";

  private final Identity identity;
  private final Guard guard;
  private final Audit audit;
  private final List<Route> routes = new ArrayList<>();

  public Api(Identity identity, AccessKeys keys, ApiRooms rooms) {
    this.identity = identity;
    this.guard = new Guard(rooms);
    this.audit = rooms.audit();
    routes.addAll(new ApplicationRoutes(rooms).routes());
    routes.addAll(new BranchRoutes(rooms).routes());
    routes.addAll(new RemoteRoutes(rooms).routes());
    routes.addAll(new PullRequestRoutes(rooms).routes());
    routes.addAll(new SecretRoutes(rooms).routes());
    routes.addAll(new PipelineRoutes(rooms).routes());
    routes.addAll(new DeploymentRoutes(rooms).routes());
    routes.addAll(new ImageRoutes(rooms).routes());
    routes.addAll(new JobRoutes(rooms).routes());
    routes.addAll(new RoomRoutes(rooms).routes());
    routes.addAll(new SiteRoutes(rooms).routes());
    routes.addAll(new PeopleRoutes(identity, rooms).routes());
    routes.addAll(new AuditRoutes(rooms).routes());
    routes.addAll(new IdentityRoutes(identity, keys, rooms).routes());
  }

  /** Mounts the operations, the document and the mapping of errors. */
  public void register(RoutesConfig config) {
    config.get(ROOT + "/health", context -> answer(context, 200, Map.of("status", "up")));
    config.get(ROOT + "/openapi.json", context -> answer(context, 200, OpenApi.document(routes)));
    for (Route route : routes) {
      HandlerType type = HandlerType.findOrDefault(route.method().toUpperCase(Locale.ROOT));
      config.addHttpHandler(type, ROOT + route.path(), context -> serve(context, route));
    }
    for (HandlerType type :
        List.of(HandlerType.GET, HandlerType.POST, HandlerType.PUT, HandlerType.DELETE)) {
      config.addHttpHandler(
          type,
          ROOT + "/*",
          context ->
              refuse(
                  context,
                  PlatformException.notFound(
                      "the API has no "
                          + context.method()
                          + " "
                          + context.path()
                          + ": see /api/v1/openapi.json")));
    }
  }

  private void serve(Context context, Route route) throws IOException {
    try {
      Route.Request request = new Route.Request(context, authenticate(context));
      answer(context, perform(route, request));
    } catch (PlatformException e) {
      refuse(context, e);
    } catch (RuntimeException e) {
      LOG.error("{} {} failed", context.method(), context.path(), e);
      refuse(
          context,
          new PlatformException(
              Code.INTERNAL, "control failed to answer (" + e + "): its log has more", e));
    }
  }

  /** Asks whether it may be, does it, and records what is to be recorded. */
  private Object perform(Route route, Route.Request request) {
    Optional<Subject> about = guard.subject(route, request);
    try {
      guard.require(route, request, about);
    } catch (PlatformException e) {
      audit.refused(Deeds.of(route, request, about), e.text());
      throw e;
    }
    return route.decides()
        ? audit.accompany(Deeds.of(route, request, about), () -> route.answer().of(request))
        : route.answer().of(request);
  }

  private static void answer(Context context, Object given) throws IOException {
    if (given instanceof Route.Streamed streamed) {
      context.res().setContentType(streamed.contentType());
      context.res().setHeader("Cache-Control", "no-store");
      streamed.writing().to(context.res().getOutputStream());
    } else {
      answer(context, 200, given);
    }
  }

  private Access authenticate(Context context) {
    String header = context.header("Authorization");
    if (header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)) {
      return identity
          .authenticateToken(header.substring(7).strip())
          .orElseThrow(() ->
              new PlatformException(
                  Code.UNAUTHENTICATED,
                  "this token is not known here, was revoked or is over: make one with 'samdan"
                      + " token create NAME'"));
    }
    Optional<Access> session =
        Optional.ofNullable(context.cookie(SESSION)).flatMap(identity::session);
    if (session.isPresent() && context.method() != HandlerType.GET && !sameOrigin(context)) {
      throw new PlatformException(
          Code.FORBIDDEN,
          "a session may change things only from the console's own pages: use a token");
    }
    return session.orElseThrow(() ->
        new PlatformException(
            Code.UNAUTHENTICATED,
            "sign in, or send 'Authorization: Bearer TOKEN'; the token stands in the home's"
                + " credentials file"));
  }

  private static boolean sameOrigin(Context context) {
    String origin = context.header("Origin");
    return origin != null && origin.equals("http://" + context.header("Host"));
  }

  private static void answer(Context context, int status, Object body) {
    context
        .status(status)
        .contentType("application/json")
        .header("Cache-Control", "no-store")
        .result(Json.bytes(body));
  }

  private static void refuse(Context context, PlatformException problem) {
    answer(
        context,
        problem.code().httpStatus(),
        Map.of("error", Map.of("code", problem.code(), "message", problem.text())));
  }
}
