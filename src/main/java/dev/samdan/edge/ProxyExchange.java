package dev.samdan.edge;

import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way through a target. Repeated only where that is safe: when no connection was
 * made, or when the request is idempotent, nothing of its body was sent and nothing was answered
 * (RFC 9110 section 9.2.2).
 */
final class ProxyExchange implements UpstreamPool.Taker {
  private static final int CONNECT_ATTEMPTS = 4;
  private static final String AGAIN = "Send it again.";
  private static final String LOGS = "Try again shortly; samdan logs shows what it says.";

  private enum Stage {
    CONNECTING,
    OPEN,
    OVER
  }

  private final Conversation conversation;
  private final FrontConnection front;
  private final Request request;
  private final HttpRequest outgoing;
  private final AnswerRelay answer;
  private Stage stage = Stage.CONNECTING;
  private @Nullable Group group;
  private @Nullable TargetState target;
  private @Nullable UpstreamConnection upstream;
  private int failedConnects;
  private boolean repeated;
  private boolean bodyTaken;
  private boolean requestEnded;
  private long since = System.nanoTime();

  ProxyExchange(Conversation conversation, Request request) {
    this.conversation = conversation;
    this.front = conversation.connection();
    this.request = request;
    this.answer = new AnswerRelay(front.channel(), request);
    HttpRequest message = request.message();
    int port = front.listener().port();
    String authority =
        request.authority().isEmpty() ? front.listener().address() : request.authority();
    ForwardHeaders.toTarget(
        message.headers(), front.client(), authority, port, request.isWebSocket());
    if (request.isHttp10()) {
      message.headers().remove(HttpHeaderNames.EXPECT);
    }
    this.outgoing =
        new DefaultHttpRequest(
            HttpVersion.HTTP_1_1, message.method(), request.target(), message.headers());
  }

  // ---- finding a target

  void start(Routes.ToGroups groups) {
    attempt(groups.next(), null);
  }

  private void attempt(@Nullable Group next, @Nullable TargetState not) {
    TargetState chosen = next == null ? null : next.next(not);
    if (chosen == null) {
      fail(
          503,
          "No instance of " + application() + " is running.",
          "samdan status shows what is running.");
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
    var destination =
        front.core().routes().match(front.listener().address(), request.host(), request.path());
    attempt(destination instanceof Routes.ToGroups groups ? groups.next() : null, failed);
  }

  @Override
  public void connected(UpstreamConnection connection) {
    if (stage != Stage.CONNECTING) {
      front.worker().pool().giveBack(connection);
      return;
    }
    upstream = connection;
    stage = Stage.OPEN;
    since = System.nanoTime();
    connection.attach(this);
    connection.write(outgoing);
    if (requestEnded) {
      connection.write(LastHttpContent.EMPTY_LAST_CONTENT);
    }
    connection.read();
    conversation.proceed();
  }

  @Override
  public void notConnected(Throwable cause) {
    TargetState failed = target;
    if (failed != null) {
      failed.connectFailed(HealthProbe.describe(cause));
    }
    if (stage != Stage.CONNECTING) {
      return;
    }
    if (++failedConnects < CONNECT_ATTEMPTS) {
      again();
    } else {
      boolean late = cause instanceof ConnectTimeoutException;
      fail(late ? 504 : 502, application() + " does not accept connections.", LOGS);
    }
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
    if (answer.isPastHead()) {
      over(400);
      front.abort();
    } else {
      fail(400, "the request's body is not valid HTTP.", AGAIN);
    }
  }

  void targetTakesMore() {
    conversation.proceed();
  }

  // ---- the answer

  void answerPart(HttpObject part) {
    since = System.nanoTime();
    switch (answer.relay(part, conversation.keepsAlive(request) && requestEnded)) {
      case MORE -> {}
      case ENDED -> finish();
      case BROKEN -> targetGone();
      case UNASKED ->
          fail(502, application() + " switched protocols without being asked to.", LOGS);
      case UPGRADED -> tunnel();
    }
  }

  private void finish() {
    UpstreamConnection from = upstream;
    upstream = null;
    if (from != null) {
      from.detach();
      if (answer.framing().keepUpstream() && requestEnded) {
        front.worker().pool().giveBack(from);
      } else {
        from.close();
      }
    }
    over(answer.status());
    conversation.answered(answer.framing().keepClient());
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

  private void tunnel() {
    UpstreamConnection from = upstream;
    TargetState at = target;
    if (from != null && at != null) {
      upstream = null;
      target = null;
      stage = Stage.OVER;
      record(101, at);
      TunnelSide.connect(conversation, from, () -> at.inFlight().decrementAndGet());
    }
  }

  // ---- ends

  void targetGone() {
    if (stage == Stage.OVER) {
      return;
    }
    if (answer.isPastHead()) {
      over(502);
      front.abort();
    } else if (request.isIdempotent() && !bodyTaken && !answer.isBegun() && !repeated) {
      repeated = true;
      again();
    } else {
      fail(502, application() + " ended the connection without an answer.", LOGS);
    }
  }

  void clientGone() {
    if (stage != Stage.OVER) {
      over(answer.isPastHead() ? answer.status() : 499);
    }
  }

  private String application() {
    return "the application at " + request.host() + request.path();
  }

  private void fail(int status, String what, String remedy) {
    TargetState at = target;
    Group of = group;
    leaveTarget();
    stage = Stage.OVER;
    conversation.failed(
        request, status, Character.toUpperCase(what.charAt(0)) + what.substring(1), remedy, of, at);
  }

  /** Ends the exchange without a word to the client. */
  private void over(int status) {
    TargetState at = target;
    leaveTarget();
    stage = Stage.OVER;
    if (at != null) {
      record(status, at);
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

  private void record(int status, TargetState at) {
    Group of = group;
    conversation.record(
        request, status, answer.bytes(), at.label(), of == null ? null : of.series(), at.series());
  }

  void tick(long now) {
    Limits limits = front.core().limits();
    long waited = now - since;
    if (stage == Stage.CONNECTING) {
      if (waited > 2 * limits.connect().toNanos()) {
        fail(504, application() + " does not accept connections.", LOGS);
      }
    } else if (answer.isPastHead()) {
      awaitAnswersEnd(now);
    } else if (!requestEnded && wantsBody()) {
      if (waited > limits.body().toNanos()) {
        fail(408, "the request's body did not arrive in time.", AGAIN);
      }
    } else if (waited > limits.answer().toNanos()) {
      fail(504, application() + " did not answer in time.", LOGS);
    }
  }

  private void awaitAnswersEnd(long now) {
    Limits limits = front.core().limits();
    if (front.outbound().moved()) {
      since = now;
    }
    boolean client = !front.channel().isWritable();
    if (now - since > (client ? limits.body() : limits.stream()).toNanos()) {
      over(client ? answer.status() : 504);
      front.abort();
    }
  }
}
