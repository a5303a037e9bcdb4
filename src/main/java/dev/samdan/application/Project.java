package dev.samdan.application;

import org.jspecify.annotations.Nullable;

/**
 * What a CodeBuild project name or a base pipeline's name stands for.
 *
 * @param environment null for {@link Kind#BASE}
 */
public record Project(
    String name, String application, @Nullable String environment, Tier tier, Kind kind) {
  /** {@code <app>-<env>-<tier>}, {@code <app>-<env>-<tier>-test} and {@code <app>-base}. */
  public enum Kind {
    BUILD,
    TEST,
    BASE
  }
}
