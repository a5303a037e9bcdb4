package dev.samdan.edge;

import java.util.concurrent.atomic.AtomicInteger;

/** What every connection shares. */
final class EdgeCore {
  private final Limits limits;
  private final Transport transport;
  private final TrafficBook traffic;
  private final AccessLog accessLog;
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Routes routes = Routes.none();
  private volatile boolean stopping;

  EdgeCore(Limits limits, Transport transport, TrafficBook traffic, AccessLog accessLog) {
    this.limits = limits;
    this.transport = transport;
    this.traffic = traffic;
    this.accessLog = accessLog;
  }

  Limits limits() {
    return limits;
  }

  Transport transport() {
    return transport;
  }

  TrafficBook traffic() {
    return traffic;
  }

  AccessLog accessLog() {
    return accessLog;
  }

  AtomicInteger connections() {
    return connections;
  }

  Routes routes() {
    return routes;
  }

  void setRoutes(Routes next) {
    routes = next;
  }

  /** From here on every answer is its connection's last. */
  boolean isStopping() {
    return stopping;
  }

  void stop() {
    stopping = true;
  }
}
