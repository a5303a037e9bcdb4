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
    Path file,
    long size,
    String etag,
    String headers,
    @Nullable Prepared plain,
    @Nullable Prepared gzip) {

  /**
   * A whole answer, ready but for its date.
   *
   * @param etag of this encoding of the content
   * @param head status line and headers, without the empty line
   * @param body outside the heap, so that sockets take it without a copy
   */
  record Prepared(String etag, byte[] head, ByteBuf body) {
    int bytes() {
      return head.length + body.readableBytes();
    }
  }

  /** Gives the memory back; what is being sent holds its own share until it is. */
  void free() {
    if (plain != null) {
      plain.body().release();
    }
    if (gzip != null) {
      gzip.body().release();
    }
  }

  long cachedBytes() {
    return (plain == null ? 0 : plain.bytes()) + (gzip == null ? 0 : gzip.bytes());
  }
}
