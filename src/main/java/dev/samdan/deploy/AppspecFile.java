package dev.samdan.deploy;

import dev.samdan.base.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An appspec for ECS (CodeDeploy user guide, "AppSpec file structure"), in YAML or JSON.
 *
 * @param taskDefinition {@code <TASK_DEFINITION>}, an ARN or {@code family[:revision]}
 * @param containerName that takes the traffic; null where the file leaves it to the task definition
 * @param containerPort null as the name
 * @param hooks in the order of the lifecycle
 */
public record AppspecFile(
    String taskDefinition,
    @Nullable String containerName,
    @Nullable Integer containerPort,
    List<Hook> hooks) {
  /** Stands for the task definition that the pipeline registers. */
  public static final String PLACEHOLDER = "<TASK_DEFINITION>";

  private static final Pattern REVISION =
      Pattern.compile(
          "(?:arn:aws[a-z-]*:ecs:[^:]*:[^:]*:task-definition/)?([A-Za-z0-9_-]{1,255})(?::(\\d{1,9}|\\*))?");

  public AppspecFile {
    hooks = List.copyOf(hooks);
  }

  /**
   * What runs at a lifecycle event.
   *
   * @param event such as {@code AfterAllowTestTraffic}
   * @param text as it stands: a command line, an http(s) address, a Lambda function's name or ARN;
   *     empty where {@code words} are given
   * @param words of a command that is written as a list
   * @param timeout null where the file says none
   */
  public record Hook(
      String event,
      String text,
      List<String> words,
      @Nullable Duration timeout,
      int line,
      int column) {
    public Hook {
      words = List.copyOf(words);
    }

    /** The name of the Lambda function, where the text can be one. */
    public Optional<String> function() {
      Matcher arn =
          Pattern.compile("arn:aws[a-z-]*:lambda:[^:]*:[^:]*:function:([A-Za-z0-9_-]+)(:.*)?")
              .matcher(text);
      return arn.matches()
          ? Optional.of(arn.group(1))
          : text.matches("[A-Za-z0-9_-]{1,64}") ? Optional.of(text) : Optional.empty();
    }

    boolean isArn() {
      return text.startsWith("arn:");
    }
  }

  /** The file, null where a problem is an error. */
  public record Result(@Nullable AppspecFile appspec, List<Problem> problems) {}

  /** Reads a whole file and tells all its problems at once; never throws for what it holds. */
  public static Result read(String file, String text) {
    return AppspecReader.read(file, text);
  }

  /** As {@link #read}; throws INVALID with all errors at once. */
  static AppspecFile parse(String file, String text) {
    Result result = read(file, text);
    Problem.throwErrors(result.problems());
    return java.util.Objects.requireNonNull(result.appspec());
  }

  /** Whether the pipeline's own task definition is meant. */
  public boolean isPlaceholder() {
    return taskDefinition.equals(PLACEHOLDER);
  }

  /** {@code family:revision}, or the family alone for its newest; empty for the placeholder. */
  public Optional<String> revision() {
    Matcher matcher = REVISION.matcher(taskDefinition);
    if (isPlaceholder() || !matcher.matches()) {
      return Optional.empty();
    }
    String revision = matcher.group(2);
    return Optional.of(
        revision == null || revision.equals("*")
            ? matcher.group(1)
            : matcher.group(1) + ":" + revision);
  }
}
