package dev.samdan.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Locale;
import java.util.Set;

/** A request that was let in, with what its answer, its counting and its log line need. */
final class Request {
  /** Repeating them has no further effect (RFC 9110 section 9.2.2). */
  private static final Set<HttpMethod> IDEMPOTENT =
      Set.of(
          HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

  private static final long SMALL_BODY = 64 << 10;

  private final HttpRequest message;
  private final RequestCheck.Accepted accepted;
  private final boolean wantsKeepAlive;
  private final boolean websocket;
  private final long startNanos = System.nanoTime();
  private final long startMillis = System.currentTimeMillis();

  Request(HttpRequest message, RequestCheck.Accepted accepted) {
    this.message = message;
    this.accepted = accepted;
    this.wantsKeepAlive = HttpUtil.isKeepAlive(message);
    this.websocket = asksForWebSocket(message, accepted.hasBody());
  }

  /** Only WebSocket: any other protocol behind an upgrade, such as h2c, would pass by the rules. */
  private static boolean asksForWebSocket(HttpRequest message, boolean hasBody) {
    HttpHeaders headers = message.headers();
    return message.method().equals(HttpMethod.GET)
        && !hasBody
        && headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)
        && "websocket".equalsIgnoreCase(headers.get(HttpHeaderNames.UPGRADE));
  }

  HttpRequest message() {
    return message;
  }

  HttpMethod method() {
    return message.method();
  }

  String authority() {
    return accepted.authority();
  }

  String host() {
    return accepted.host();
  }

  /** Path and query as the client spelt them. */
  String target() {
    return accepted.target();
  }

  /**
   * The path as the client spelt it; a query may hold secrets and is left out where people read.
   */
  String rawPath() {
    int query = accepted.target().indexOf('?');
    return query < 0 ? accepted.target() : accepted.target().substring(0, query);
  }

  /** The normalized path. */
  String path() {
    return accepted.path();
  }

  boolean hasBody() {
    return accepted.hasBody();
  }

  boolean isHead() {
    return method().equals(HttpMethod.HEAD);
  }

  boolean isHttp10() {
    return message.protocolVersion().equals(HttpVersion.HTTP_1_0);
  }

  boolean isIdempotent() {
    return IDEMPOTENT.contains(method());
  }

  boolean isWebSocket() {
    return websocket;
  }

  boolean wantsKeepAlive() {
    return wantsKeepAlive;
  }

  /**
   * The header line that tells the client whether its connection serves on; empty where that is
   * understood.
   */
  String connectionLine(boolean keep) {
    if (!keep) {
      return "connection: close\r\n";
    }
    return isHttp10() ? "connection: keep-alive\r\n" : "";
  }

  /** Whether what is left of the body can be read and dropped so that the connection serves on. */
  boolean bodyIsSmall() {
    return !hasBody()
        || (!message.headers().contains(HttpHeaderNames.EXPECT)
            && HttpUtil.getContentLength(message, Long.MAX_VALUE) <= SMALL_BODY);
  }

  /** Whether a person's browser goes there, instead of a page asking for a part. */
  boolean isNavigation() {
    String accept = message.headers().get(HttpHeaderNames.ACCEPT);
    return accept != null && accept.toLowerCase(Locale.ROOT).contains("text/html");
  }

  long startNanos() {
    return startNanos;
  }

  long startMillis() {
    return startMillis;
  }
}
