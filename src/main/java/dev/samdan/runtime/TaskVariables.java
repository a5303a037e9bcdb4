package dev.samdan.runtime;

import dev.samdan.base.PlatformException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The variables that a container is started with beside the declared ones: secrets looked up now.
 */
record TaskVariables(SecretSource secrets) {
  /**
   * Throws INVALID for a secret that does not exist, as ECS does not start such a task.
   *
   * @param shared such as the database's
   */
  Map<String, String> of(
      String application,
      String environment,
      ContainerDefinition container,
      Map<String, String> shared) {
    Map<String, String> all = new LinkedHashMap<>(shared);
    for (SecretVariable secret : container.secrets()) {
      all.put(
          secret.name(),
          secrets
              .resolve(application, environment, secret.valueFrom())
              .orElseThrow(() ->
                  PlatformException.invalid(
                      "ResourceInitializationError: the secret "
                          + secret.valueFrom()
                          + " for "
                          + secret.name()
                          + " does not exist in "
                          + environment
                          + ": samdan secret set "
                          + application
                          + " "
                          + environment
                          + " NAME")));
    }
    return all;
  }
}
