package dev.samdan.edge;

import java.time.Duration;

/**
 * How the edge finds out whether a target serves. A new target is probed at once and several times
 * a second until its first success, which makes it healthy; later changes need the thresholds.
 *
 * @param path what is asked with GET
 * @param interval between two checks of a target that is not new
 * @param timeout for one check, connecting included
 * @param healthyThreshold successes in a row that make an unhealthy target healthy
 * @param unhealthyThreshold failures in a row that make a healthy target unhealthy
 * @param matcher statuses that count as success, as in AWS: {@code 200}, {@code 200,204} or {@code
 *     200-399}
 */
public record HealthCheck(
    String path,
    Duration interval,
    Duration timeout,
    int healthyThreshold,
    int unhealthyThreshold,
    String matcher) {
  /** Every 5 s, 3 s timeout, two in a row, 200-399. */
  public static HealthCheck of(String path) {
    return new HealthCheck(path, Duration.ofSeconds(5), Duration.ofSeconds(3), 2, 2, "200-399");
  }
}
