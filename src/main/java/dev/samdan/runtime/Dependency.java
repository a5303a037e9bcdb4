package dev.samdan.runtime;

/** A container that starts only once another one is as far as this (ECS ContainerDependency). */
public record Dependency(String containerName, Condition condition) {
  /** ECS's words. */
  public enum Condition {
    /** It runs, or has run. */
    START,
    /** It ran to its end, whatever its status. */
    COMPLETE,
    /** It ended with status 0. */
    SUCCESS,
    /** It passed its health check. */
    HEALTHY
  }
}
