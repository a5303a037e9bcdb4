package dev.samdan.edge;

import dev.samdan.edge.EdgeStatus.Health;
import io.netty.channel.EventLoop;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Checks every target of the table for as long as it stands there: a new one at once and several
 * times a second until its first success, one that went bad at least once a second, a healthy one
 * at its interval. Lives on one event loop.
 */
final class HealthChecks {
  private static final long FAST_MILLIS = 25;
  private static final long RECOVERY_MILLIS = 1000;

  private final Transport transport;
  private final EventLoop loop;
  private final Map<TargetState, HealthCheck> watched = new HashMap<>();

  HealthChecks(Transport transport, EventLoop loop) {
    this.transport = transport;
    this.loop = loop;
  }

  /** Watches exactly the targets of this table from now on. */
  void watch(Routes routes) {
    loop.execute(() -> {
      Map<TargetState, HealthCheck> next = new HashMap<>();
      routes
          .groups()
          .forEach(group -> group.targets().forEach(t -> next.put(t, group.healthCheck())));
      watched.keySet().retainAll(next.keySet());
      next.forEach((target, check) -> {
        if (watched.put(target, check) == null) {
          probe(target);
        }
      });
    });
  }

  private void probe(TargetState target) {
    HealthCheck check = watched.get(target);
    if (check != null) {
      new HealthProbe(
              transport, loop, target, check, (serves, answer) -> probed(target, serves, answer))
          .start();
    }
  }

  private void probed(TargetState target, boolean serves, String answer) {
    HealthCheck check = watched.get(target);
    if (check == null) {
      return;
    }
    if (serves) {
      target.probeSucceeded(check, answer);
    } else {
      target.probeFailed(check, answer);
    }
    loop.schedule(() -> probe(target), pause(target.health(), check), TimeUnit.MILLISECONDS);
  }

  private static long pause(Health health, HealthCheck check) {
    long interval = check.interval().toMillis();
    return health == Health.HEALTHY
        ? interval
        : Math.min(interval, health == Health.INITIAL ? FAST_MILLIS : RECOVERY_MILLIS);
  }
}
