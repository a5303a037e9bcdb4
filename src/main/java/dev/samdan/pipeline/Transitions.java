package dev.samdan.pipeline;

import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.PipelineEvent.Kind;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** Disabled inbound transitions (CodePipeline, transitions). */
final class Transitions {
  private Transitions() {}

  /** Stage to the reason it is closed for. */
  static Map<String, String> closed(Handle handle, String pipeline) {
    Map<String, String> closed = new HashMap<>();
    all(handle, pipeline).forEach((stage, transition) -> closed.put(stage, transition.reason()));
    return closed;
  }

  static Map<String, PipelineView.Transition> all(Handle handle, String pipeline) {
    return handle
        .createQuery(
            "select stage, reason, disabled_by, disabled_at from disabled_transition where pipeline = :name")
        .bind("name", pipeline)
        .map((rs, _) ->
            Map.entry(
                rs.getString("stage"),
                new PipelineView.Transition(
                    rs.getString("reason"),
                    rs.getString("disabled_by"),
                    rs.getTimestamp("disabled_at").toInstant())))
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  static void disable(
      Handle handle, String pipeline, String stage, String reason, String by, Instant now) {
    PipelineDeclaration declaration =
        Declarations.newest(handle, pipeline).orElseThrow(() -> Declarations.unknown(pipeline));
    stageOf(declaration, stage);
    if (declaration.stages().getFirst().name().equals(stage)) {
      throw PlatformException.invalid(
          "the first stage, " + stage + ", has no transition into it; name a later one");
    }
    if (reason.isBlank() || reason.length() > 300) {
      throw PlatformException.invalid(
          "disabling a transition needs a reason of 1 to 300 characters");
    }
    handle
        .createUpdate(
            """
            insert into disabled_transition (pipeline, stage, reason, disabled_by, disabled_at)
            values (:pipeline, :stage, :reason, :by, :now)
            on conflict (pipeline, stage) do update set reason = :reason, disabled_by = :by, disabled_at = :now
            """)
        .bind("pipeline", pipeline)
        .bind("stage", stage)
        .bind("reason", reason)
        .bind("by", by)
        .bind("now", now)
        .execute();
    EventLog.Facts facts = EventLog.Facts.by(by).stage(stage).error(reason);
    EventLog.transition(handle, Kind.TransitionDisabled, pipeline, facts, now);
  }

  static void enable(Handle handle, String pipeline, String stage, String by, Instant now) {
    int removed =
        handle
            .createUpdate(
                "delete from disabled_transition where pipeline = :pipeline and stage = :stage")
            .bind("pipeline", pipeline)
            .bind("stage", stage)
            .execute();
    if (removed == 0) {
      stageOf(
          Declarations.newest(handle, pipeline).orElseThrow(() -> Declarations.unknown(pipeline)),
          stage);
      return;
    }
    EventLog.transition(
        handle, Kind.TransitionEnabled, pipeline, EventLog.Facts.by(by).stage(stage), now);
  }

  private static void stageOf(PipelineDeclaration declaration, String stage) {
    if (declaration.stages().stream().noneMatch(s -> s.name().equals(stage))) {
      String names =
          String.join(", ", declaration.stages().stream().map(StageDeclaration::name).toList());
      throw PlatformException.notFound(
          "pipeline " + declaration.name() + " has no stage '" + stage + "'; it has " + names);
    }
  }
}
