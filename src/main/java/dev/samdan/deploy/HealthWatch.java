package dev.samdan.deploy;

import dev.samdan.edge.EdgeStatus;
import dev.samdan.runtime.Task;
import dev.samdan.runtime.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What was seen of green while it was waited for; judges when waiting longer is of no use. */
final class HealthWatch {
  private static final int HOPELESS_EXITS = 3;
  private static final Duration MEMORY_EVERY = Duration.ofSeconds(1);

  private final ServicePlan plan;
  private final Instant since;
  private final Duration deadline;
  private int healthy;
  private int exits;
  private int failedStarts;
  private boolean answered;
  private @Nullable Task task;
  private @Nullable String lastAnswer;
  private @Nullable Long memoryBytes;
  private Instant memoryAt = Instant.MIN;

  HealthWatch(ServicePlan plan, Instant since, Duration deadline) {
    this.plan = plan;
    this.since = since;
    this.deadline = deadline;
  }

  void look(String group, List<Task> all, @Nullable EdgeStatus status, Tasks tasks) {
    exits = (int) all.stream().filter(t -> t.stoppedAt() != null).count();
    failedStarts = (int) all.stream().filter(HealthWatch::failedToStart).count();
    healthy = 0;
    Task sick = null;
    for (Task each : all) {
      if (!each.isRunning() || status == null) {
        continue;
      }
      Optional<EdgeStatus.TargetStatus> target = status.target(group, each.id());
      if (target.map(t -> t.health() == EdgeStatus.Health.HEALTHY).orElse(false)) {
        healthy++;
        answered = true;
      } else {
        sick = each;
        target.map(EdgeStatus.TargetStatus::lastAnswer).ifPresent(this::heard);
      }
    }
    // The one that explains most: a running task that is not healthy, else the newest that ended.
    Task shown = sick;
    task = shown != null ? shown : all.stream().filter(t -> t.stoppedAt() != null).findFirst().orElse(task);
    if (shown != null && Duration.between(memoryAt.equals(Instant.MIN) ? Instant.EPOCH : memoryAt, Instant.now()).compareTo(MEMORY_EVERY) >= 0) {
      memoryAt = Instant.now();
      tasks.memoryBytes(shown.id()).ifPresent(bytes -> memoryBytes = bytes);
    }
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
    return exits >= HOPELESS_EXITS * plan.desiredCount()
        || (failedStarts > 0 && failedStarts == exits && exits >= plan.desiredCount())
        || now.isAfter(since.plus(deadline));
  }

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

  /** How long green was given, in whole seconds. */
  long seconds() {
    return Math.max(1, Duration.between(since, Instant.now()).toSeconds());
  }

  static boolean failedToStart(Task task) {
    String reason = task.stoppedReason();
    return reason != null && reason.startsWith("TaskFailedToStart");
  }
}
