package dev.samdan.application;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a deployment of the application tier goes on and when it is taken back (CodeDeploy API,
 * BlueGreenDeploymentConfiguration and AlarmConfiguration).
 *
 * @param hooks by the lifecycle event's name, or by the name of the Lambda function that an appspec
 *     names in its place
 * @param readyWait how long green, tested, waits for a person to let it take traffic; zero for not
 *     at all
 * @param stopAfterWait whether it is stopped when nobody did; else it goes on by itself
 * @param terminationWait how long blue is kept running after it lost its traffic, at most 48 hours
 * @param healthyWithin how long green may take to become healthy; null for the platform's usual
 * @param circuitBreaker how often the task of one place may end before green is given up
 */
public record DeploymentPolicy(
    Map<String, HookDeclaration> hooks,
    Duration readyWait,
    boolean stopAfterWait,
    Duration terminationWait,
    Alarms alarms,
    @Nullable Duration healthyWithin,
    int circuitBreaker) {
  public static final int CIRCUIT_BREAKER = 3;

  /** What holds where samdan.yml says nothing. */
  public static final DeploymentPolicy USUAL =
      new DeploymentPolicy(
          Map.of(), Duration.ZERO, true, Duration.ZERO, Alarms.NONE, null, CIRCUIT_BREAKER);

  public DeploymentPolicy {
    hooks = Collections.unmodifiableMap(new LinkedHashMap<>(hooks));
  }

  /** Only brings back what served before: nothing to ask, to test or to wait for. */
  public DeploymentPolicy forRollback() {
    return new DeploymentPolicy(
        Map.of(), Duration.ZERO, true, Duration.ZERO, Alarms.NONE, healthyWithin, circuitBreaker);
  }

  /**
   * What the edge measures of green while it takes traffic, and what ends the deployment.
   *
   * @param errorRate share of answers with 5xx in percent; null for no such alarm
   * @param p99 of the answers' times; null for no such alarm
   * @param minimumRequests fewer say nothing
   */
  public record Alarms(@Nullable Double errorRate, @Nullable Duration p99, int minimumRequests) {
    public static final int MINIMUM_REQUESTS = 20;
    public static final Alarms NONE = new Alarms(null, null, MINIMUM_REQUESTS);

    /** Whether there is nothing to watch. */
    public boolean none() {
      return errorRate == null && p99 == null;
    }
  }
}
