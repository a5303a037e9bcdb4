package dev.samdan.deploy;

import dev.samdan.edge.EdgeStatus;
import dev.samdan.runtime.ContainerHealth;
import dev.samdan.runtime.Task;
import dev.samdan.runtime.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was seen of green while it was waited for; judges when waiting longer is of no use. */
final class HealthWatch {
  private static final String UNHEALTHY = "UnhealthyContainer: ";
  private static final Duration MEMORY_EVERY = Duration.ofSeconds(1);

  private final Instant since;
  private final Duration deadline;
  private final int circuitBreaker;
  private int healthy;
  private int exits;
  private boolean failedToStart;
  private boolean answered;
  private boolean onlyOwnCheckFails;
  private @Nullable String unhealthy;
  private @Nullable Task task;
  private @Nullable String lastAnswer;
  private @Nullable Long memoryBytes;
  private Instant memoryAt = Instant.EPOCH;

  /**
   * @param circuitBreaker how many tasks of one place may end before waiting is of no use
   */
  HealthWatch(Instant since, Duration deadline, int circuitBreaker) {
    this.since = since;
    this.deadline = deadline;
    this.circuitBreaker = circuitBreaker;
  }

  void look(String group, List<Task> all, @Nullable EdgeStatus status, Tasks tasks) {
    Map<Integer, Long> ended =
        all.stream()
            .filter(t -> t.stoppedAt() != null)
            .collect(Collectors.groupingBy(Task::slot, Collectors.counting()));
    exits = ended.values().stream().mapToInt(Long::intValue).max().orElse(0);
    failedToStart = all.stream().anyMatch(HealthWatch::failedToStart);
    healthy = 0;
    onlyOwnCheckFails = false;
    all.stream().filter(HealthWatch::unhealthy).findFirst().ifPresent(this::remember);
    Task sick = null;
    for (Task each : all) {
      if (!each.isRunning() || status == null) {
        continue;
      }
      Optional<EdgeStatus.TargetStatus> target = status.target(group, each.id());
      boolean atEdge = target.map(t -> t.health() == EdgeStatus.Health.HEALTHY).orElse(false);
      if (atEdge && passes(tasks.health(each.id()))) {
        healthy++;
        answered = true;
      } else {
        sick = each;
        onlyOwnCheckFails = atEdge;
        target.map(EdgeStatus.TargetStatus::lastAnswer).ifPresent(this::heard);
      }
    }
    // The one that explains most: a running task that is not healthy, else the newest that ended.
    Task shown = sick;
    task =
        shown != null
            ? shown
            : all.stream().filter(t -> t.stoppedAt() != null).findFirst().orElse(task);
    if (shown != null && Duration.between(memoryAt, Instant.now()).compareTo(MEMORY_EVERY) >= 0) {
      memoryAt = Instant.now();
      tasks.memoryBytes(shown.id()).ifPresent(bytes -> memoryBytes = bytes);
    }
  }

  /** A task counts once its own health checks pass too (ECS, healthy tasks of a service). */
  private static boolean passes(ContainerHealth health) {
    return health == ContainerHealth.UNKNOWN || health == ContainerHealth.HEALTHY;
  }

  private void heard(String answer) {
    lastAnswer = answer;
    answered |= !answer.isEmpty() && Character.isDigit(answer.charAt(0));
  }

  int healthy() {
    return healthy;
  }

  /** Tasks that keep ending, images that cannot be started, or a deadline that is over. */
  boolean hopeless(Instant now) {
    return exits >= circuitBreaker || failedToStart || now.isAfter(since.plus(deadline));
  }

  /** How often the tasks of one slot ended, of the one where it was most often. */
  int exits() {
    return exits;
  }

  /** Whether any probe got an HTTP answer. */
  boolean answered() {
    return answered;
  }

  Optional<Task> task() {
    return Optional.ofNullable(task);
  }

  Optional<String> lastAnswer() {
    return Optional.ofNullable(lastAnswer);
  }

  @Nullable Long memoryBytes() {
    return memoryBytes;
  }

  private void remember(Task ended) {
    unhealthy = String.valueOf(ended.stoppedReason()).substring(UNHEALTHY.length());
  }

  /** Whether the task that is shown is well at the edge, and only its own check is not. */
  boolean onlyOwnCheckFails() {
    return onlyOwnCheckFails;
  }

  /** Why the newest task that was unhealthy by its own check ended. */
  Optional<String> unhealthy() {
    return Optional.ofNullable(unhealthy);
  }

  /** Whether it ended because its own check failed. */
  static boolean unhealthy(Task task) {
    return String.valueOf(task.stoppedReason()).startsWith(UNHEALTHY);
  }

  /** How long green was given, in whole seconds. */
  long seconds() {
    return Math.max(1, Duration.between(since, Instant.now()).toSeconds());
  }

  static boolean failedToStart(Task task) {
    String reason = task.stoppedReason();
    return reason != null && reason.startsWith("TaskFailedToStart");
  }
}
