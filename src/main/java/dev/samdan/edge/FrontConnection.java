package dev.samdan.edge;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection: takes its requests one after the other, however many it sends ahead. Reads only what it can
 * pass on, and always enough to notice that the client is gone.
 */
final class FrontConnection extends ChannelInboundHandlerAdapter implements Worker.Timed {
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final EdgeCore core;
  private final BoundListener listener;
  private final Worker worker;
  private final SocketChannel channel;
  private final RequestDecoder decoder;
  private final ResponseEncoder encoder = new ResponseEncoder();
  private final ArrayDeque<HttpObject> inbound = new ArrayDeque<>();
  private @Nullable ProxyExchange exchange;
  private boolean bodyEnded = true;
  private boolean bodyBroken;
  private boolean proceeding;
  private boolean lingering;
  private boolean left;
  private long since = System.nanoTime();
  private long headSince;
  private long lastSent;

  FrontConnection(EdgeCore core, BoundListener listener, Worker worker, SocketChannel channel) {
    this.core = core;
    this.listener = listener;
    this.worker = worker;
    this.channel = channel;
    this.decoder = new RequestDecoder(core.limits(), this::bytesArrived);
  }

  void start() {
    channel.pipeline().addLast(decoder, encoder, this);
    worker.add(this);
    channel.read();
  }

  EdgeCore core() {
    return core;
  }

  Worker worker() {
    return worker;
  }

  BoundListener listener() {
    return listener;
  }

  SocketChannel channel() {
    return channel;
  }

  /** The client's address without port. */
  String client() {
    var remote = channel.remoteAddress();
    return remote == null || remote.getAddress() == null ? "-" : remote.getAddress().getHostAddress();
  }

  // ---- requests in

  private void bytesArrived() {
    if (exchange == null && bodyEnded && headSince == 0) {
      headSince = System.nanoTime();
    }
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (lingering || !(message instanceof HttpObject object)) {
      ReferenceCountUtil.release(message);
      return;
    }
    inbound.add(object);
    proceed();
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    channel.flush();
    if (inbound.isEmpty()) {
      channel.read();
    }
  }

  /** Goes on with what was read, as far as the exchange, the target and the client take it. */
  void proceed() {
    if (proceeding || left) {
      return;
    }
    proceeding = true;
    while (step()) {
      // Each step consumed a message.
    }
    proceeding = false;
    ProxyExchange current = exchange;
    if (current != null) {
      current.flushRequest();
    }
    if (inbound.isEmpty() && !left) {
      channel.read();
    }
  }

  private boolean step() {
    HttpObject next = inbound.peek();
    ProxyExchange current = exchange;
    if (next == null) {
      return false;
    }
    if (lingering) {
      ReferenceCountUtil.release(inbound.poll());
      return true;
    }
    if (current == null && bodyEnded) {
      if (!channel.isWritable()) {
        return false;
      }
      inbound.poll();
      begin(next);
      return true;
    }
    if (current != null && (bodyEnded || !current.wantsBody())) {
      return false;
    }
    inbound.poll();
    bodyEnded = next instanceof LastHttpContent;
    if (next.decoderResult().isFailure()) {
      bodyBroken = true;
    }
    if (current != null && next instanceof HttpContent content) {
      current.requestPart(content);
    } else {
      ReferenceCountUtil.release(next);
      if (bodyBroken) {
        end();
      } else if (bodyEnded) {
        awaitNext();
      }
    }
    return true;
  }

  private void begin(HttpObject head) {
    if (!(head instanceof HttpRequest message)) {
      ReferenceCountUtil.release(head);
      return;
    }
    bodyEnded = false;
    headSince = 0;
    switch (RequestCheck.check(message)) {
      case RequestCheck.Refused refused -> refuse(refused.status(), refused.message());
      case RequestCheck.Accepted accepted -> route(new Request(message, accepted));
    }
  }

  private void route(Request request) {
    switch (core.routes().match(listener.name(), request.host(), request.path())) {
      case null -> {
        String what = "Nothing is served at " + request.host() + request.path() + ".";
        problem(request, 404, what, "Check the address; samdan status lists what is served.");
      }
      case Routes.ToText text -> answer(request, Answer.of(text.text()), "-");
      case Routes.ToSite site -> new SiteExchange(this, request, site.release()).answer();
      case Routes.ToGroups groups -> {
        exchange = new ProxyExchange(this, request);
        encoder.answersHead(request.isHead());
        exchange.start(groups);
      }
    }
  }

  // ---- answers out

  /** Whether the connection serves on after this request's answer. */
  boolean keepsAlive(Request request) {
    return request.wantsKeepAlive() && !bodyBroken && !core.isStopping() && listener.isOpen();
  }

  static String connectionLine(Request request, boolean keep) {
    if (!keep) {
      return "connection: close\r\n";
    }
    return request.isHttp10() ? "connection: keep-alive\r\n" : "";
  }

  void problem(Request request, int status, String what, String remedy) {
    answer(request, Answer.problem(status, what, remedy, request.isNavigation()), "-");
  }

  /** A target could not serve; counted with it and its group where one was tried. */
  void failed(
      Request request, int status, String what, String remedy, @Nullable Group group, @Nullable TargetState target) {
    Answer answer = Answer.problem(status, what, remedy, request.isNavigation());
    String label = target == null ? "-" : target.label();
    answer(request, answer, label, group == null ? null : group.series(), target == null ? null : target.series());
  }

