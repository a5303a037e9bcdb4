package dev.samdan.edge;

import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

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

  /** Counts a request that has its answer by all that it passed, and logs it. */
  void record(
      BoundListener listener,
      String client,
      Request request,
      int status,
      long bytes,
      String label,
      @Nullable Series... series) {
    long now = System.currentTimeMillis();
    long micros = (System.nanoTime() - request.startNanos()) / 1000;
    boolean error = status >= 500;
    listener.series().record(now, error, micros, bytes);
    traffic.host(request.host()).record(now, error, micros, bytes);
    for (Series one : series) {
      if (one != null) {
        one.record(now, error, micros, bytes);
      }
    }
    String method = request.method().name();
    accessLog.add(
        new AccessLog.Entry(
            request.startMillis(),
            client,
            method,
            request.host(),
            request.rawPath(),
            status,
            bytes,
            micros,
            label));
  }

  /** From here on every answer is its connection's last. */
  boolean isStopping() {
    return stopping;
  }

  void stop() {
    stopping = true;
  }
}
