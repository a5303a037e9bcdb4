package dev.samdan.jobs;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One run of a command in a deployed image, or one that should have been.
 *
 * @param job null for a command that a person ran
 * @param taskDefinition {@code family:revision}; null where nothing ran
 * @param by who ran it; {@code schedule} for a job's time
 * @param scheduledFor the time of the job's schedule; null for one that a person ran
 * @param endedAt null while it runs
 * @param exitCode 128 + signal where a signal ended it; null where nothing ran to its end
 * @param detail one line for people, such as why it was skipped
 */
public record TaskRun(
    String id,
    String application,
    String environment,
    @Nullable String job,
    List<String> command,
    @Nullable String taskDefinition,
    String by,
    Status status,
    @Nullable Instant scheduledFor,
    Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable Integer exitCode,
    @Nullable String detail) {
  /** How it stands or ended. */
  public enum Status {
    RUNNING,
    /** It ended with 0. */
    SUCCEEDED,
    /** It ended with another status, or could not start. */
    FAILED,
    /** It was ended because it took too long. */
    TIMED_OUT,
    /** A person ended it. */
    STOPPED,
    /** Control ended during it, and what was left of it was ended; or control lost sight of it. */
    LOST,
    /** Its time came while the run before was still going. */
    SKIPPED,
    /** Its time came while control was away, and it was not made up for. */
    MISSED;

    /** Whether people should be told. */
    boolean isBad() {
      return switch (this) {
        case FAILED, TIMED_OUT, LOST, MISSED -> true;
        case RUNNING, SUCCEEDED, STOPPED, SKIPPED -> false;
      };
    }
  }

  /** The name under which {@code Tasks.log} gives what it wrote. */
  public String logId() {
    return "run-" + id;
  }
}
