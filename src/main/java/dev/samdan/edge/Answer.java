package dev.samdan.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;

/**
 * A whole answer that the edge gives itself.
 *
 * @param headers further header lines, each with its line end
 */
record Answer(int status, String contentType, byte[] body, String headers) {

  static Answer text(int status, String text) {
    return new Answer(
        status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8), "");
  }

  static Answer of(Action.Fixed fixed) {
    return new Answer(
        fixed.status(), fixed.contentType(), fixed.body().getBytes(StandardCharsets.UTF_8), "");
  }

  Answer with(String header) {
    return new Answer(status, contentType, body, headers + header + "\r\n");
  }

  /** What went wrong and what helps; a small page for browsers, a text for all else. */
  static Answer problem(int status, String what, String remedy, boolean html) {
    String title = HttpResponseStatus.valueOf(status).toString();
    if (!html) {
      return text(status, title + "\n" + what + "\n" + remedy + "\n")
          .with("cache-control: no-store");
    }
    String page =
        """
        <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
        <title>%1$s</title>
        <style>body{font:16px/1.6 system-ui,sans-serif;max-width:36em;margin:15vh auto;padding:0 1.5em;color:#222}
        h1{font-size:1.25em}p+p{color:#666}@media(prefers-color-scheme:dark){body{background:#161616;color:#ddd}
        p+p{color:#999}}</style>
        <h1>%1$s</h1><p>%2$s</p><p>%3$s</p></html>
        """
            .formatted(title, escape(what), escape(remedy));
    return new Answer(status, "text/html; charset=utf-8", page.getBytes(StandardCharsets.UTF_8), "")
        .with("cache-control: no-store");
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  /** The bytes to send. A status without content (RFC 9110 section 15.3.5) gets no body. */
  ByteBuf encode(ByteBufAllocator allocator, byte[] dateLine, String connectionLine, boolean head) {
    boolean empty = status == 204 || status == 304;
    StringBuilder lines = new StringBuilder(160);
    lines
        .append("HTTP/1.1 ")
        .append(HttpResponseStatus.valueOf(status))
        .append("\r\n")
        .append(headers);
    if (!empty) {
      lines
          .append("content-type: ")
          .append(contentType)
          .append("\r\ncontent-length: ")
          .append(body.length)
          .append("\r\n");
    }
    lines.append(connectionLine);
    ByteBuf out = allocator.directBuffer(lines.length() + dateLine.length + 2 + body.length);
    out.writeCharSequence(lines, StandardCharsets.ISO_8859_1);
    out.writeBytes(dateLine).writeByte('\r').writeByte('\n');
    return head || empty ? out : out.writeBytes(body);
  }
}
