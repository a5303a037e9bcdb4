package dev.samdan.deploy;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What serves in an environment now.
 *
 * @param web null until a site was released
 * @param api null until a task set was deployed
 * @param activeDeployments of any tier, still moving
 */
public record Live(
    String application,
    String environment,
    @Nullable SiteLive web,
    @Nullable ApiLive api,
    List<Deployment> activeDeployments) {

  /** The site's release that is served. */
  public record SiteLive(
      String release, String deployment, @Nullable String commit, Instant since) {}

  /** The application tier: blue serves, green is on its way in, a draining set on its way out. */
  public record ApiLive(List<Set> taskSets) {
    /** The set that production traffic goes to; empty before the first deployment succeeded. */
    public Optional<Set> primary() {
      return taskSets.stream().filter(s -> s.status().equals("PRIMARY")).findFirst();
    }
  }

  /**
   * A task set in CodeDeploy's words.
   *
   * @param label {@code Blue} or {@code Green}
   * @param status {@code PRIMARY}, {@code ACTIVE} or {@code DRAINING}
   * @param weight share of the production traffic in percent
   * @param image {@code repository@sha256:…}
   */
  public record Set(
      String id,
      String label,
      String status,
      int weight,
      String taskDefinition,
      String image,
      @Nullable String commit,
      String deployment,
      int desiredCount,
      int runningCount,
      int healthyCount,
      List<LiveTask> tasks,
      Instant since) {}

  /**
   * A task as status shows it.
   *
   * @param status {@code PENDING}, {@code RUNNING}, {@code STOPPING} or {@code STOPPED}
   * @param health {@code HEALTHY}, {@code UNHEALTHY} or {@code UNKNOWN}, as the edge sees it
   */
  public record LiveTask(
      String id,
      @Nullable Long pid,
      @Nullable String containerId,
      String status,
      String health,
      String host,
      int port,
      int restarts,
      int inFlight,
      Instant startedAt) {}
}
