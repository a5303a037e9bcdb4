package dev.samdan.edge;

import dev.samdan.base.Digest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads a site's files: small ones into memory with their whole answer prepared and compressed, as
 * long as the budget lasts; the others are sent from disk.
 */
final class SiteLoader {
  /** A file above this is sent from disk, where sendfile needs no memory for it. */
  private static final long PLAIN_LIMIT = 1 << 20;

  /**
   * Up to this its compressed content is still kept, such as that of a large main.dart.js or
   * canvaskit.wasm.
   */
  private static final long GZIP_LIMIT = 24 << 20;

  /** What all sites may hold in memory, outside the heap. */
  static final long BUDGET = 64 << 20;

  private static final int SMALLEST_TO_COMPRESS = 256;

  private final TrafficBook traffic;
  private final long budget;

  SiteLoader(TrafficBook traffic, long budget) {
    this.traffic = traffic;
    this.budget = budget;
  }

  /** Loads it; a folder that cannot be read gives a release that says so. */
  SiteRelease load(Site site, long spent) {
    Series series = traffic.series(EdgeStatus.Kind.SITE, site.name());
    try {
      return new SiteRelease(site, read(site, spent), null, series);
    } catch (IOException | UncheckedIOException e) {
      String problem = "site " + site.name() + ": release " + site.release() + " in " + site.root();
      String why =
          e instanceof NoSuchFileException
              ? "the folder does not exist"
              : String.valueOf(e.getMessage());
      return new SiteRelease(site, Map.of(), problem + " cannot be served: " + why, series);
    }
  }

  private record Source(Path file, String path, BasicFileAttributes attributes) {}

  private Map<String, SiteFile> read(Site site, long spent) throws IOException {
    Path root = site.root().toRealPath();
    List<Source> sources;
    try (Stream<Path> tree = Files.walk(root)) {
      sources =
          tree.map(file -> source(root, file))
              .flatMap(java.util.Optional::stream)
              .sorted(Comparator.comparingLong(s -> s.attributes().size()))
              .toList();
    }
    Map<String, SiteFile> files = new HashMap<>();
    long held = spent;
    try {
      for (Source source : sources) {
        long size = source.attributes().size();
        long limit =
            ContentTypes.isCompressible(ContentTypes.of(source.path())) ? GZIP_LIMIT : PLAIN_LIMIT;
        SiteFile file =
            size <= limit && held + size <= budget
                ? inMemory(source)
                : onDisk(source, site.release());
        held += file.cachedBytes();
        files.put(source.path(), file);
      }
      return files;
    } catch (IOException | RuntimeException | Error e) {
      files.values().forEach(SiteFile::free);
      throw e;
    }
  }

  /** A regular file, or a link to one below the same root. */
  private static java.util.Optional<Source> source(Path root, Path file) {
    try {
      Path real = Files.isSymbolicLink(file) ? file.toRealPath() : file;
      BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
      return real.startsWith(root) && attributes.isRegularFile()
          ? java.util.Optional.of(new Source(real, "/" + root.relativize(file), attributes))
          : java.util.Optional.empty();
    } catch (NoSuchFileException e) {
      return java.util.Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SiteFile onDisk(Source source, String release) {
    long size = source.attributes().size();
    String version = release + " " + size + " " + source.attributes().lastModifiedTime().toMillis();
    String hash =
        Digest.of((version + source.path()).getBytes(StandardCharsets.UTF_8))
            .hex()
            .substring(0, 32);
    return new SiteFile(
        source.file(), size, '"' + hash + '"', sharedHeaders(source.path(), false), null, null);
  }

  private static SiteFile inMemory(Source source) throws IOException {
    byte[] content = Files.readAllBytes(source.file());
    String hash = Digest.of(content).hex().substring(0, 32);
    byte[] small = compress(content, ContentTypes.of(source.path()));
    String headers = sharedHeaders(source.path(), small != null);
    String etag = '"' + hash + '"';
    return new SiteFile(
        source.file(),
        content.length,
        etag,
        headers,
        content.length <= PLAIN_LIMIT ? prepare(etag, headers, content) : null,
        small == null
            ? null
            : prepare('"' + hash + "-gz\"", headers + "content-encoding: gzip\r\n", small));
  }

  private static byte @Nullable [] compress(byte[] content, String type) throws IOException {
    if (content.length < SMALLEST_TO_COMPRESS || !ContentTypes.isCompressible(type)) {
      return null;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(content.length / 4);
    try (GZIPOutputStream gzip = new GZIPOutputStream(out, 1 << 14)) {
      gzip.write(content);
    }
    return out.size() < content.length * 0.9 ? out.toByteArray() : null;
  }

  private static String sharedHeaders(String path, boolean varies) {
    return "content-type: "
        + ContentTypes.of(path)
        + "\r\ncache-control: "
        + CachePolicy.of(path)
        + "\r\naccept-ranges: bytes\r\nx-content-type-options: nosniff\r\n"
        + (varies ? "vary: accept-encoding\r\n" : "");
  }

  private static SiteFile.Prepared prepare(String etag, String headers, byte[] body) {
    String head =
        "HTTP/1.1 200 OK\r\n"
            + headers
            + "etag: "
            + etag
            + "\r\ncontent-length: "
            + body.length
            + "\r\n";
    ByteBuf outsideHeap = Unpooled.directBuffer(body.length, body.length).writeBytes(body);
    return new SiteFile.Prepared(
        etag, head.getBytes(StandardCharsets.ISO_8859_1), outsideHeap.asReadOnly());
  }
}
