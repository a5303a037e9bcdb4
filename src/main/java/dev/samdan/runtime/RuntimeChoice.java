package dev.samdan.runtime;

/** How tasks run: {@code samdan up --runtime}. */
public enum RuntimeChoice {
  /**
   * In containers where an engine answers, but for images that say they run as processes (label
   * {@code dev.samdan.runtime=process}); as processes where none does.
   */
  AUTO,
  PROCESS,
  DOCKER
}
