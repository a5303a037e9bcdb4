package dev.samdan.edge;

import io.netty.buffer.ByteBuf;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A file of a site.
 *
 * @param file where it lies, for what is not in memory
 * @param size bytes
 * @param etag strong, with its quotes
 * @param headers the lines that all its answers share, each with its line end
 * @param plain the content in memory; null where the file is sent from disk
 * @param gzip the compressed content in memory; null where compressing does not pay
 */
record SiteFile(
    Path file, long size, String etag, String headers, @Nullable Prepared plain, @Nullable Prepared gzip) {

  /**
   * A whole answer, ready but for its date.
   *
   * @param etag of this encoding of the content
   * @param head status line and headers, without the empty line
   */
  record Prepared(String etag, ByteBuf head, ByteBuf body) {
    int bytes() {
      return head.readableBytes() + body.readableBytes();
    }
  }

  long cachedBytes() {
    return (plain == null ? 0 : plain.bytes()) + (gzip == null ? 0 : gzip.bytes());
  }
}
