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
  private final EdgeCore core;
  private final Worker worker;
  private final Channel own;
  private final Channel peer;
  private final Runnable onEnd;
  private @Nullable TunnelSide other;
  private volatile long since = System.nanoTime();

  private TunnelSide(EdgeCore core, Worker worker, Channel own, Channel peer, Runnable onEnd) {
    this.core = core;
    this.worker = worker;
    this.own = own;
    this.peer = peer;
    this.onEnd = onEnd;
  }

  /**
   * Makes one connection of two, whose HTTP is over; {@code onEnd} runs when the target's end
   * closed.
   */
  static void connect(Conversation conversation, UpstreamConnection upstream, Runnable onEnd) {
    FrontConnection front = conversation.connection();
    Channel client = front.channel();
    Channel target = upstream.channel();
    TunnelSide clientSide = new TunnelSide(front.core(), front.worker(), client, target, () -> {});
    TunnelSide targetSide = new TunnelSide(front.core(), front.worker(), target, client, onEnd);
    clientSide.other = targetSide;
    targetSide.other = clientSide;
    // What the codecs still hold goes through as they leave.
    upstream.leaveTo(targetSide);
    front.leaveTo(clientSide);
    clientSide.start();
    targetSide.start();
  }

  private void start() {
    worker.add(this);
    own.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    since = System.nanoTime();
    if (message instanceof ByteBuf bytes) {
      peer.write(bytes);
    } else {
      ReferenceCountUtil.release(message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    peer.flush();
    if (peer.isWritable()) {
      ctx.read();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    if (own.isWritable()) {
      peer.read();
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    worker.remove(this);
    onEnd.run();
    if (peer.isActive()) {
      peer.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    ctx.close();
  }

  @Override
  public void tick(long now) {
    // A tunnel has no end of its own that a stopping edge could wait for.
    if (core.isStopping() || (isSilent(now) && (other == null || other.isSilent(now)))) {
      own.close();
    }
  }

  private boolean isSilent(long now) {
    return now - since > core.limits().tunnel().toNanos();
  }
}
