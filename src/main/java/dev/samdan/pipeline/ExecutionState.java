package dev.samdan.pipeline;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What of an execution decides how it goes on.
 *
 * @param abandon whether its stop cancels what runs
 * @param sourceError why its source actions fail without being run
 * @param stages those it has entered, in order
 */
record ExecutionState(
    UUID id,
    int number,
    ExecutionStatus status,
    boolean abandon,
    Optional<String> sourceError,
    List<StageState> stages) {

  /**
   * @param actions the last run of each action that was started
   */
  record StageState(String name, StageStatus status, List<ActionState> actions) {
    boolean live() {
      return status == StageStatus.InProgress || status == StageStatus.Stopping;
    }
  }

  /** The stage it is in, if it is in one. */
  Optional<StageState> current() {
    return stages.isEmpty() || !stages.getLast().live()
        ? Optional.empty()
        : Optional.of(stages.getLast());
  }

  /** The stage it stands in front of, if it stands in front of one. */
  Optional<StageDeclaration> wants(PipelineDeclaration declaration) {
    boolean passed = stages.isEmpty() || stages.getLast().status() == StageStatus.Succeeded;
    boolean more = stages.size() < declaration.stages().size();
    return status == ExecutionStatus.InProgress && passed && more
        ? Optional.of(declaration.stages().get(stages.size()))
        : Optional.empty();
  }
}
