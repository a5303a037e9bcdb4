package dev.samdan.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lets a request in, or says why not. What two parsers could read differently is refused (RFC 9112
 * sections 6 and 11.2), so that no second request hides in a first one's body.
 */
sealed interface RequestCheck {
  /**
   * Good to go.
   *
   * @param authority host and port as the client named them; empty where an HTTP/1.0 client named
   *     none
   * @param host in lower case, without port
   * @param target origin form (RFC 9112 section 3.2.1), as the client spelt it
   * @param path normalized, without query
   */
  record Accepted(String authority, String host, String target, String path, boolean hasBody)
      implements RequestCheck {}

  /** Not to be served; the connection ends with this answer. */
  record Refused(int status, String message) implements RequestCheck {}

  Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~%!$&'()*+,;=-]*)(:[0-9]{0,5})?");
  Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

  static RequestCheck check(HttpRequest request) {
    if (request.decoderResult().isFailure()) {
      return unreadable(request.decoderResult().cause());
    }
    HttpVersion version = request.protocolVersion();
    if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
      return new Refused(505, "Only HTTP/1.1 and HTTP/1.0 are served here, not " + version + ".");
    }
    if (request.method().equals(HttpMethod.CONNECT) || request.method().equals(HttpMethod.TRACE)) {
      return new Refused(405, "The method " + request.method() + " is not allowed here.");
    }
    return framing(request).<RequestCheck>map(r -> r).orElseGet(() -> target(request));
  }

  private static RequestCheck unreadable(Throwable cause) {
    return switch (cause) {
      case TooLongHttpLineException e -> new Refused(414, "The request's address is too long.");
      case TooLongHttpHeaderException e ->
          new Refused(431, "The request's headers are too large. Fewer cookies help.");
      default -> new Refused(400, "The request is not valid HTTP: " + cause.getMessage() + ".");
    };
  }

  /** What says where the body ends must say it once and clearly. */
  private static Optional<Refused> framing(HttpRequest request) {
    HttpHeaders headers = request.headers();
    List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
    List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
    if (lengths.size() > 1 || lengths.stream().anyMatch(l -> !LENGTH.matcher(l).matches())) {
      return refuse("Content-Length must be one number.");
    }
    if (!codings.isEmpty() && !lengths.isEmpty()) {
      return refuse("Content-Length and Transfer-Encoding exclude each other.");
    }
    if (!codings.isEmpty() && request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
      return refuse("HTTP/1.0 has no Transfer-Encoding.");
    }
    if (codings.size() > 1) {
      return refuse("Transfer-Encoding must be given once.");
    }
    if (!codings.isEmpty() && !codings.getFirst().strip().equalsIgnoreCase("chunked")) {
      return Optional.of(
          new Refused(501, "The only Transfer-Encoding understood here is chunked."));
    }
    String expect = headers.get(HttpHeaderNames.EXPECT);
    if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
      return Optional.of(new Refused(417, "The only expectation understood here is 100-continue."));
    }
    return Optional.empty();
  }

  private static RequestCheck target(HttpRequest request) {
    List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
    if (hosts.size() > 1
        || (hosts.isEmpty() && request.protocolVersion().equals(HttpVersion.HTTP_1_1))) {
      return new Refused(400, "A request must have one Host header.");
    }
    String authority = hosts.isEmpty() ? "" : hosts.getFirst();
    String target = request.uri();
    if (target.regionMatches(true, 0, "http://", 0, 7)
        || target.regionMatches(true, 0, "https://", 0, 8)) {
      try {
        // Absolute form: its host counts, whatever Host says (RFC 9112 section 3.2.2).
        URI uri = new URI(target);
        authority = String.valueOf(uri.getRawAuthority());
        String path = String.valueOf(uri.getRawPath());
        target =
            (path.isEmpty() ? "/" : path)
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
      } catch (URISyntaxException e) {
        return new Refused(400, "The request's address is not valid.");
      }
    }
    if (!HOST.matcher(authority).matches()) {
      return new Refused(400, "The Host header is not a valid host name.");
    }
    if (!target.startsWith("/")) {
      return new Refused(400, "The request's address must start with a slash.");
    }
    target = asAscii(target);
    int end = target.indexOf('?');
    String rawPath = end < 0 ? target : target.substring(0, end);
    Optional<String> path =
        target.indexOf('#') >= 0 ? Optional.empty() : RequestPath.normalize(rawPath);
    if (path.isEmpty()) {
      return new Refused(400, "The request's path is not valid.");
    }
    return new Accepted(
        authority, withoutPort(authority), target, path.get(), hasBody(request.headers()));
  }

  /**
   * Bytes that a client should have percent-encoded, such as a name in Korean, are encoded for it.
   */
  private static String asAscii(String target) {
    if (target.chars().allMatch(c -> c < 0x7f)) {
      return target;
    }
    StringBuilder ascii = new StringBuilder(target.length() * 2);
    for (char c : target.toCharArray()) {
      ascii.append(c < 0x7f ? Character.toString(c) : "%%%02X".formatted((int) c));
    }
    return ascii.toString();
  }

  private static boolean hasBody(HttpHeaders headers) {
    String length = headers.get(HttpHeaderNames.CONTENT_LENGTH);
    return headers.contains(HttpHeaderNames.TRANSFER_ENCODING)
        || (length != null && Long.parseLong(length) > 0);
  }

  private static String withoutPort(String authority) {
    int colon = authority.lastIndexOf(':');
    boolean port = colon > authority.lastIndexOf(']');
    String host = (port ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  private static Optional<Refused> refuse(String message) {
    return Optional.of(new Refused(400, message));
  }
}
