package dev.samdan.edge;

import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** A listener's address while the table names it. */
final class BoundListener {
  private final String host;
  private final int port;
  private volatile String name;
  private volatile Series series;
  private volatile boolean open = true;
  private volatile @Nullable Channel channel;
  private volatile @Nullable String problem;

  BoundListener(String host, int port, String name, Series series) {
    this.host = host;
    this.port = port;
    this.name = name;
    this.series = series;
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  /** What rules are found by: it stays while names may change. */
  String address() {
    return host + ":" + port;
  }

  String name() {
    return name;
  }

  Series series() {
    return series;
  }

  /** The same address may get another name. */
  void rename(String newName, Series newSeries) {
    name = newName;
    series = newSeries;
  }

  boolean isOpen() {
    return open;
  }

  boolean isBound() {
    return channel != null;
  }

  @Nullable String problem() {
    return problem;
  }

  void bound(Channel bound) {
    channel = bound;
    problem = null;
  }

  void failed(String why) {
    problem = why;
  }

  /** Accepts nothing more; its connections end with their current request. */
  void close() {
    open = false;
    Channel bound = channel;
    channel = null;
    if (bound != null) {
      bound.close().awaitUninterruptibly();
    }
  }
}
