package dev.samdan.application;

import java.time.Duration;
import java.util.List;

/**
 * A command that runs at times in the deployed image.
 *
 * @param name unique in the application
 * @param environments where it runs
 */
public record JobDeclaration(
    String name,
    Schedule schedule,
    List<String> command,
    Duration timeout,
    List<String> environments) {
  public JobDeclaration {
    command = List.copyOf(command);
    environments = List.copyOf(environments);
  }
}