  /** Answers at once; a body that is still to come is read and dropped, or ends the connection where it is large. */
  void answer(Request request, Answer answer, String label, @Nullable Series... series) {
    boolean keep = keepsAlive(request) && (bodyEnded || request.bodyIsSmall());
    channel.write(
        answer.encode(channel.alloc(), worker.dateLine(), connectionLine(request, keep), request.isHead()));
    long bytes = request.isHead() ? 0 : answer.body().length;
    record(request, answer.status(), bytes, label, series);
    answered(keep);
  }

  /** The current request's answer was written whole. */
  void answered(boolean keep) {
    exchange = null;
    if (!keep) {
      end();
      return;
    }
    channel.flush();
    if (bodyEnded) {
      awaitNext();
    }
    proceed();
  }

  private void awaitNext() {
    since = System.nanoTime();
    headSince = decoder.holdsPart() ? since : 0;
  }

  /** The message cannot be understood, so what follows cannot be either. */
  private void refuse(int status, String message) {
    Answer answer = Answer.text(status, message + "\n");
    channel.write(answer.encode(channel.alloc(), worker.dateLine(), "connection: close\r\n", false));
    listener.series().record(System.currentTimeMillis(), false, 0, answer.body().length);
    end();
  }

  /** Sends what is written, then closes; waits for the client's end where it may still be sending (RFC 9112, 9.6). */
  private void end() {
    exchange = null;
    boolean mayStillSend = !bodyEnded || bodyBroken || !inbound.isEmpty() || decoder.holdsPart();
    lingering = true;
    since = System.nanoTime();
    ChannelFuture flushed = channel.writeAndFlush(io.netty.buffer.Unpooled.EMPTY_BUFFER);
    if (!mayStillSend) {
      flushed.addListener(ChannelFutureListener.CLOSE);
      return;
    }
    flushed.addListener(done -> channel.shutdownOutput());
    proceed();
  }

  /** The answer cannot be ended well, and only a broken connection tells the client so. */
  void abort() {
    exchange = null;
    channel.close();
  }

  /** From here on bytes go both ways; this handler and the codec leave. */
  void leaveTo(TunnelSide tunnel) {
    left = true;
    exchange = null;
    worker.remove(this);
    channel.pipeline().addLast(tunnel);
    channel.pipeline().remove(this);
    channel.pipeline().remove(encoder);
    channel.pipeline().remove(decoder);
    releaseInbound();
  }

  /** Counts and logs a request that has its answer. */
  void record(Request request, int status, long bytes, String label, @Nullable Series... series) {
    long now = System.currentTimeMillis();
    long micros = (System.nanoTime() - request.startNanos()) / 1000;
    boolean error = status >= 500;
    listener.series().record(now, error, micros, bytes);
    core.traffic().host(request.host()).record(now, error, micros, bytes);
    for (Series one : series) {
      if (one != null) {
        one.record(now, error, micros, bytes);
      }
    }
    core.accessLog()
        .add(
            new AccessLog.Entry(
                request.startMillis(),
                client(),
                request.method().name(),
                request.host(),
                request.rawPath(),
                status,
                bytes,
                micros,
                label));
  }

  // ---- what happens to the connection

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    ProxyExchange current = exchange;
    if (channel.isWritable()) {
      if (current != null) {
        current.clientTakesMore();
      } else {
        proceed();
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    worker.remove(this);
    ProxyExchange current = exchange;
    exchange = null;
    left = true;
    if (current != null) {
      current.clientGone();
    }
    releaseInbound();
  }

  private void releaseInbound() {
    for (HttpObject object; (object = inbound.poll()) != null; ) {
      ReferenceCountUtil.release(object);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    channel.close();
  }

  /** Changes whenever bytes left towards the client. */
  long sent() {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    return pending == null ? 0 : pending.totalPendingWriteBytes() * 31 + pending.currentProgress();
  }

  @Override
  public void tick(long now) {
    ProxyExchange current = exchange;
    Limits limits = core.limits();
    if (current != null) {
      current.tick(now);
    } else if (isSending()) {
      awaitClient(now);
    } else if (lingering) {
      closeAfter(now - since, LINGER_NANOS);
    } else if (!bodyEnded) {
      closeAfter(now - since, limits.body().toNanos());
    } else if (headSince != 0) {
      if (now - headSince > limits.head().toNanos()) {
        refuse(408, "The request's headers did not arrive in time.");
      }
    } else {
      boolean leaving = core.isStopping() || !listener.isOpen();
      closeAfter(now - since, leaving ? 0 : limits.keepAlive().toNanos());
    }
  }

  /** An answer is under way: a client that takes nothing of it for too long is let go. */
  private void awaitClient(long now) {
    long sent = sent();
    if (sent != lastSent) {
      lastSent = sent;
      since = now;
    }
    closeAfter(now - since, core.limits().body().toNanos());
  }

  private boolean isSending() {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    return pending != null && !pending.isEmpty();
  }

  private void closeAfter(long nanos, long limit) {
    if (nanos > limit) {
      channel.close();
    }
  }
}
