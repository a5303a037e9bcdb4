package dev.samdan.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelFuture;
import io.netty.channel.DefaultFileRegion;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One request answered by a site's file (RFC 9110 sections 13 and 14: conditions and ranges). */
final class SiteExchange {
  /** A body up to this is sent in one piece with its head. */
  private static final int SMALL = 16 << 10;

  private final Conversation conversation;
  private final FrontConnection front;
  private final Request request;
  private final SiteRelease release;
  private final HttpHeaders headers;

  SiteExchange(Conversation conversation, Request request, SiteRelease release) {
    this.conversation = conversation;
    this.front = conversation.connection();
    this.request = request;
    this.release = release;
    this.headers = request.message().headers();
  }

  void answer() {
    if (!request.method().equals(HttpMethod.GET) && !request.isHead()) {
      problem(405, "A site's files can only be read.", "Use GET.", "allow: GET, HEAD");
    } else if (release.problem() != null) {
      problem(
          503, "The site's files cannot be read.", "samdan status shows why.", "retry-after: 5");
    } else {
      switch (release.find(request.path(), request.isNavigation())) {
        case SiteRelease.File found -> file(found.file(), found.status());
        case SiteRelease.Folder folder -> toFolder();
        case SiteRelease.Nothing nothing -> {
          String what = "The site has no file " + request.path() + ".";
          problem(404, what, "Check the address; names are case-sensitive.", "vary: accept");
        }
      }
    }
  }

  private void problem(int status, String what, String remedy, String header) {
    Answer answer = Answer.problem(status, what, remedy, request.isNavigation()).with(header);
    conversation.answer(request, answer, label(), release.series());
  }

  private void toFolder() {
    String raw = request.rawPath();
    String query = request.target().substring(raw.length());
    String location = "location: ./" + raw.substring(raw.lastIndexOf('/') + 1) + "/" + query;
    conversation.answer(request, Answer.text(301, "").with(location), label(), release.series());
  }

  private void file(SiteFile file, int status) {
    ByteRange range =
        status == 200 && mayBePartial(file)
            ? ByteRange.parse(headers.get(HttpHeaderNames.RANGE), file.size())
            : null;
    SiteFile.Prepared gzip = file.gzip();
    SiteFile.Prepared prepared =
        range == null && gzip != null && acceptsGzip() ? gzip : file.plain();
    String etag = prepared == null ? file.etag() : prepared.etag();
    if (status == 200 && isKnownToClient(etag)) {
      head(304, file, "etag: " + etag + "\r\n");
      sent(304, 0);
    } else if (range != null) {
      partial(file, range);
    } else if (prepared == null) {
      head(status, file, "etag: " + etag + "\r\ncontent-length: " + file.size() + "\r\n");
      body(file, 0, file.size(), status);
    } else if (status == 200) {
      whole(prepared);
    } else {
      String encoding = prepared == gzip ? "content-encoding: gzip\r\n" : "";
      head(status, file, encoding + "content-length: " + prepared.body().readableBytes() + "\r\n");
      memory(prepared.body(), 0, prepared.body().readableBytes(), status);
    }
  }

  /** The prepared answer: nothing is made but its date. */
  private void whole(SiteFile.Prepared prepared) {
    byte[] date = front.worker().dateLine();
    String connection = request.connectionLine(keep());
    int length = prepared.body().readableBytes();
    boolean together = !request.isHead() && length <= SMALL;
    int room =
        prepared.head().length + date.length + connection.length() + 2 + (together ? length : 0);
    ByteBuf out = front.channel().alloc().directBuffer(room);
    out.writeBytes(prepared.head()).writeBytes(date);
    out.writeCharSequence(connection, StandardCharsets.ISO_8859_1);
    out.writeByte('\r').writeByte('\n');
    if (together) {
      out.writeBytes(prepared.body(), prepared.body().readerIndex(), length);
      front.channel().write(out);
      sent(200, length);
    } else {
      front.channel().write(out);
      memory(prepared.body(), 0, length, 200);
    }
  }

