package dev.samdan.application;

import org.jspecify.annotations.Nullable;

/**
 * How a tier is built or tested: {@code build: buildspec.yml}, or a mapping that also names where
 * and within which limits, as a CodeBuild project's environment does.
 *
 * @param buildspec relative to the tier's source
 * @param image the container in which the commands run; null for the machine itself
 * @param cpus processors it may use; 0 for all
 * @param memoryMiB memory that it may use; 0 for the usual share of the machine's
 * @param timeoutMinutes after which it is stopped
 */
public record BuildDeclaration(
    String buildspec, @Nullable String image, int cpus, int memoryMiB, int timeoutMinutes) {
  /** CodeBuild's default (AWS CodeBuild API reference, CreateProject, timeoutInMinutes). */
  static final int USUAL_TIMEOUT = 60;

  /** On the machine, within the usual limits. */
  public static BuildDeclaration of(String buildspec) {
    return new BuildDeclaration(buildspec, null, 0, 0, USUAL_TIMEOUT);
  }
}
