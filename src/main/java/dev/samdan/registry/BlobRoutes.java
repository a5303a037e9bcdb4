package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.ee10.servlet.HttpOutput;
import org.jspecify.annotations.Nullable;

/** Blobs: pull whole or in part, delete. */
final class BlobRoutes {
  private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-([0-9]{0,18})");
  private static final int CHUNK = 8 << 20;
  private static final int SMALL = 1 << 18;
  private final Registry registry;

  BlobRoutes(Registry registry) {
    this.registry = registry;
  }

  void answer(Context ctx, RegistryRoutes.Target target) throws IOException {
    Digest digest = digest(target.last());
    if (ctx.method() == HandlerType.DELETE) {
      delete(ctx, target.repository(), digest);
      return;
    }
    RegistryRoutes.requireMethod(ctx, HandlerType.GET, HandlerType.HEAD);
    boolean there =
        ctx.method() == HandlerType.HEAD
            ? registry.rows().expectBlob(target.repository(), digest)
            : registry.rows().holdsBlob(target.repository(), digest);
    if (!there) {
      throw unknown(target.repository(), digest);
    }
    if (!registry.files().isWhole(digest)) {
      throw new OciError(OciError.Code.BLOB_UNKNOWN, registry.files().missing(digest));
    }
    ctx.header("Docker-Content-Digest", digest.toString());
    ctx.header("ETag", "\"" + digest + "\"");
    ctx.header("Accept-Ranges", "bytes");
    ctx.header("Cache-Control", "max-age=31536000, immutable");
    ctx.res().setContentType("application/octet-stream");
    send(ctx, registry.files().file(digest));
  }

  /** Parses a digest; what is none is DIGEST_INVALID. */
  static Digest digest(String text) {
    try {
      return Digest.parse(text);
    } catch (PlatformException e) {
      throw new OciError(OciError.Code.DIGEST_INVALID, e.text());
    }
  }

  private static OciError unknown(String repository, Digest digest) {
    return new OciError(
        OciError.Code.BLOB_UNKNOWN, "the blob " + digest + " is not in " + repository);
  }

  private void delete(Context ctx, String repository, Digest digest) {
    if (!registry.rows().removeBlob(repository, digest)) {
      throw unknown(repository, digest);
    }
    ctx.status(202);
  }

  private static void send(Context ctx, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      long from = 0;
      long to = size - 1;
      Matcher range = range(ctx.header("Range"));
      if (range != null) {
        from = Long.parseLong(range.group(1));
        to = range.group(2).isEmpty() ? to : Math.min(to, Long.parseLong(range.group(2)));
        if (from > to) {
          ctx.header("Content-Range", "bytes */" + size);
          throw new OciError(OciError.Code.SIZE_INVALID, 416, "the blob has " + size + " bytes");
        }
        ctx.status(206);
        ctx.header("Content-Range", "bytes " + from + "-" + to + "/" + size);
      }
      ctx.res().setContentLengthLong(to - from + 1);
      if (ctx.method() != HandlerType.HEAD) {
        stream(channel, from, to + 1, ctx);
      }
    }
  }

  private static void stream(FileChannel channel, long from, long end, Context ctx)
      throws IOException {
    // Jetty sends a buffer outside the heap as it is: mapped, the bytes are copied to the socket
    // only.
    HttpOutput out = (HttpOutput) ctx.res().getOutputStream();
    if (end - from <= SMALL) {
      out.write(small(channel, from, (int) (end - from)));
      return;
    }
    for (long at = from; at < end; at += CHUNK) {
      try (Arena arena = Arena.ofShared()) {
        out.write(
            channel
                .map(FileChannel.MapMode.READ_ONLY, at, Math.min(CHUNK, end - at), arena)
                .asByteBuffer());
      }
    }
  }

  /** A small part is read faster than it is mapped. */
  private static ByteBuffer small(FileChannel channel, long from, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, from + buffer.position()) < 0) {
        throw new IOException("the blob ended " + buffer.remaining() + " bytes early");
      }
    }
    return buffer.flip();
  }

  private static @Nullable Matcher range(@Nullable String header) {
    if (header == null) {
      return null;
    }
    Matcher matcher = RANGE.matcher(header);
    return matcher.matches() ? matcher : null;
  }
}
