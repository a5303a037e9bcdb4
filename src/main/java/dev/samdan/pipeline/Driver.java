package dev.samdan.pipeline;

import dev.samdan.database.Database;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Moves executions on: holding the pipeline's row, applies what {@link Advance} decides until it
 * decides nothing more, all in the transaction of the change that gave rise to it.
 */
final class Driver {
  /** Said on at each commit that changed something, with the pipeline's name. */
  static final String CHANNEL = "pipeline";

  private final Database database;
  private final InstantSource clock;

  Driver(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * Makes a change to a pipeline and all that follows from it; NOT_FOUND where there is no such
   * pipeline.
   */
  <T extends @Nullable Object> T change(String pipeline, Function<Handle, T> change) {
    return database.inTransaction(handle -> {
      if (!Declarations.lock(handle, pipeline)) {
        throw Declarations.unknown(pipeline);
      }
      T answer = change.apply(handle);
      advance(handle, pipeline);
      database.notifyChannel(handle, CHANNEL, pipeline);
      return answer;
    });
  }

  /** Does what time has brought; answers whether it brought anything. */
  boolean tick(String pipeline) {
    return database.inTransaction(handle -> {
      boolean changed = Declarations.lock(handle, pipeline) && advance(handle, pipeline);
      if (changed) {
        database.notifyChannel(handle, CHANNEL, pipeline);
      }
      return changed;
    });
  }

  /** Pipelines with an execution that goes on. */
  List<String> busy() {
    return database.withHandle(handle ->
        handle
            .createQuery("select distinct pipeline from execution where ended_at is null")
            .mapTo(String.class)
            .list());
  }

  /**
   * Pipelines for which a time has come: an approval expires, an action is late or does not end
   * when asked to.
   */
  List<String> due() {
    Instant now = clock.instant();
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select distinct e.pipeline from action_execution a join execution e on e.id = a.execution_id
                where a.ended_at is null and (a.expires_at <= :now
                  or (a.cancel_reason is null and a.worker is not null and a.deadline <= :now)
                  or (a.cancel_reason is not null and (a.worker is null or a.cancelled_at <= :grace)))
                """)
            .bind("now", now)
            .bind("grace", now.minus(Advance.CANCEL_GRACE))
            .mapTo(String.class)
            .list());
  }

  private boolean advance(Handle handle, String pipeline) {
    Instant now = clock.instant();
    Map<Integer, PipelineDeclaration> declarations = new HashMap<>();
    AtomicBoolean changed = new AtomicBoolean();
    while (once(handle, pipeline, declarations, now)) {
      changed.set(true);
    }
    return changed.get();
  }

  /** Applies the first execution's steps that there are; each changes what the others may do. */
  private boolean once(
      Handle handle, String pipeline, Map<Integer, PipelineDeclaration> declarations, Instant now) {
    Map<ExecutionState, PipelineDeclaration> live =
        ExecutionRows.live(handle, pipeline, declarations);
    Stages stages = Stages.of(live, Transitions.closed(handle, pipeline));
    for (Map.Entry<ExecutionState, PipelineDeclaration> entry : live.entrySet()) {
      List<Step> steps = Advance.next(entry.getValue(), entry.getKey(), stages, now);
      if (!steps.isEmpty()) {
        StepWriter writer = new StepWriter(handle, entry.getKey(), entry.getValue(), now);
        steps.forEach(writer::apply);
        return true;
      }
    }
    return false;
  }
}
