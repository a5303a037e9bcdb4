package dev.samdan.build;

import java.time.Duration;

/** What a build's shell runs in; with it ends all that came of it. */
sealed interface BuildProcess permits HostProcess, ContainerProcess {
  boolean isAlive();

  /** Asks all to end, then ends it; nothing is left when it returns. */
  void stop(Duration grace);
}
