package dev.samdan.console;

import dev.samdan.pipeline.ActionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.WaitingApproval;
import java.util.Optional;

/** Approvals as pages show them. */
final class Approvals {
  private final ConsoleRooms rooms;
  private final Words words;

  Approvals(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  /** Whether an execution waits for a person. */
  static boolean waits(ExecutionView execution) {
    return question(execution).isPresent();
  }

  /** The approval that an execution waits for. */
  static Optional<ExecutionView.Action> question(ExecutionView execution) {
    return execution.stages().stream()
        .flatMap(s -> s.actions().stream())
        .filter(a ->
            a.provider().equals("Manual")
                && a.status() == ActionStatus.InProgress
                && a.token() != null)
        .findFirst();
  }

  ApprovalCard card(WaitingApproval waiting) {
    ExecutionView execution = rooms.pipelines().execution(waiting.executionId());
    String environment = Shells.or(waiting.environment(), "");
    boolean tested =
        rooms
            .pipelines()
            .executions(
                new dev.samdan.pipeline.ExecutionFilter(
                    null,
                    waiting.application(),
                    null,
                    dev.samdan.pipeline.ExecutionStatus.Succeeded,
                    waiting.commit(),
                    null),
                null,
                20)
            .executions()
            .stream()
            .anyMatch(e -> !environment.equals(e.environment()) && e.environment() != null);
    return new ApprovalCard(
        waiting.token().toString(),
        waiting.pipeline(),
        waiting.application(),
        environment,
        "/executions/" + waiting.executionId(),
        words.say(
            "approval.headline",
            waiting.application(),
            Brief.commit(waiting.commit()),
            environment,
            waiting.author()),
        Brief.commit(waiting.commit()),
        Brief.firstLine(waiting.message()),
        waiting.author(),
        words.at(waiting.askedAt()),
        words.at(waiting.expiresAt()),
        tested ? words.say("approval.tested") : words.say("approval.untested"),
        tested,
        before(execution, environment),
        "samdan approve " + waiting.pipeline());
  }

  /** What serves now, which the approval would replace. */
  private String before(ExecutionView execution, String environment) {
    var live = rooms.deployments().live(execution.application(), environment);
    if (execution.pipeline().endsWith("-web")) {
      return live.web() == null
          ? words.say("approval.first")
          : words.say("approval.replaces", live.web().release());
    }
    return live.api() == null || live.api().primary().isEmpty()
        ? words.say("approval.first")
        : words.say("approval.replaces", live.api().primary().get().taskDefinition());
  }
}
