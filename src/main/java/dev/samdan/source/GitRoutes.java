package dev.samdan.source;

import dev.samdan.audit.Audit;
import dev.samdan.audit.Deed;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Access;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Principal;
import dev.samdan.identity.Right;
import io.javalin.config.JavalinConfig;
import io.javalin.http.Context;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * git over smart HTTP at {@code /git/<repository>.git}, protocols 0, 1 and 2 (git's http-protocol
 * and protocol-v2 documents). Any user name with a token as its password; bodies stream both ways.
 */
public final class GitRoutes {
  private static final Logger LOG = LoggerFactory.getLogger(GitRoutes.class);

  /** What holds for a push, and what follows from it. */
  public interface Pushes {
    /** The applications that a repository is of; none where it is nobody's. */
    List<String> applications(String repository);

    /** The branch strategy of a repository. */
    Strategy strategy(String repository);

    /**
     * Told which refs moved ({@code refs/heads/dev}) and with which options ({@code git push -o});
     * answers lines for the person who pushed.
     */
    List<String> received(
        String repository, Principal by, Collection<String> refs, List<String> options);
  }

  private final Source source;
  private final Identity identity;
  private final Pushes pushes;
  private final Audit audit;

  public GitRoutes(Source source, Identity identity, Pushes pushes, Audit audit) {
    this.source = source;
    this.identity = identity;
    this.pushes = pushes;
    this.audit = audit;
  }

  public void register(JavalinConfig config) {
    config.routes.get("/git/{repository}/info/refs", ctx -> answer(ctx, this::advertise));
    config.routes.post("/git/{repository}/git-upload-pack", ctx -> answer(ctx, this::uploadPack));
    config.routes.post("/git/{repository}/git-receive-pack", ctx -> answer(ctx, this::receivePack));
  }

  private interface Exchange {
    void run(Context context, String repository, Access access) throws IOException;
  }

  private void answer(Context context, Exchange exchange) throws IOException {
    HttpServletResponse response = context.res();
    response.setHeader("Cache-Control", "no-cache, max-age=0, must-revalidate");
    response.setHeader("Pragma", "no-cache");
    response.setHeader("Expires", "Fri, 01 Jan 1980 00:00:00 GMT");
    try {
      Access access = authenticate(context);
      let(context, access);
      exchange.run(context, repositoryName(context), access);
    } catch (PlatformException e) {
      if (e.code() == PlatformException.Code.UNAUTHENTICATED) {
        response.setHeader("WWW-Authenticate", "Basic realm=\"Samdan\", charset=\"UTF-8\"");
      }
      tell(response, e.code().httpStatus(), e.text());
    } catch (IOException | RuntimeException e) {
      LOG.info("git {} ended early: {}", context.path(), e.toString());
      if (response.isCommitted()) {
        throw e;
      }
      tell(response, 500, "the repository could not be read or written: " + e.getMessage());
    }
  }

  /** git shows plain text to its user as {@code remote: ...}. */
  private static void tell(HttpServletResponse response, int status, String message)
      throws IOException {
    if (!response.isCommitted()) {
      response.resetBuffer();
      response.setStatus(status);
      response.setContentType("text/plain;charset=utf-8");
      response.getOutputStream().write((message + "\n").getBytes(StandardCharsets.UTF_8));
    }
  }

