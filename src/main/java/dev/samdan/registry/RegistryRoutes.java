package dev.samdan.registry;

import dev.samdan.audit.Audit;
import dev.samdan.audit.Deed;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Access;
import dev.samdan.identity.Right;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The OCI distribution API 1.1 below {@code /v2/}, for docker, podman, skopeo and the like. A
 * repository begins with the first push to it.
 */
public final class RegistryRoutes {
  private static final Logger log = LoggerFactory.getLogger(RegistryRoutes.class);
  private static final List<HandlerType> METHODS =
      List.of(
          HandlerType.GET,
          HandlerType.HEAD,
          HandlerType.POST,
          HandlerType.PUT,
          HandlerType.PATCH,
          HandlerType.DELETE);
  private static final Pattern PATH =
      Pattern.compile("/v2/(.+)/(blobs/uploads|blobs|manifests|referrers|tags)/?([^/]*)");
  private final Function<String, Optional<Access>> authenticate;
  private final UnaryOperator<@Nullable String> applicationOf;
  private final Audit audit;
  private final BlobRoutes blobs;
  private final UploadRoutes uploads;
  private final ManifestRoutes manifests;

  /**
   * @param authenticate who acts by a token that is given as the password of any user
   * @param applicationOf whose images a repository has; null where that is no application
   */
  public RegistryRoutes(
      Registry registry,
      Function<String, Optional<Access>> authenticate,
      UnaryOperator<@Nullable String> applicationOf,
      Audit audit) {
    this.authenticate = authenticate;
    this.applicationOf = applicationOf;
    this.audit = audit;
    this.blobs = new BlobRoutes(registry);
    this.uploads = new UploadRoutes(registry);
    this.manifests = new ManifestRoutes(registry);
  }

  /** Adds the routes to control's HTTP. */
  public void register(RoutesConfig routes) {
    for (HandlerType method : METHODS) {
      routes.addHttpHandler(method, "/v2", this::answer);
      routes.addHttpHandler(method, "/v2/*", this::answer);
    }
  }

  /** What a request is about; {@code last} is a digest, a tag, an upload's id or empty. */
  record Target(String repository, String kind, String last) {}

  private void answer(Context ctx) throws IOException {
    ctx.header("Docker-Distribution-Api-Version", "registry/2.0");
    try {
      dispatch(ctx, authenticate(ctx));
    } catch (OciError e) {
      answer(ctx, e);
    } catch (PlatformException e) {
      answer(ctx, OciError.of(e, OciError.Code.UNSUPPORTED, OciError.Code.NAME_UNKNOWN));
    } catch (IOException | RuntimeException e) {
      if (ctx.res().isCommitted()) {
        throw e; // The client sees the connection end before the length it was told.
      }
      log.error("{} {} failed", ctx.method(), ctx.path(), e);
      answer(
          ctx,
          new OciError(OciError.Code.UNKNOWN, "the registry could not do this: " + e.getMessage()));
    }
  }

  private Access authenticate(Context ctx) {
    String token = password(ctx.header("Authorization"));
    Optional<Access> access = token == null ? Optional.empty() : authenticate.apply(token);
    if (access.isEmpty()) {
      ctx.header("WWW-Authenticate", "Basic realm=\"Samdan\", charset=\"UTF-8\"");
      throw new OciError(
          OciError.Code.UNAUTHORIZED,
          "this registry needs a token: docker login "
              + ctx.header("Host")
              + " with any user and the token as password");
    }
    return access.get();
  }

  /** Pulling takes reading; taking a manifest or a blob away is no push. */
  private void require(Context ctx, Access access, @Nullable String application, boolean reads) {
    boolean removes = ctx.method() == HandlerType.DELETE && !ctx.path().contains("/blobs/uploads/");
    access.require(reads ? Right.READ : removes ? Right.MAINTAIN : Right.PUSH, application);
    String from = ctx.queryParam("from");
    if (from != null) {
      access.require(Right.READ, applicationOf.apply(from)); // A mount copies what is there.
    }
  }

