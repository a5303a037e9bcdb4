package dev.samdan.edge;

import dev.samdan.edge.EdgeStatus.Health;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A target group as requests see it. */
final class Group {
  private final TargetGroup declared;
  private final List<TargetState> targets;
  private final Series series;
  private final AtomicInteger turn = new AtomicInteger();

  Group(TargetGroup declared, List<TargetState> targets, Series series) {
    this.declared = declared;
    this.targets = targets;
    this.series = series;
  }

  String name() {
    return declared.name();
  }

  HealthCheck healthCheck() {
    return declared.healthCheck();
  }

  List<TargetState> targets() {
    return targets;
  }

  Series series() {
    return series;
  }

  /** Whether some target would get a request. */
  boolean isUsable() {
    return targets.stream().anyMatch(TargetState::takesMore);
  }

  boolean isHealthy() {
    return targets.stream().anyMatch(t -> t.takesMore() && t.health() == Health.HEALTHY);
  }

  /**
   * The target for the next request: healthy before initial before unhealthy (as an AWS target
   * group with only unhealthy targets asks all of them), then the one with the fewest requests, in
   * turn; never a draining one.
   *
   * @param not a target that just failed, taken again only where there is no other
   */
  @Nullable TargetState next(@Nullable TargetState not) {
    int start = Math.floorMod(turn.getAndIncrement(), Math.max(1, targets.size()));
    TargetState best = null;
    for (int i = 0; i < targets.size(); i++) {
      TargetState target = targets.get((start + i) % targets.size());
      if (target.takesMore() && (best == null || isBetter(target, best, not))) {
        best = target;
      }
    }
    return best;
  }

  private static boolean isBetter(TargetState one, TargetState other, @Nullable TargetState not) {
    if ((one == not) != (other == not)) {
      return other == not;
    }
    int rank = Integer.compare(rank(one), rank(other));
    return rank != 0 ? rank < 0 : one.inFlight().get() < other.inFlight().get();
  }

  private static int rank(TargetState target) {
    return switch (target.health()) {
      case HEALTHY -> 0;
      case INITIAL -> 1;
      case UNHEALTHY -> 2;
    };
  }
}
