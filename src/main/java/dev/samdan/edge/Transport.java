package dev.samdan.edge;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The event loops: epoll where its native part loads, NIO else; few threads and small arenas. */
final class Transport implements AutoCloseable {
  private final boolean epoll;
  private final EventLoopGroup loops;
  private final ByteBufAllocator allocator;

  private Transport(boolean epoll, EventLoopGroup loops, ByteBufAllocator allocator) {
    this.epoll = epoll;
    this.loops = loops;
    this.allocator = allocator;
  }

  static Transport open(int threads) {
    boolean epoll = Epoll.isAvailable();
    IoHandlerFactory handlers = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    // Chunks of 512 KiB (8 KiB << 6) instead of Netty's 4 MiB: an idle edge stays small.
    ByteBufAllocator allocator =
        new PooledByteBufAllocator(true, 0, threads, 8192, 6, 128, 32, false);
    return new Transport(
        epoll,
        new MultiThreadIoEventLoopGroup(threads, new DefaultThreadFactory("edge"), handlers),
        allocator);
  }

  static int threadsHere() {
    return Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 4);
  }

  EventLoopGroup loops() {
    return loops;
  }

  ServerBootstrap server() {
    return new ServerBootstrap()
        .group(loops)
        .channel(epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
        .option(ChannelOption.SO_BACKLOG, 4096)
        .option(ChannelOption.SO_REUSEADDR, true)
        .option(ChannelOption.ALLOCATOR, allocator)
        .childOption(ChannelOption.ALLOCATOR, allocator)
        .childOption(ChannelOption.TCP_NODELAY, true)
        .childOption(ChannelOption.SO_KEEPALIVE, true)
        .childOption(ChannelOption.AUTO_READ, false);
  }

  Bootstrap client(Duration connectTimeout) {
    return new Bootstrap()
        .channel(epoll ? EpollSocketChannel.class : NioSocketChannel.class)
        .option(ChannelOption.ALLOCATOR, allocator)
        .option(ChannelOption.TCP_NODELAY, true)
        .option(ChannelOption.SO_KEEPALIVE, true)
        .option(ChannelOption.AUTO_READ, false)
        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) connectTimeout.toMillis());
  }

  @Override
  public void close() {
    loops.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
