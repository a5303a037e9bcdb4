package dev.samdan.runtime;

/** How the tasks of a set run; chosen once for a set. */
public enum RuntimeKind {
  PROCESS,
  DOCKER
}
