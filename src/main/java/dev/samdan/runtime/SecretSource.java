package dev.samdan.runtime;

import java.util.Optional;

/** Where the values of secrets come from, each time a container starts. */
@FunctionalInterface
public interface SecretSource {
  /** A source without any. */
  SecretSource NONE = (application, environment, reference) -> Optional.empty();

  /**
   * The value that a task of this environment gets for a reference.
   *
   * @param reference {@link SecretVariable#valueFrom}
   */
  Optional<String> resolve(String application, String environment, String reference);
}
