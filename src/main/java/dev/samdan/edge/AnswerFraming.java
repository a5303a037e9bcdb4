package dev.samdan.edge;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;

/**
 * How a target's answer ends, on its own connection and on the client's (RFC 9112 section 6.3).
 *
 * @param keepUpstream whether the target's connection can serve another request after it
 * @param keepClient whether the client's can
 */
record AnswerFraming(boolean keepUpstream, boolean keepClient) {
  /**
   * Decides, and makes the head fit the client. {@code mayKeepClient}: nothing else speaks against
   * it.
   */
  static AnswerFraming apply(HttpResponse response, Request request, boolean mayKeepClient) {
    int status = response.status().code();
    HttpHeaders headers = response.headers();
    boolean chunked = HttpUtil.isTransferEncodingChunked(response);
    boolean sized = HttpUtil.isContentLengthSet(response) && !chunked;
    boolean bodiless = request.isHead() || status == 204 || status == 304;
    boolean keepUpstream = HttpUtil.isKeepAlive(response) && (sized || chunked || bodiless);
    ForwardHeaders.toClient(headers);
    if (chunked && headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
      // Two lengths: the chunks count, and what follows them on this connection is not to be
      // trusted.
      headers.remove(HttpHeaderNames.CONTENT_LENGTH);
      keepUpstream = false;
    }
    boolean keepClient = mayKeepClient && (sized || bodiless || !request.isHttp10());
    if (!sized && !bodiless && !request.isHttp10()) {
      headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (!keepClient) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (request.isHttp10()) {
      headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    response.setProtocolVersion(HttpVersion.HTTP_1_1);
    return new AnswerFraming(keepUpstream, keepClient);
  }
}