  private Access authenticate(Context context) {
    String header = context.header("Authorization");
    if (header == null || !header.regionMatches(true, 0, "Basic ", 0, 6)) {
      throw unauthenticated(
          "sign in with any user name and a token as the password; 'samdan token create' makes"
              + " one");
    }
    try {
      String pair =
          new String(
              Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
      Optional<Access> access = identity.authenticateToken(pair.substring(pair.indexOf(':') + 1));
      return access.orElseThrow(() ->
          unauthenticated(
              "this token is not known or was revoked, or is over; 'samdan token create' makes"
                  + " one"));
    } catch (IllegalArgumentException e) {
      throw unauthenticated("the Authorization header is not valid");
    }
  }

  private static PlatformException unauthenticated(String message) {
    return new PlatformException(PlatformException.Code.UNAUTHENTICATED, message);
  }

  private static String repositoryName(Context context) {
    String name = context.pathParam("repository");
    return name.endsWith(".git") ? name.substring(0, name.length() - 4) : name;
  }

  private void let(Context context, Access access) {
    String service = context.queryParam("service");
    boolean pushing =
        "git-receive-pack".equals(service) || context.path().endsWith("/git-receive-pack");
    String repository = repositoryName(context);
    try {
      access.requireMoreThanRegistry();
      require(access, pushing ? Right.PUSH : Right.READ, repository);
    } catch (PlatformException e) {
      String action = pushing ? "Push" : "Fetch";
      audit.refused(deed(pushes, repository, access, context.ip(), action, ""), e.text());
      throw e;
    }
  }

  static Deed deed(
      Pushes pushes,
      String repository,
      Access access,
      String address,
      String action,
      String detail) {
    List<String> owners = pushes.applications(repository);
    return new Deed(
        access.principal().user(),
        Deed.Door.GIT,
        address,
        action,
        owners.size() == 1 ? owners.getFirst() : null,
        "/git/" + repository + ".git",
        detail);
  }

  /** Who may look at one of the applications may fetch; pushing takes all of them. */
  private void require(Access access, Right right, String repository) {
    List<String> owners = pushes.applications(repository);
    if (owners.isEmpty()) {
      access.require(right, null);
    } else if (right != Right.READ || owners.stream().noneMatch(o -> access.may(right, o))) {
      owners.forEach(owner -> access.require(right, owner));
    }
  }

  private void advertise(Context context, String name, Access access) throws IOException {
    Repository git = source.open(name);
    String service = String.valueOf(context.queryParam("service"));
    HttpServletResponse response = context.res();
    switch (service) {
      case "git-upload-pack" -> {
        try (UploadPack upload = upload(git, context)) {
          response.setContentType("application/x-git-upload-pack-advertisement");
          PacketLineOut out = new PacketLineOut(response.getOutputStream());
          upload.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(out), service);
        }
      }
      case "git-receive-pack" -> {
        source.requireOwn(name, access.principal());
        response.setContentType("application/x-git-receive-pack-advertisement");
        PacketLineOut out = new PacketLineOut(response.getOutputStream());
        out.writeString("# service=" + service + "\n");
        out.end();
        receiving(context, name, access)
            .advertising()
            .sendAdvertisedRefs(new PacketLineOutRefAdvertiser(out));
      }
      default ->
          throw new PlatformException(
              PlatformException.Code.FORBIDDEN,
              "only git's smart protocol is served; use git 1.6.6 or newer");
    }
  }

  private void uploadPack(Context context, String name, Access access) throws IOException {
    requireType(context, "application/x-git-upload-pack-request");
    Repository git = source.open(name);
    context.res().setContentType("application/x-git-upload-pack-result");
    try (UploadPack upload = upload(git, context);
        InputStream in = body(context)) {
      OutputStream out = context.res().getOutputStream();
      upload.uploadWithExceptionPropagation(in, out, null);
      out.flush();
    }
  }

  private void receivePack(Context context, String name, Access access) throws IOException {
    requireType(context, "application/x-git-receive-pack-request");
    source.requireOwn(name, access.principal());
    context.res().setContentType("application/x-git-receive-pack-result");
    try (InputStream in = body(context)) {
      OutputStream out = context.res().getOutputStream();
      receiving(context, name, access).run(in, out);
      out.flush();
    }
  }

  private Receiving receiving(Context context, String repository, Access access) {
    return new Receiving(source, pushes, audit, repository, access, context.ip());
  }

  private static void requireType(Context context, String type) {
    if (!type.equals(context.req().getContentType())) {
      throw PlatformException.invalid("the request must be of type " + type);
    }
  }

  private static InputStream body(Context context) throws IOException {
    InputStream in = context.req().getInputStream();
    String encoding = context.header("Content-Encoding");
    return "gzip".equals(encoding) || "x-gzip".equals(encoding)
        ? new GZIPInputStream(in, 1 << 16)
        : in;
  }

  private static UploadPack upload(Repository git, Context context) {
    UploadPack upload = new UploadPack(git);
    upload.setBiDirectionalPipe(false);
    upload.setRefFilter(RefChange::shown);
    String protocol = context.header("Git-Protocol");
    if (protocol != null) {
      upload.setExtraParameters(List.of(protocol.split(":")));
    }
    return upload;
  }
}
