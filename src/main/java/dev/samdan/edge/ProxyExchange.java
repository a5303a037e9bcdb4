package dev.samdan.edge;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through a target. Repeated only where that is safe: when no connection was made, or when the
 * request is idempotent, nothing of its body was sent and nothing was answered (RFC 9110 section 9.2.2).
 */
final class ProxyExchange implements UpstreamPool.Taker {
  private static final int CONNECT_ATTEMPTS = 4;

  private enum Stage {
    CONNECTING,
    WAITING,
    ANSWERING,
    OVER
  }

  private final FrontConnection front;
  private final Request request;
  private final HttpRequest outgoing;
  private Stage stage = Stage.CONNECTING;
  private @Nullable Group group;
  private @Nullable TargetState target;
  private @Nullable UpstreamConnection upstream;
  private int failedConnects;
  private boolean repeated;
  private boolean bodyTaken;
  private boolean requestEnded;
  private boolean interim;
  private boolean interimSent;
  private boolean upgrading;
  private boolean keepUpstream;
  private boolean keepClient;
  private int status;
  private long bytes;
  private long since = System.nanoTime();
  private long lastSent;

  ProxyExchange(FrontConnection front, Request request) {
    this.front = front;
    this.request = request;
    HttpRequest message = request.message();
    int port = front.listener().port();
    String authority = request.authority().isEmpty() ? front.listener().host() + ":" + port : request.authority();
    ForwardHeaders.toTarget(message.headers(), front.client(), authority, port, request.isWebSocket());
    if (request.isHttp10()) {
      message.headers().remove(HttpHeaderNames.EXPECT);
    }
    this.outgoing = new DefaultHttpRequest(HttpVersion.HTTP_1_1, message.method(), request.target(), message.headers());
  }

  // ---- finding a target

  void start(Routes.ToGroups groups) {
    attempt(groups.next(), null);
  }

  private void attempt(@Nullable Group next, @Nullable TargetState not) {
    TargetState chosen = next == null ? null : next.next(not);
    if (next == null || chosen == null) {
      stage = Stage.OVER;
      String what = "No instance of the application at " + request.host() + request.path() + " is running.";
      fail(503, what, "Try again shortly; samdan status shows what is running.");
      return;
    }
    group = next;
    target = chosen;
    stage = Stage.CONNECTING;
    since = System.nanoTime();
    chosen.inFlight().incrementAndGet();
    front.worker().pool().take(chosen, request.isIdempotent(), repeated, this);
  }

  /** The table may have changed meanwhile, so the rules are asked again. */
  private void again() {
    TargetState failed = target;
    leaveTarget();
    var destination = front.core().routes().match(front.listener().name(), request.host(), request.path());
    attempt(destination instanceof Routes.ToGroups groups ? groups.next() : null, failed);
  }

  @Override
  public void connected(UpstreamConnection connection, boolean reused) {
    if (stage == Stage.OVER) {
      front.worker().pool().giveBack(connection);
      return;
    }
    upstream = connection;
    stage = Stage.WAITING;
    since = System.nanoTime();
    connection.attach(this);
    connection.write(outgoing);
    if (requestEnded) {
      connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    connection.read();
    front.proceed();
  }

  @Override
  public void notConnected(Throwable cause) {
    if (stage == Stage.OVER) {
      return;
    }
    TargetState failed = target;
    if (failed != null) {
      failed.connectFailed(HealthProbe.describe(cause));
    }
    if (++failedConnects < CONNECT_ATTEMPTS) {
      again();
      return;
    }
    boolean late = cause instanceof ConnectTimeoutException;
    String what = "The application at " + request.host() + request.path() + " does not accept connections.";
    fail(late ? 504 : 502, what, "Try again shortly; samdan logs shows what the application says.");
  }

  // ---- the request

  boolean wantsBody() {
    UpstreamConnection to = upstream;
    return to != null && to.isWritable();
  }

  void requestPart(HttpContent part) {
    UpstreamConnection to = upstream;
    if (part.decoderResult().isFailure() || to == null) {
      ReferenceCountUtil.release(part);
      brokenRequest();
      return;
    }
    since = System.nanoTime();
    bodyTaken |= part.content().isReadable();
    requestEnded = part instanceof LastHttpContent;
    to.write(part);
  }

  void flushRequest() {
    UpstreamConnection to = upstream;
    if (to != null) {
      to.flush();
    }
  }

  /** What frames the body is not valid: neither side may believe that the request ended well. */
  private void brokenRequest() {
    if (stage == Stage.ANSWERING) {
      over(400);
      front.abort();
    } else {
      fail(400, "The request's body is not valid HTTP.", "Send it again.");
    }
  }

  void targetTakesMore() {
    front.proceed();
  }

  // ---- the answer

  void answerPart(HttpObject part) {
    since = System.nanoTime();
    if (part.decoderResult().isFailure()) {
      ReferenceCountUtil.release(part);
      targetGone();
      return;
    }
    if (part instanceof HttpResponse response) {
      head(response);
    }
    if (part instanceof HttpContent content && stage != Stage.OVER) {
      content(content);
    }
  }

  private void head(HttpResponse response) {
    status = response.status().code();
    if (status == 101) {
      upgrade(response);
    } else if (response.status().codeClass() == HttpStatusClass.INFORMATIONAL) {
      interim = true;
      if (!request.isHttp10()) {
        interimSent = true;
        ForwardHeaders.toClient(response.headers());
        front.channel().write(response);
        front.channel().writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT);
      }
    } else {
      finalHead(response);
    }
  }

