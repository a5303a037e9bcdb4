package dev.samdan.runtime;

import java.util.List;

/**
 * Restarts a container in place, within its task (ECS ContainerRestartPolicy).
 *
 * @param ignoredExitCodes statuses after which it is not restarted
 * @param restartAttemptPeriod seconds that it must have run to be restarted, 60 to 1800
 */
public record RestartPolicy(
    boolean enabled, List<Integer> ignoredExitCodes, int restartAttemptPeriod) {
  public static final int ATTEMPT_PERIOD = 300;
}
