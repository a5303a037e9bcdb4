package dev.samdan.deploy;

import java.nio.file.Path;
import java.time.Duration;

/**
 * What the composition root decides for deployments.
 *
 * @param generation control's own, growing with each start; the edge refuses older ones
 * @param bind address of the main listener; the environments' own listeners are always on loopback
 * @param healthDeadline how long green may take to become healthy
 * @param keptReleases how many releases of a site stay on disk
 */
public record DeploymentSettings(
    Path home,
    long generation,
    String bind,
    int edgePort,
    Duration healthDeadline,
    int keptReleases) {
  public static final Duration HEALTH_DEADLINE = Duration.ofSeconds(60);

  public static DeploymentSettings of(Path home, long generation, String bind, int edgePort) {
    return new DeploymentSettings(home, generation, bind, edgePort, HEALTH_DEADLINE, 5);
  }
}
