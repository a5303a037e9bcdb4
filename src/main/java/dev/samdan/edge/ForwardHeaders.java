package dev.samdan.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** What changes in headers on their way through (RFC 9110 section 7.6). */
final class ForwardHeaders {
  /**
   * Cookies of Samdan's own console: browsers send them to every port of a host, but they are no
   * application's.
   */
  private static final String OWN_COOKIES = "samdan_";

  private static final List<CharSequence> HOP_BY_HOP =
      List.of(
          HttpHeaderNames.CONNECTION,
          "keep-alive",
          HttpHeaderNames.PROXY_CONNECTION,
          HttpHeaderNames.PROXY_AUTHORIZATION,
          HttpHeaderNames.TE,
          HttpHeaderNames.UPGRADE,
          HttpHeaderNames.TRANSFER_ENCODING,
          "http2-settings");

  /** Connection may name headers to drop, but none that frame or place the message. */
  private static final Set<String> NEVER_NAMED =
      Set.of("host", "content-length", "transfer-encoding", "cookie", "authorization");

  private ForwardHeaders() {}

  /** Turns a client's headers into those for a target. */
  static void toTarget(
      HttpHeaders headers, String client, String authority, int port, boolean websocket) {
    boolean chunked = headers.contains(HttpHeaderNames.TRANSFER_ENCODING);
    String protocol = headers.get(HttpHeaderNames.UPGRADE);
    dropHopByHop(headers);
    if (chunked) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (websocket && protocol != null) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
      headers.set(HttpHeaderNames.UPGRADE, protocol);
    }
    // An absolute-form target's authority counts, whatever Host said; an HTTP/1.0 client may have
    // named none.
    headers.set(HttpHeaderNames.HOST, authority);
    dropOwnCookies(headers);
    String via = String.join(", ", headers.getAll("x-forwarded-for"));
    headers.set("x-forwarded-for", via.isEmpty() ? client : via + ", " + client);
    headers.set("x-forwarded-proto", "http");
    headers.set("x-forwarded-host", authority);
    headers.set("x-forwarded-port", Integer.toString(port));
    headers.set("x-real-ip", client);
    headers.remove("forwarded");
    // A client could make CGI-like programs believe in a proxy of its own (httpoxy).
    headers.remove("proxy");
  }

  /** Turns a target's headers into those for the client, but for what frames the body. */
  static void toClient(HttpHeaders headers) {
    dropHopByHop(headers);
    List<String> cookies = headers.getAll(HttpHeaderNames.SET_COOKIE);
    if (cookies.stream().anyMatch(ForwardHeaders::isOwnCookie)) {
      headers.set(
          HttpHeaderNames.SET_COOKIE, cookies.stream().filter(c -> !isOwnCookie(c)).toList());
    }
  }

  private static void dropHopByHop(HttpHeaders headers) {
    for (String value : headers.getAll(HttpHeaderNames.CONNECTION)) {
      for (String name : value.split(",")) {
        String named = name.strip().toLowerCase(Locale.ROOT);
        if (!named.isEmpty() && !NEVER_NAMED.contains(named)) {
          headers.remove(named);
        }
      }
    }
    HOP_BY_HOP.forEach(headers::remove);
  }

  private static void dropOwnCookies(HttpHeaders headers) {
    List<String> lines = headers.getAll(HttpHeaderNames.COOKIE);
    if (lines.stream().noneMatch(line -> line.toLowerCase(Locale.ROOT).contains(OWN_COOKIES))) {
      return;
    }
    headers.remove(HttpHeaderNames.COOKIE);
    for (String line : lines) {
      List<String> kept =
          java.util.Arrays.stream(line.split(";"))
              .map(String::strip)
              .filter(c -> !c.isEmpty() && !isOwnCookie(c))
              .toList();
      if (!kept.isEmpty()) {
        headers.add(HttpHeaderNames.COOKIE, String.join("; ", kept));
      }
    }
  }

  private static boolean isOwnCookie(String cookie) {
    String start = cookie.stripLeading();
    return start.regionMatches(true, 0, OWN_COOKIES, 0, OWN_COOKIES.length());
  }
}