  private static @Nullable String password(@Nullable String authorization) {
    if (authorization == null || !authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
      return null;
    }
    try {
      String pair =
          new String(
              Base64.getDecoder().decode(authorization.substring(6).strip()),
              StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private void dispatch(Context ctx, Access access) throws IOException {
    String path = ctx.req().getRequestURI();
    if (path.equals("/v2") || path.equals("/v2/")) {
      requireMethod(ctx, HandlerType.GET, HandlerType.HEAD);
      json(ctx, Map.of());
      return;
    }
    if (path.equals("/v2/_catalog")) {
      requireMethod(ctx, HandlerType.GET, HandlerType.HEAD);
      access.require(Right.READ, null);
      manifests.catalog(ctx);
      return;
    }
    Matcher matcher = PATH.matcher(path);
    if (!matcher.matches()) {
      throw new OciError(OciError.Code.UNSUPPORTED, 404, path + " is no address of the registry");
    }
    Target target = new Target(matcher.group(1), matcher.group(2), decode(matcher.group(3)));
    if (!ImageReference.isRepository(target.repository)) {
      throw new OciError(
          OciError.Code.NAME_INVALID, "'" + target.repository + "' is not a repository's name");
    }
    boolean reads = ctx.method() == HandlerType.GET || ctx.method() == HandlerType.HEAD;
    String application = applicationOf.apply(target.repository);
    try {
      require(ctx, access, application, reads);
    } catch (PlatformException e) {
      audit.refused(deed(ctx, access, application, reads), e.text());
      throw e;
    }
    perform(ctx, target);
    // A blob alone changes nothing that is seen; a manifest is the push.
    if (!reads && (target.kind.equals("manifests") || ctx.method() == HandlerType.DELETE)) {
      audit.record(
          deed(ctx, access, application, false),
          ctx.statusCode() < 400 ? Deed.Outcome.DONE : Deed.Outcome.FAILED);
    }
  }

  private static Deed deed(
      Context ctx, Access access, @Nullable String application, boolean reads) {
    return new Deed(
        access.principal().user(),
        Deed.Door.REGISTRY,
        ctx.ip(),
        reads
            ? "Pull an image"
            : ctx.method() == HandlerType.DELETE ? "Delete an image" : "Push an image",
        application,
        ctx.path(),
        "");
  }

  private void perform(Context ctx, Target target) throws IOException {
    switch (target.kind) {
      case "blobs/uploads" -> uploads.answer(ctx, target);
      case "blobs" -> blobs.answer(ctx, target);
      case "manifests" -> manifests.answer(ctx, target);
      case "referrers" -> manifests.referrers(ctx, target);
      default -> manifests.tags(ctx, target);
    }
  }

  private static String decode(String text) {
    try {
      return java.net.URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  static void requireMethod(Context ctx, HandlerType... methods) {
    if (!List.of(methods).contains(ctx.method())) {
      throw unsupported(ctx);
    }
  }

  static OciError unsupported(Context ctx) {
    return new OciError(OciError.Code.UNSUPPORTED, ctx.method() + " is not for " + ctx.path());
  }

  static void json(Context ctx, Object value) throws IOException {
    bytes(ctx, "application/json", dev.samdan.base.Json.bytes(value));
  }

  /**
   * Answers bytes as they are: a compressed manifest would contradict the length that HEAD tells.
   */
  static void bytes(Context ctx, String contentType, byte[] content) throws IOException {
    ctx.res().setContentType(contentType);
    ctx.res().setContentLengthLong(content.length);
    if (ctx.method() != HandlerType.HEAD) {
      ctx.res().getOutputStream().write(content);
    }
  }

  private static void answer(Context ctx, OciError error) throws IOException {
    ctx.status(error.status());
    bytes(ctx, "application/json", error.body());
  }
}
