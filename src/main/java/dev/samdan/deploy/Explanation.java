package dev.samdan.deploy;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Why a deployment failed, as facts; what is not known is absent, never guessed.
 *
 * @param check what failed: {@code health}, {@code migration}, {@code tests}, {@code hook}, {@code
 *     alarm} or {@code start}
 * @param headline one sentence, such as {@code GET /health answered 503 for 60 s. Expected
 *     200-399.}
 * @param task the task that is shown, null where none was started
 * @param taskDefinition {@code family:revision}
 * @param probe the request of the health check; null where none was sent
 * @param lastAnswer what the last probe got; null where none was sent
 * @param process how the process stood or ended; null where none was started
 * @param cause only what a rule derives
 * @param log the last lines, at most 40
 * @param logLinesBefore how many lines are above them
 */
public record Explanation(
    String check,
    String headline,
    @Nullable String task,
    @Nullable String taskDefinition,
    @Nullable Probe probe,
    @Nullable String lastAnswer,
    @Nullable Process process,
    @Nullable LikelyCause cause,
    List<String> log,
    long logLinesBefore) {

  /**
   * The health check's request.
   *
   * @param expected statuses that count as healthy
   * @param seconds for how long it was asked
   */
  public record Probe(String method, String path, int port, String expected, long seconds) {}

  /**
   * The process of the task.
   *
   * @param exitCode null while it ran until the platform stopped it
   * @param signal such as {@code KILL}; null where none ended it
   * @param exits how many tasks ended by themselves during the deployment
   * @param memoryLimitBytes as the task definition says; null where it does not
   */
  public record Process(
      @Nullable Integer exitCode,
      @Nullable String signal,
      int exits,
      @Nullable Long memoryBytes,
      @Nullable Long memoryLimitBytes) {}

  /**
   * The rule that matched.
   *
   * @param rule a stable key, one of {@link #RULES}
   * @param text one sentence
   * @param remedy what to do
   * @param line the log or file line that shows it
   */
  public record LikelyCause(String rule, String text, String remedy, @Nullable String line) {
    /** All there are. */
    public static final Set<String> RULES =
        Set.of(
            "command-not-found",
            "container-refused",
            "database-hidden",
            "disk-full",
            "engine-away",
            "exit-before-probe",
            "foreign-program",
            "hook-function",
            "image-damaged",
            "image-missing",
            "listens-on-loopback",
            "needs-containers",
            "not-executable",
            "out-of-memory",
            "port-fixed",
            "port-never-opened",
            "start-failed",
            "unhealthy",
            "wrong-health-path");

    /** A rule without sentences in every language would be shown in one of them only. */
    public LikelyCause {
      if (!RULES.contains(rule)) {
        throw new IllegalArgumentException(rule);
      }
    }
  }
}
