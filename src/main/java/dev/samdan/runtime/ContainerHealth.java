package dev.samdan.runtime;

/** What a task's own health checks say (ECS HealthStatus); the edge's are another thing. */
public enum ContainerHealth {
  /** No essential container has a health check. */
  UNKNOWN,
  /** A health check has not passed yet. */
  STARTING,
  HEALTHY,
  UNHEALTHY
}