  private void finalHead(HttpResponse response) {
    stage = Stage.ANSWERING;
    boolean chunked = HttpUtil.isTransferEncodingChunked(response);
    boolean bodiless = request.isHead() || status == 204 || status == 304;
    boolean sized = HttpUtil.isContentLengthSet(response) && !chunked;
    keepUpstream = HttpUtil.isKeepAlive(response) && (sized || chunked || bodiless);
    ForwardHeaders.toClient(response.headers());
    if (chunked && response.headers().contains(HttpHeaderNames.CONTENT_LENGTH)) {
      // Two lengths: the chunks count, and what follows them on this connection is not to be trusted.
      response.headers().remove(HttpHeaderNames.CONTENT_LENGTH);
      keepUpstream = false;
    }
    keepClient = front.keepsAlive(request) && requestEnded && (sized || bodiless || !request.isHttp10());
    if (!sized && !bodiless && !request.isHttp10()) {
      response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    if (!keepClient) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    } else if (request.isHttp10()) {
      response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE);
    }
    response.setProtocolVersion(HttpVersion.HTTP_1_1);
    front.channel().write(response);
  }

  private void content(HttpContent content) {
    boolean last = content instanceof LastHttpContent;
    if (interim || upgrading) {
      content.release();
      interim &= !last;
      if (upgrading && last) {
        tunnel();
      }
      return;
    }
    bytes += content.content().readableBytes();
    front.channel().write(content);
    if (last) {
      finish();
    }
  }

  private void finish() {
    UpstreamConnection from = upstream;
    upstream = null;
    if (from != null) {
      from.detach();
      if (keepUpstream && requestEnded) {
        front.worker().pool().giveBack(from);
      } else {
        from.close();
      }
    }
    over(status);
    front.answered(keepClient);
  }

  void answerReadComplete() {
    front.channel().flush();
    UpstreamConnection from = upstream;
    if (from != null && front.channel().isWritable()) {
      from.read();
    }
  }

  void clientTakesMore() {
    UpstreamConnection from = upstream;
    if (from != null) {
      from.read();
    }
  }

  // ---- upgrades

  private void upgrade(HttpResponse response) {
    if (!request.isWebSocket()) {
      fail(502, "The application switched protocols without being asked to.", "samdan logs shows what it says.");
      return;
    }
    upgrading = true;
    String protocol = response.headers().get(HttpHeaderNames.UPGRADE, "websocket");
    ForwardHeaders.toClient(response.headers());
    response.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE);
    response.headers().set(HttpHeaderNames.UPGRADE, protocol);
    front.channel().writeAndFlush(response);
  }

  private void tunnel() {
    UpstreamConnection from = upstream;
    TargetState at = target;
    if (from == null || at == null) {
      return;
    }
    upstream = null;
    target = null;
    stage = Stage.OVER;
    record(101, at);
    long idle = front.core().limits().tunnel().toNanos();
    TunnelSide clientSide = new TunnelSide(front.worker(), idle, () -> {});
    TunnelSide targetSide = new TunnelSide(front.worker(), idle, () -> at.inFlight().decrementAndGet());
    // Joined first: what the codecs still hold goes through as they leave.
    clientSide.join(front.channel(), from.channel());
    targetSide.join(from.channel(), front.channel());
    from.leaveTo(targetSide);
    front.leaveTo(clientSide);
  }

  // ---- ends

  void targetGone() {
    if (stage == Stage.OVER) {
      return;
    }
    if (stage == Stage.ANSWERING || upgrading) {
      over(502);
      front.abort();
    } else if (request.isIdempotent() && !bodyTaken && !interimSent && !repeated) {
      repeated = true;
      again();
    } else {
      String what = "The application at " + request.host() + request.path() + " ended the connection without an answer.";
      fail(502, what, "Try again shortly; samdan logs shows what the application says.");
    }
  }

  void clientGone() {
    if (stage != Stage.OVER) {
      over(stage == Stage.ANSWERING ? status : 499);
    }
  }

  private void fail(int withStatus, String what, String remedy) {
    TargetState at = target;
    Group of = group;
    leaveTarget();
    stage = Stage.OVER;
    front.failed(request, withStatus, what, remedy, of, at);
  }

  /** Ends the exchange without a word to the client. */
  private void over(int withStatus) {
    TargetState at = target;
    leaveTarget();
    stage = Stage.OVER;
    if (at != null) {
      record(withStatus, at);
    }
  }

  private void leaveTarget() {
    UpstreamConnection to = upstream;
    upstream = null;
    if (to != null) {
      to.close();
    }
    TargetState at = target;
    target = null;
    if (at != null) {
      at.inFlight().decrementAndGet();
    }
  }

  private void record(int withStatus, TargetState at) {
    Group of = group;
    front.record(request, withStatus, bytes, at.label(), of == null ? null : of.series(), at.series());
  }

  void tick(long now) {
    Limits limits = front.core().limits();
    UpstreamConnection to = upstream;
    if (stage == Stage.WAITING && to != null) {
      boolean client = !requestEnded && to.isWritable();
      if (client && now - since > limits.body().toNanos()) {
        fail(408, "The request's body did not arrive in time.", "Send it again.");
      } else if (!client && now - since > limits.answer().toNanos()) {
        String what = "The application at " + request.host() + request.path() + " did not answer in time.";
        fail(504, what, "Try again shortly; samdan logs shows what the application does.");
      }
    } else if (stage == Stage.ANSWERING) {
      long sent = front.sent();
      if (sent != lastSent) {
        lastSent = sent;
        since = now;
      }
      boolean client = !front.channel().isWritable();
      if (now - since > (client ? limits.body() : limits.stream()).toNanos()) {
        over(client ? status : 504);
        front.abort();
      }
    }
  }
}
