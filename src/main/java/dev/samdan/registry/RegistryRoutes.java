package dev.samdan.registry;

import io.javalin.config.RoutesConfig;
import java.util.function.Predicate;

/** The OCI distribution API 1.1 below {@code /v2/}, for docker, podman, skopeo and the like. */
public final class RegistryRoutes {
  private final Registry registry;
  private final Predicate<String> acceptsToken;

  /**
   * @param acceptsToken whether a token, given as the password of any user, may read and write images
   */
  public RegistryRoutes(Registry registry, Predicate<String> acceptsToken) {
    this.registry = registry;
    this.acceptsToken = acceptsToken;
  }

  /** Adds the routes to control's HTTP. */
  public void register(RoutesConfig routes) {
    throw new UnsupportedOperationException(registry + " " + acceptsToken);
  }
}
