package dev.samdan.build;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One phase of a build, as far as it came.
 *
 * @param name CodeBuild's name: QUEUED, PROVISIONING, DOWNLOAD_SOURCE, INSTALL, PRE_BUILD, BUILD,
 *     POST_BUILD, UPLOAD_ARTIFACTS
 * @param endedAt null while it runs
 * @param statusCode CodeBuild's context code such as COMMAND_EXECUTION_ERROR; empty where nothing
 *     failed
 * @param message what failed and where ({@code `javac …` ended with 1, buildspec.yml:14}); empty
 *     where nothing failed
 * @param firstLine number, from 1, of the log's line that enters the phase
 * @param lines how many lines of the log are the phase's
 */
public record BuildPhase(
    String name,
    BuildStatus status,
    Instant startedAt,
    @Nullable Instant endedAt,
    String statusCode,
    String message,
    long firstLine,
    long lines) {
  /** A build that waits because as many run as the machine bears. */
  static BuildPhase queued(Instant since) {
    return new BuildPhase("QUEUED", BuildStatus.IN_PROGRESS, since, null, "", "", 1, 0);
  }
}
