package dev.samdan.build;

/**
 * The status of a build or of one of its phases, in CodeBuild's words (API reference, StatusType).
 */
public enum BuildStatus {
  IN_PROGRESS,
  SUCCEEDED,
  FAILED,
  /**
   * The platform failed, not the build: control ended while it ran, or its folder could not be
   * made.
   */
  FAULT,
  TIMED_OUT,
  STOPPED
}
