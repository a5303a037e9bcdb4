package dev.samdan.edge;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.TimeUnit;

/**
 * A client's connection: its bytes, its times, its end. What is said on it is its {@link
 * Conversation}.
 */
final class FrontConnection extends ChannelInboundHandlerAdapter implements Worker.Timed {
  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final EdgeCore core;
  private final BoundListener listener;
  private final Worker worker;
  private final SocketChannel channel;
  private final RequestDecoder decoder;
  private final ResponseEncoder encoder = new ResponseEncoder();
  private final Outbound outbound;
  private final Conversation conversation;
  private boolean lingering;
  private long since = System.nanoTime();
  private long headSince;

  FrontConnection(EdgeCore core, BoundListener listener, Worker worker, SocketChannel channel) {
    this.core = core;
    this.listener = listener;
    this.worker = worker;
    this.channel = channel;
    this.outbound = new Outbound(channel);
    this.conversation = new Conversation(this);
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

  Outbound outbound() {
    return outbound;
  }

  /** The client's address without port. */
  String client() {
    var remote = channel.remoteAddress();
    return remote == null || remote.getAddress() == null
        ? "-"
        : remote.getAddress().getHostAddress();
  }

  /** Whether the last answer was written and what still arrives is dropped. */
  boolean isLingering() {
    return lingering;
  }

  /** Whether the answer that passes through next is to HEAD. */
  void answersHead(boolean head) {
    encoder.answersHead(head);
  }

  // ---- bytes in

  private void bytesArrived() {
    if (headSince == 0 && conversation.isBetweenRequests()) {
      headSince = System.nanoTime();
    }
  }

  /** A request's head is complete. */
  void headArrived() {
    headSince = 0;
    since = System.nanoTime();
  }

  /** A request and its answer are over; the next may have begun to arrive. */
  void awaitNext() {
    since = System.nanoTime();
    headSince = decoder.holdsPart() ? since : 0;
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!lingering && message instanceof HttpObject object) {
      conversation.arrived(object);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    channel.flush();
    conversation.readOn();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (channel.isWritable()) {
      ProxyExchange exchange = conversation.exchange();
      if (exchange != null) {
        exchange.clientTakesMore();
      } else {
        conversation.proceed();
      }
    }
  }

  // ---- ends

  /** What arrived cannot be understood, so what follows cannot be either. */
  void refuse(int status, String message) {
    Answer answer = Answer.text(status, message + "\n");
    channel.write(
        answer.encode(channel.alloc(), worker.dateLine(), "connection: close\r\n", false));
    listener.series().record(System.currentTimeMillis(), false, 0, answer.body().length);
    end(true);
  }

  /**
   * Sends what is written, then closes. A client that may still be sending is listened to for a
   * while: closing at once would reset the connection and could take the answer from it (RFC 9112
   * section 9.6).
   */
  void end(boolean mayStillSend) {
    conversation.forgetExchange();
    lingering = true;
    since = System.nanoTime();
    ChannelFuture flushed = channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    if (mayStillSend || decoder.holdsPart()) {
      flushed.addListener(done -> channel.shutdownOutput());
      conversation.proceed();
    } else {
      flushed.addListener(ChannelFutureListener.CLOSE);
    }
  }

  /** The answer cannot be ended well, and only a broken connection tells the client so. */
  void abort() {
    conversation.forgetExchange();
    channel.close();
  }

  /** From here on bytes go both ways; this handler and the codec leave. */
  void leaveTo(TunnelSide tunnel) {
    worker.remove(this);
    conversation.close();
    channel.pipeline().addLast(tunnel);
    channel.pipeline().remove(this);
    channel.pipeline().remove(encoder);
    channel.pipeline().remove(decoder);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    worker.remove(this);
    conversation.gone();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    channel.close();
  }

  // ---- times

  @Override
  public void tick(long now) {
    ProxyExchange exchange = conversation.exchange();
    Limits limits = core.limits();
    if (exchange != null) {
      exchange.tick(now);
    } else if (outbound.isPending()) {
      awaitClient(now);
    } else if (lingering) {
      closeAfter(now - since, LINGER_NANOS);
    } else if (!conversation.isBetweenRequests()) {
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
    if (outbound.moved()) {
      since = now;
    }
    closeAfter(now - since, core.limits().body().toNanos());
  }

  private void closeAfter(long nanos, long limit) {
    if (nanos > limit) {
      channel.close();
    }
  }
}
