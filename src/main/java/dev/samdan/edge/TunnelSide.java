package dev.samdan.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import org.jspecify.annotations.Nullable;

/** One end of an upgraded connection: passes bytes on as the other end takes them. */
final class TunnelSide extends ChannelInboundHandlerAdapter implements Worker.Timed {
  private final Worker worker;
  private final long idleNanos;
  private final Runnable onEnd;
  private @Nullable Channel own;
  private @Nullable Channel peer;
  private long since = System.nanoTime();

  /** {@code onEnd} runs when this end closed. */
  TunnelSide(Worker worker, long idleNanos, Runnable onEnd) {
    this.worker = worker;
    this.idleNanos = idleNanos;
    this.onEnd = onEnd;
  }

  /** Both ends are in place. */
  void join(Channel ownChannel, Channel peerChannel) {
    own = ownChannel;
    peer = peerChannel;
    worker.add(this);
    ownChannel.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    since = System.nanoTime();
    Channel to = peer;
    if (to != null && message instanceof ByteBuf bytes) {
      to.write(bytes);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    Channel to = peer;
    if (to != null) {
      to.flush();
      if (to.isWritable()) {
        ctx.read();
      }
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    Channel from = peer;
    if (from != null && ctx.channel().isWritable()) {
      from.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    worker.remove(this);
    onEnd.run();
    Channel to = peer;
    if (to != null && to.isActive()) {
      to.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void tick(long now) {
    Channel channel = own;
    if (channel != null && now - since > idleNanos) {
      channel.close();
    }
  }
}
