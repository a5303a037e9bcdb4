package dev.samdan.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpDecoderConfig;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's connections to targets. The last used is taken first. Connecting on one machine
 * costs little, so unused connections are few and young, which spares requests that must not be
 * repeated from meeting a target that is just closing.
 */
final class UpstreamPool {
  /** What is not idempotent takes only a connection this fresh. */
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Who asked for a connection. */
  interface Taker {
    void connected(UpstreamConnection connection);

    void notConnected(Throwable cause);
  }

  private final Limits limits;
  private final Bootstrap bootstrap;
  private final Map<TargetState, ArrayDeque<UpstreamConnection>> idle = new HashMap<>();

  UpstreamPool(EventLoop loop, EdgeCore core) {
    this.limits = core.limits();
    this.bootstrap = core.transport().client(limits.connect()).group(loop);
  }

  /** Gives an unused connection at once, or a new one when it is made. */
  void take(TargetState target, boolean idempotent, boolean mustBeNew, Taker taker) {
    UpstreamConnection kept = mustBeNew ? null : unused(target, idempotent);
    if (kept != null) {
      taker.connected(kept);
    } else {
      connect(target, taker);
    }
  }

  private @Nullable UpstreamConnection unused(TargetState target, boolean idempotent) {
    ArrayDeque<UpstreamConnection> all = idle.get(target);
    for (UpstreamConnection one; all != null && (one = all.peekLast()) != null; ) {
      if (!idempotent && System.nanoTime() - one.idleSince() > FRESH_NANOS) {
        return null;
      }
      all.removeLast();
      if (one.isActive()) {
        return one;
      }
    }
    return null;
  }

  private void connect(TargetState target, Taker taker) {
    UpstreamConnection connection = new UpstreamConnection(target, this);
    Bootstrap toTarget =
        bootstrap
            .clone()
            .handler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(codec(), connection);
                  }
                });
    ChannelFuture connecting = toTarget.connect(target.address());
    connection.opened(connecting.channel());
    connecting.addListener(done -> {
      if (done.isSuccess()) {
        target.connected();
        taker.connected(connection);
      } else {
        taker.notConnected(done.cause());
      }
    });
  }

  private static HttpClientCodec codec() {
    HttpDecoderConfig config =
        new HttpDecoderConfig()
            .setMaxInitialLineLength(8 << 10)
            .setMaxHeaderSize(64 << 10)
            .setMaxChunkSize(64 << 10)
            .setStrictLineParsing(false)
            .setValidateHeaders(true);
    return new HttpClientCodec(config, false, false);
  }

  /** Takes back a connection whose answer ended cleanly. */
  void giveBack(UpstreamConnection connection) {
    ArrayDeque<UpstreamConnection> all =
        idle.computeIfAbsent(connection.target(), t -> new ArrayDeque<>());
    if (!connection.isActive()
        || !connection.target().takesMore()
        || all.size() >= limits.upstreamIdleCount()) {
      connection.close();
    } else {
      connection.rest();
      all.addLast(connection);
    }
  }

  /** An unused connection ended. */
  void forget(UpstreamConnection connection) {
    ArrayDeque<UpstreamConnection> all = idle.get(connection.target());
    if (all != null) {
      all.remove(connection);
    }
  }

  void tick(long now) {
    long oldest = now - limits.upstreamIdle().toNanos();
    for (Iterator<Map.Entry<TargetState, ArrayDeque<UpstreamConnection>>> each =
            idle.entrySet().iterator();
        each.hasNext(); ) {
      Map.Entry<TargetState, ArrayDeque<UpstreamConnection>> entry = each.next();
      boolean takesMore = entry.getKey().takesMore();
      ArrayDeque<UpstreamConnection> all = entry.getValue();
      for (UpstreamConnection one;
          (one = all.peekFirst()) != null && (!takesMore || one.idleSince() < oldest); ) {
        all.removeFirst();
        one.close();
      }
      if (all.isEmpty()) {
        each.remove();
      }
    }
  }
}
