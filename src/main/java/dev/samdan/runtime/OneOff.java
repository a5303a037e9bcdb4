package dev.samdan.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A command to run once in a task definition's image, such as a migration.
 *
 * @param id names its folder and log; the same id run again ends what is left of the first run and
 *     starts anew
 * @param command instead of the image's; relative to WORKDIR
 * @param variables given beside the declared variables, such as the database's; never logged
 */
public record OneOff(
    String id,
    String application,
    String environment,
    TaskDefinition taskDefinition,
    List<String> command,
    Map<String, String> variables,
    Duration timeout) {

  /** Under which its log is read, as a task's id. */
  public String logId() {
    return OneOffs.PREFIX + id;
  }

  /**
   * How it ended.
   *
   * @param exitCode 128 + signal where a signal ended it
   * @param lastLines the end of its log, at most 40 lines
   */
  public record Result(int exitCode, boolean timedOut, List<String> lastLines) {
    public boolean succeeded() {
      return exitCode == 0 && !timedOut;
    }
  }
}
