package dev.samdan.pipeline;

import dev.samdan.pipeline.ExecutionQueries.StageRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The stages of an execution: all that its declaration has, with what became of those it entered.
 */
final class StageViews {
  private StageViews() {}

  static ExecutionView with(
      Handle handle,
      ExecutionView view,
      PipelineDeclaration declaration,
      List<StageRow> entered,
      Map<ActionViews.Key, ExecutionView.Action> actions) {
    boolean between = entered.isEmpty() || entered.getLast().status() == StageStatus.Succeeded;
    int next = view.status() == ExecutionStatus.InProgress && between ? entered.size() : -1;
    List<ExecutionView.Stage> stages = new ArrayList<>();
    for (int i = 0; i < declaration.stages().size(); i++) {
      StageDeclaration declared = declaration.stages().get(i);
      int ordinal = i + 1;
      List<ExecutionView.Action> inIt =
          declared.actions().stream()
              .map(a ->
                  Optional.ofNullable(
                          actions.get(new ActionViews.Key(view.id(), ordinal, a.name())))
                      .map(found -> ActionViews.declared(a, found))
                      .orElseGet(() -> ActionViews.declared(a, ActionViews.NOT_STARTED)))
              .toList();
      if (i < entered.size()) {
        StageRow row = entered.get(i);
        stages.add(
            new ExecutionView.Stage(
                row.name(), row.status(), null, row.startedAt(), row.endedAt(), inIt));
      } else {
        String waiting = i == next ? waiting(handle, view, declared.name()) : null;
        stages.add(new ExecutionView.Stage(declared.name(), null, waiting, null, null, inIt));
      }
    }
    return withStages(view, List.copyOf(stages));
  }

  /** Why an execution stands in front of this stage. */
  private static @Nullable String waiting(Handle handle, ExecutionView view, String stage) {
    PipelineView.Transition closed = Transitions.all(handle, view.pipeline()).get(stage);
    if (closed != null) {
      return "disabled by " + closed.by() + ": " + closed.reason();
    }
    return handle
        .createQuery(
            """
            select e.number from stage_execution s join execution e on e.id = s.execution_id
            where s.pipeline = :pipeline and s.name = :stage and s.exclusive and s.ended_at is null
            """)
        .bind("pipeline", view.pipeline())
        .bind("stage", stage)
        .mapTo(Integer.class)
        .findOne()
        .map(number -> "#" + number + " is in it")
        .orElse(null);
  }

  private static ExecutionView withStages(ExecutionView v, List<ExecutionView.Stage> stages) {
    return new ExecutionView(
        v.id(),
        v.number(),
        v.pipeline(),
        v.application(),
        v.environment(),
        v.version(),
        v.status(),
        v.reason(),
        v.trigger(),
        v.triggeredBy(),
        v.triggerDetail(),
        v.repository(),
        v.branch(),
        v.commit(),
        v.message(),
        v.author(),
        v.authorEmail(),
        v.groupId(),
        v.startedAt(),
        v.endedAt(),
        stages);
  }
}
