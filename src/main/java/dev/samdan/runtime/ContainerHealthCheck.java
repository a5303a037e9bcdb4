package dev.samdan.runtime;

import java.util.List;

/**
 * A command that says whether a container is healthy (ECS HealthCheck): exit status 0 is healthy.
 * An image's own HEALTHCHECK does not count, as on ECS.
 *
 * @param command its first word is {@code CMD} or {@code CMD-SHELL}
 * @param interval seconds between checks, 5 to 300
 * @param timeout seconds after which a check has failed, 2 to 60
 * @param retries failures in a row that make it unhealthy, 1 to 10
 * @param startPeriod seconds in which failures do not count, 0 to 300
 */
public record ContainerHealthCheck(
    List<String> command, int interval, int timeout, int retries, int startPeriod) {
  public static final int INTERVAL = 30;
  public static final int TIMEOUT = 5;
  public static final int RETRIES = 3;
  public static final int START_PERIOD = 0;
}
