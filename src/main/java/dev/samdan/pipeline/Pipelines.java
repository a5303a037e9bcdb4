package dev.samdan.pipeline;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Pipelines and their executions. Names that are not there are NOT_FOUND, what cannot be done now is CONFLICT with the
 * reason, a wrong declaration is INVALID.
 */
public final class Pipelines implements AutoCloseable {
  /** Names who carries out the actions of this type, such as {@code Build/AWS/CodeBuild}; before {@link #start()}. */
  public void register(String type, ActionProvider provider) {
    throw new UnsupportedOperationException();
  }

  /** Takes over what a dead control left running and begins to work. */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /** Creates or updates; answers the version, which a declaration that says the same keeps. */
  public int put(PipelineDeclaration declaration, String application, @Nullable String environment) {
    throw new UnsupportedOperationException();
  }

  /** Ends what runs and removes the pipeline with its executions and artifacts; quiet where there is none. */
  public void delete(String pipeline) {
    throw new UnsupportedOperationException();
  }

  /** By name; all where the application is null. */
  public List<PipelineView> list(@Nullable String application) {
    throw new UnsupportedOperationException();
  }

  public PipelineView show(String pipeline) {
    throw new UnsupportedOperationException();
  }

  public boolean exists(String pipeline) {
    throw new UnsupportedOperationException();
  }

  /** The newest version. */
  public PipelineDeclaration declaration(String pipeline) {
    throw new UnsupportedOperationException();
  }

  /** Starts an execution; {@code group} null makes one of its own. */
  public UUID start(String pipeline, Trigger trigger, SourceRevision revision, @Nullable UUID group) {
    throw new UnsupportedOperationException();
  }

  /** Starts the newest execution's revision again (release change); CONFLICT where there was none. */
  public UUID startAgain(String pipeline, String by) {
    throw new UnsupportedOperationException();
  }

  /** An execution whose source actions fail with this error, such as samdan.yml's file:line: message. */
  public UUID startFailed(
      String pipeline, Trigger trigger, SourceRevision revision, @Nullable UUID group, String error) {
    throw new UnsupportedOperationException();
  }

  /** Newest first, at most {@code limit} (1 to 500), from {@code cursor} on. */
  public ExecutionPage executions(ExecutionFilter filter, @Nullable String cursor, int limit) {
    throw new UnsupportedOperationException();
  }

  public ExecutionView execution(UUID id) {
    throw new UnsupportedOperationException();
  }

  /** By id or {@code pipeline#number}. */
  public ExecutionView execution(String idOrNumber) {
    throw new UnsupportedOperationException();
  }

  /** How many executions there are of each status; all applications where null. */
  public Map<ExecutionStatus, Integer> counts(@Nullable String application) {
    throw new UnsupportedOperationException();
  }

  /** Oldest first. */
  public List<WaitingApproval> waitingApprovals(@Nullable String application) {
    throw new UnsupportedOperationException();
  }

  /** Stops one execution; {@code abandon} cancels what runs, else it ends by itself and nothing new starts. */
  public void stop(UUID execution, boolean abandon, String reason, String by) {
    throw new UnsupportedOperationException();
  }

  /** Stops every execution of the pipeline that goes on; answers which. CONFLICT where none does. */
  public List<UUID> stop(String pipeline, boolean abandon, String reason, String by) {
    throw new UnsupportedOperationException();
  }

  /** Runs the failed actions of the newest execution's failed stage again; answers the execution. */
  public UUID retry(String pipeline, String by) {
    throw new UnsupportedOperationException();
  }

  /** Runs the failed actions of this execution's failed stage again. */
  public void retry(UUID execution, String by) {
    throw new UnsupportedOperationException();
  }

  /** Approves the one approval that waits in this pipeline; answers the execution. */
  public UUID approve(String pipeline, String comment, String by) {
    throw new UnsupportedOperationException();
  }

  /** Rejects the one approval that waits in this pipeline; answers the execution. */
  public UUID reject(String pipeline, String comment, String by) {
    throw new UnsupportedOperationException();
  }

  /** Answers exactly the question of this token; CONFLICT where it is answered or stale. */
  public UUID answer(UUID token, boolean approved, String comment, String by) {
    throw new UnsupportedOperationException();
  }

  /** Keeps executions from entering this stage. */
  public void disableTransition(String pipeline, String stage, String reason, String by) {
    throw new UnsupportedOperationException();
  }

  public void enableTransition(String pipeline, String stage, String by) {
    throw new UnsupportedOperationException();
  }

  /** Events with a higher id, oldest first. */
  public List<PipelineEvent> eventsAfter(long id, int limit) {
    throw new UnsupportedOperationException();
  }

  /** Calls back with a pipeline's name after something of it changed; a wake only, may come twice or late. */
  public AutoCloseable subscribe(java.util.function.Consumer<String> onChange) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
