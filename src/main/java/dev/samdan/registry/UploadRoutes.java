package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Pushing blobs: in one request, in parts, resumed, cancelled, or mounted from another repository.
 */
final class UploadRoutes {
  private static final Pattern CONTENT_RANGE =
      Pattern.compile("(?:bytes )?([0-9]{1,18})-([0-9]{1,18})(?:/.*)?");
  private final Registry registry;

  UploadRoutes(Registry registry) {
    this.registry = registry;
  }

  void answer(Context ctx, RegistryRoutes.Target target) throws IOException {
    if (ctx.method() == HandlerType.POST && target.last().isEmpty()) {
      begin(ctx, target.repository());
      return;
    }
    Uploads.Upload upload =
        registry
            .uploads()
            .find(target.repository(), target.last())
            .orElseThrow(() ->
                new OciError(
                    OciError.Code.BLOB_UPLOAD_UNKNOWN,
                    "the upload '" + target.last() + "' has ended or was cleared; begin again"));
    if (ctx.method() == HandlerType.GET) {
      tell(ctx, upload, 204);
    } else if (ctx.method() == HandlerType.PATCH) {
      append(ctx, upload);
      tell(ctx, upload, 202);
    } else if (ctx.method() == HandlerType.PUT) {
      finish(ctx, upload);
    } else if (ctx.method() == HandlerType.DELETE) {
      registry.uploads().cancel(upload);
      ctx.status(204);
    } else {
      throw RegistryRoutes.unsupported(ctx);
    }
  }

  private void begin(Context ctx, String repository) throws IOException {
    String mount = ctx.queryParam("mount");
    String from = ctx.queryParam("from");
    // Without the repository that it comes from, nobody could say whether the caller may read it.
    if (mount != null && from != null) {
      Digest digest = BlobRoutes.digest(mount);
      if (registry.files().isWhole(digest) && registry.rows().mount(from, digest, repository)) {
        created(ctx, repository, digest);
        return;
      }
    }
    String whole = ctx.queryParam("digest");
    Digest digest = whole == null ? null : BlobRoutes.digest(whole);
    registry.space().require(Math.max(0, ctx.req().getContentLengthLong()));
    Uploads.Upload upload = registry.uploads().begin(repository);
    if (digest == null) {
      tell(ctx, upload, 202);
    } else {
      append(ctx, upload);
      store(ctx, upload, digest);
    }
  }

  private void finish(Context ctx, Uploads.Upload upload) throws IOException {
    String expected = ctx.queryParam("digest");
    if (expected == null) {
      throw new OciError(
          OciError.Code.DIGEST_INVALID, "the last request of an upload needs ?digest=sha256:…");
    }
    Digest digest = BlobRoutes.digest(expected);
    append(ctx, upload);
    store(ctx, upload, digest);
  }

  private void store(Context ctx, Uploads.Upload upload, Digest digest) throws IOException {
    try {
      registry.uploads().finish(upload, digest, registry.keeper(upload.repository));
    } catch (PlatformException e) {
      throw OciError.of(e, OciError.Code.DIGEST_INVALID, OciError.Code.BLOB_UPLOAD_UNKNOWN);
    }
    created(ctx, upload.repository, digest);
  }

  private void append(Context ctx, Uploads.Upload upload) throws IOException {
    Matcher range = range(ctx.header("Content-Range"));
    OptionalLong start =
        range == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(range.group(1)));
    long length = ctx.req().getContentLengthLong();
    if (range != null
        && length >= 0
        && Long.parseLong(range.group(2)) - start.getAsLong() + 1 != length) {
      throw new OciError(
          OciError.Code.SIZE_INVALID, 400, "Content-Range and Content-Length do not agree");
    }
    try {
      registry.space().require(Math.max(0, length));
      registry.uploads().append(upload, ctx.req().getInputStream(), start);
    } catch (PlatformException e) {
      if (e.code() == PlatformException.Code.CONFLICT) {
        header(ctx, upload);
        throw new OciError(OciError.Code.BLOB_UPLOAD_INVALID, 416, e.text());
      }
      throw OciError.of(e, OciError.Code.BLOB_UPLOAD_INVALID, OciError.Code.BLOB_UPLOAD_UNKNOWN);
    }
  }

  private static @Nullable Matcher range(@Nullable String header) {
    if (header == null) {
      return null;
    }
    Matcher matcher = CONTENT_RANGE.matcher(header);
    if (!matcher.matches()) {
      throw new OciError(
          OciError.Code.BLOB_UPLOAD_INVALID,
          416,
          "Content-Range must be <first>-<last>, not " + header);
    }
    return matcher;
  }

  private static void tell(Context ctx, Uploads.Upload upload, int status) {
    header(ctx, upload);
    ctx.status(status);
  }

  private static void header(Context ctx, Uploads.Upload upload) {
    ctx.header("Location", "/v2/" + upload.repository + "/blobs/uploads/" + upload.id);
    ctx.header("Range", "0-" + Math.max(upload.size() - 1, 0));
    ctx.header("Docker-Upload-UUID", upload.id.toString());
  }

  private static void created(Context ctx, String repository, Digest digest) {
    ctx.header("Location", "/v2/" + repository + "/blobs/" + digest);
    ctx.header("Docker-Content-Digest", digest.toString());
    ctx.status(201);
  }
}