  private void partial(SiteFile file, ByteRange range) {
    if (!range.isSatisfiable()) {
      head(416, file, "content-range: bytes */" + file.size() + "\r\ncontent-length: 0\r\n");
      sent(416, 0);
      return;
    }
    String lines =
        "etag: "
            + file.etag()
            + "\r\ncontent-range: bytes "
            + range.first()
            + "-"
            + range.last()
            + "/"
            + file.size();
    head(206, file, lines + "\r\ncontent-length: " + range.length() + "\r\n");
    SiteFile.Prepared plain = file.plain();
    if (plain == null) {
      body(file, range.first(), range.length(), 206);
    } else {
      memory(plain.body(), (int) range.first(), (int) range.length(), 206);
    }
  }

  private void head(int status, SiteFile file, String lines) {
    StringBuilder head = new StringBuilder(400);
    head.append("HTTP/1.1 ")
        .append(HttpResponseStatus.valueOf(status))
        .append("\r\n")
        .append(file.headers());
    head.append(lines).append(request.connectionLine(keep()));
    ByteBuf out = front.channel().alloc().directBuffer(head.length() + 64);
    out.writeCharSequence(head, StandardCharsets.ISO_8859_1);
    out.writeBytes(front.worker().dateLine()).writeByte('\r').writeByte('\n');
    front.channel().write(out);
  }

  private void memory(ByteBuf body, int from, int length, int status) {
    if (!request.isHead() && length > 0) {
      front.channel().write(body.retainedSlice(from, length));
    }
    sent(status, request.isHead() ? 0 : length);
  }

  /** From disk by sendfile. The channel closes the file when it is sent or the client is gone. */
  private void body(SiteFile file, long from, long length, int status) {
    if (request.isHead() || length == 0) {
      sent(status, 0);
      return;
    }
    ChannelFuture written =
        front.channel().write(new DefaultFileRegion(file.file().toFile(), from, length));
    written.addListener(done -> {
      if (!done.isSuccess()) {
        front.abort();
      }
    });
    sent(status, length);
  }

  private void sent(int status, long bytes) {
    conversation.record(request, status, bytes, label(), release.series());
    conversation.answered(keep());
  }

  private boolean keep() {
    return conversation.keepsAlive(request) && request.bodyIsSmall();
  }

  private String label() {
    return release.site().name() + "@" + release.site().release();
  }

  private boolean mayBePartial(SiteFile file) {
    String unless = headers.get(HttpHeaderNames.IF_RANGE);
    return request.method().equals(HttpMethod.GET)
        && (unless == null || unless.strip().equals(file.etag()));
  }

  private boolean isKnownToClient(String etag) {
    for (String line : headers.getAll(HttpHeaderNames.IF_NONE_MATCH)) {
      for (String one : line.split(",")) {
        String known = one.strip();
        if (known.equals("*")
            || (known.startsWith("W/") ? known.substring(2) : known).equals(etag)) {
          return true;
        }
      }
    }
    return false;
  }

  private boolean acceptsGzip() {
    return acceptsGzip(headers.get(HttpHeaderNames.ACCEPT_ENCODING));
  }

  /** RFC 9110 section 12.5.3: named, or meant by a star, with a quality above zero. */
  static boolean acceptsGzip(@Nullable String accepted) {
    boolean star = false;
    for (String part :
        accepted == null ? new String[0] : accepted.toLowerCase(Locale.ROOT).split(",")) {
      String[] words = part.strip().split("\\s*;\\s*");
      boolean none = words.length > 1 && words[1].matches("q\\s*=\\s*0(\\.0*)?");
      if (words[0].equals("gzip") || words[0].equals("x-gzip")) {
        return !none;
      }
      star |= words[0].equals("*") && !none;
    }
    return star;
  }
}
