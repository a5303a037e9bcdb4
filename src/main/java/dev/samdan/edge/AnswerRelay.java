package dev.samdan.edge;

import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;

/**
 * Passes a target's answer on to the client: interim heads, the final head, its content, or the
 * switch to a tunnel.
 */
final class AnswerRelay {
  /** What a part of the answer means for the exchange. */
  enum Outcome {
    MORE,
    ENDED,
    BROKEN,
    /** The target switched protocols, which this request did not ask for. */
    UNASKED,
    UPGRADED
  }

  private final Channel client;
  private final Request request;
  private AnswerFraming framing = new AnswerFraming(false, false);
  private boolean interim;
  private boolean begun;
  private boolean upgrading;
  private boolean finalHeadSent;
  private int status;
  private long bytes;

  AnswerRelay(Channel client, Request request) {
    this.client = client;
    this.request = request;
  }

  /**
   * Takes a part over. {@code mayKeepClient}: nothing but the answer itself can end the client's
   * connection.
   */
  Outcome relay(HttpObject part, boolean mayKeepClient) {
    if (part.decoderResult().isFailure()) {
      ReferenceCountUtil.release(part);
      return Outcome.BROKEN;
    }
    Outcome outcome =
        part instanceof HttpResponse response ? head(response, mayKeepClient) : Outcome.MORE;
    return part instanceof HttpContent content && outcome == Outcome.MORE
        ? content(content)
        : outcome;
  }

  private Outcome head(HttpResponse response, boolean mayKeepClient) {
    status = response.status().code();
    if (status == 101) {
      return upgrade(response);
    }
    if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      interim = true;
      if (!request.isHttp10()) {
        begun = true;
        ForwardHeaders.toClient(response.headers());
        client.write(response);
        client.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      }
      return Outcome.MORE;
    }
    begun = true;
    finalHeadSent = true;
    framing = AnswerFraming.apply(response, request, mayKeepClient);
    client.write(response);
    return Outcome.MORE;
  }

  private Outcome upgrade(HttpResponse response) {
    if (!request.isWebSocket()) {
      return Outcome.UNASKED;
    }
    begun = true;
    upgrading = true;
    String protocol = response.headers().get(HttpHeaderNames.UPGRADE, "websocket");
    ForwardHeaders.toClient(response.headers());
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    response.headers().set(HttpHeaderNames.UPGRADE, protocol);
    client.writeAndFlush(response);
    return Outcome.MORE;
  }

  private Outcome content(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (interim || upgrading) {
      content.release();
      interim &= !last;
      return upgrading && last ? Outcome.UPGRADED : Outcome.MORE;
    }
    bytes += content.content().readableBytes();
    client.write(content);
    return last ? Outcome.ENDED : Outcome.MORE;
  }

  AnswerFraming framing() {
    return framing;
  }

  /** Whether the client has seen anything of it, be it an interim head. */
  boolean isBegun() {
    return begun;
  }

  /** Whether only a broken connection can still tell the client that something failed. */
  boolean isPastHead() {
    return finalHeadSent || upgrading;
  }

  int status() {
    return status;
  }

  long bytes() {
    return bytes;
  }
}
