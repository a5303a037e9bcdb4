package dev.samdan.edge;

import dev.samdan.edge.EdgeStatus.Health;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A target as it is: health, requests in flight, whether it still gets new ones. Lives from table
 * to table.
 */
final class TargetState {
  /** Refused connections in a row that take a target out at once, before its next health check. */
  private static final int EJECT_AFTER = 2;

  /** What makes two tables speak of the same target. */
  record Key(String group, String id, String host, int port) {}

  private final Key key;
  private final InetSocketAddress address;
  private final Series series;
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile boolean draining;
  private volatile boolean removed;
  private volatile Health health = Health.INITIAL;
  private volatile Instant since = Instant.now();
  private volatile @Nullable String lastAnswer;
  private int connectFailures;
  private int successes;
  private int failures;
  private final long madeNanos = System.nanoTime();

  TargetState(Key key, Series series) {
    this.key = key;
    this.series = series;
    this.address = new InetSocketAddress(key.host(), key.port());
  }

  Key key() {
    return key;
  }

  String label() {
    return key.group() + "/" + key.id();
  }

  InetSocketAddress address() {
    return address;
  }

  Series series() {
    return series;
  }

  AtomicInteger inFlight() {
    return inFlight;
  }

  Health health() {
    return health;
  }

  void setDraining(boolean draining) {
    this.draining = draining;
  }

  /** Whether a connection to it is worth keeping for another request. */
  boolean takesMore() {
    return !draining && !removed;
  }

  void remove() {
    removed = true;
  }

  /** A target that another group knows already starts with what is known. */
  synchronized void inherit(TargetState known) {
    health = known.health;
    since = known.since;
    lastAnswer = known.lastAnswer;
  }

  EdgeStatus.TargetStatus status(HealthCheck check) {
    String probe = "GET http://" + key.host() + ":" + key.port() + check.path();
    return new EdgeStatus.TargetStatus(
        key.group(),
        key.id(),
        key.host(),
        key.port(),
        health,
        draining,
        inFlight.get(),
        probe,
        lastAnswer,
        since);
  }

  synchronized void probeSucceeded(HealthCheck check, String answer) {
    lastAnswer = answer;
    connectFailures = 0;
    failures = 0;
    successes++;
    if (health == Health.INITIAL
        || (health == Health.UNHEALTHY && successes >= check.healthyThreshold())) {
      become(Health.HEALTHY);
    }
  }

  synchronized void probeFailed(HealthCheck check, String answer) {
    lastAnswer = answer;
    successes = 0;
    failures++;
    boolean grown =
        System.nanoTime() - madeNanos >= check.interval().toNanos() * check.unhealthyThreshold();
    if (failures >= check.unhealthyThreshold()
        && (health == Health.HEALTHY || (health == Health.INITIAL && grown))) {
      become(Health.UNHEALTHY);
    }
  }

  synchronized void connected() {
    connectFailures = 0;
  }

  /** A request could not connect: a healthy target is taken out after the second time in a row. */
  synchronized void connectFailed(String why) {
    connectFailures++;
    if (connectFailures >= EJECT_AFTER && health == Health.HEALTHY) {
      lastAnswer = why;
      successes = 0;
      become(Health.UNHEALTHY);
    }
  }

  private void become(Health next) {
    if (health != next) {
      health = next;
      since = Instant.now();
    }
  }
}
