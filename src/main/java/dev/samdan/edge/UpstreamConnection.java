package dev.samdan.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpObject;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** A connection to a target: serves one exchange, or rests in the pool. */
final class UpstreamConnection extends ChannelInboundHandlerAdapter {
  private final TargetState target;
  private final UpstreamPool pool;
  private @Nullable Channel channel;
  private @Nullable ProxyExchange exchange;
  private long idleSince;

  UpstreamConnection(TargetState target, UpstreamPool pool) {
    this.target = target;
    this.pool = pool;
  }

  TargetState target() {
    return target;
  }

  void opened(Channel opened) {
    channel = opened;
  }

  Channel channel() {
    Channel opened = channel;
    if (opened == null) {
      throw new IllegalStateException("not opened");
    }
    return opened;
  }

  boolean isActive() {
    return channel().isActive();
  }

  boolean isWritable() {
    return channel().isWritable();
  }

  void write(Object message) {
    channel().write(message);
  }

  void flush() {
    channel().flush();
  }

  void read() {
    channel().read();
  }

  void attach(ProxyExchange to) {
    exchange = to;
  }

  /** No exchange any more; nothing that still arrives is anyone's. */
  void detach() {
    exchange = null;
  }

  long idleSince() {
    return idleSince;
  }

  /** Reads on, so that the target's closing is seen. */
  void rest() {
    idleSince = System.nanoTime();
    channel().read();
  }

  void close() {
    exchange = null;
    channel().close();
  }

  /** From here on bytes go both ways; this handler and the codec leave. */
  void leaveTo(TunnelSide tunnel) {
    exchange = null;
    channel().pipeline().addLast(tunnel);
    channel().pipeline().remove(this);
    channel().pipeline().remove(HttpClientCodec.class);
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    ProxyExchange current = exchange;
    if (current != null && message instanceof HttpObject object) {
      current.answerPart(object);
    } else {
      // Bytes that no request asked for: whatever they are, they must not become someone's answer.
      ReferenceCountUtil.release(message);
      pool.forget(this);
      close();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    ProxyExchange current = exchange;
    if (current != null) {
      current.answerReadComplete();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    ProxyExchange current = exchange;
    if (current != null && channel().isWritable()) {
      current.targetTakesMore();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    ProxyExchange current = exchange;
    exchange = null;
    if (current != null) {
      current.targetGone();
    } else {
      pool.forget(this);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }
}
