package dev.samdan.edge;

import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;

/**
 * Whether what was written towards a client leaves, so that one who takes nothing can be let go.
 */
final class Outbound {
  private final Channel channel;
  private long lastSeen;

  Outbound(Channel channel) {
    this.channel = channel;
  }

  /** Whether something waits to leave. */
  boolean isPending() {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    return pending != null && !pending.isEmpty();
  }

  /** Whether anything left or came since this was asked last. */
  boolean moved() {
    ChannelOutboundBuffer pending = channel.unsafe().outboundBuffer();
    long seen =
        pending == null ? 0 : pending.totalPendingWriteBytes() * 31 + pending.currentProgress();
    boolean moved = seen != lastSeen;
    lastSeen = seen;
    return moved;
  }
}
