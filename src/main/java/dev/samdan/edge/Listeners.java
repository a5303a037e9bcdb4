package dev.samdan.edge;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The bound addresses. What two tables both name stays bound; a port that is taken is tried again
 * until it is free.
 */
final class Listeners {
  private final EdgeCore core;
  private final Map<EventLoop, Worker> workers = new HashMap<>();
  private final Map<String, BoundListener> bound = new HashMap<>();

  Listeners(EdgeCore core) {
    this.core = core;
    for (EventExecutor loop : core.transport().loops()) {
      if (loop instanceof EventLoop eventLoop) {
        workers.put(eventLoop, new Worker(eventLoop, core));
      }
    }
  }

  /** Binds what is new, closes what is gone; problems are in the listeners' status. */
  synchronized void follow(RoutingTable table) {
    Map<String, Listener> wanted = new HashMap<>();
    table.listeners().forEach(l -> wanted.put(l.address(), l));
    List<String> gone =
        bound.keySet().stream().filter(address -> !wanted.containsKey(address)).toList();
    for (String address : gone) {
      BoundListener listener = bound.remove(address);
      if (listener != null) {
        listener.close();
      }
    }
    wanted.forEach((address, listener) -> {
      Series series = core.traffic().series(EdgeStatus.Kind.LISTENER, listener.name());
      BoundListener known = bound.get(address);
      if (known == null) {
        bound.put(
            address, new BoundListener(listener.host(), listener.port(), listener.name(), series));
      } else {
        known.rename(listener.name(), series);
      }
    });
    bindUnbound();
  }

  /** Tries what is not bound. */
  synchronized void bindUnbound() {
    for (BoundListener listener : bound.values()) {
      if (!listener.isBound()) {
        bind(listener);
      }
    }
  }

  private void bind(BoundListener listener) {
    ChannelFuture binding =
        core.transport()
            .server()
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    accept(listener, channel);
                  }
                })
            .bind(listener.host(), listener.port())
            .awaitUninterruptibly();
    if (binding.isSuccess()) {
      listener.bound(binding.channel());
    } else {
      String why = remedy(String.valueOf(binding.cause().getMessage()), listener.host());
      listener.failed(
          "listener " + listener.name() + ": cannot listen on " + listener.address() + ": " + why);
    }
  }

  private static String remedy(String cause, String host) {
    if (cause.contains("in use")) {
      return "another process has the port; end it or choose another port";
    }
    if (cause.contains("ermission denied")) {
      return "ports below 1024 need root, the capability CAP_NET_BIND_SERVICE, or another port";
    }
    return cause.contains("assign requested address")
        ? "this machine has no address " + host
        : cause;
  }

  private void accept(BoundListener listener, SocketChannel channel) {
    Worker worker = workers.get(channel.eventLoop());
    if (worker == null) {
      throw new IllegalStateException("no worker for this event loop");
    }
    channel.closeFuture().addListener(closed -> core.connections().decrementAndGet());
    if (core.connections().incrementAndGet() > core.limits().connections()) {
      Answer full =
          Answer.text(
              503, "The edge has all the connections that it can serve. Try again shortly.\n");
      channel
          .writeAndFlush(
              full.with("retry-after: 1")
                  .encode(channel.alloc(), worker.dateLine(), "connection: close\r\n", false))
          .addListener(done -> channel.close());
      return;
    }
    new FrontConnection(core, listener, worker, channel).start();
  }

  synchronized List<EdgeStatus.ListenerStatus> status() {
    return bound.values().stream()
        .map(l ->
            new EdgeStatus.ListenerStatus(l.name(), l.host(), l.port(), l.isBound(), l.problem()))
        .sorted(java.util.Comparator.comparing(EdgeStatus.ListenerStatus::name))
        .toList();
  }

  /** The series that bound listeners count into. */
  synchronized List<Series> series() {
    return bound.values().stream().map(BoundListener::series).toList();
  }

  /** Accepts nothing any more; unused connections end now, the others with their request. */
  synchronized void close() {
    bound.values().forEach(BoundListener::close);
    bound.clear();
    workers.values().forEach(worker -> worker.loop().execute(worker::tick));
  }
}
