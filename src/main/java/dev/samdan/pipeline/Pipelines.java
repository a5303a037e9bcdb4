package dev.samdan.pipeline;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * Pipelines and their executions. Names that are not there are NOT_FOUND, what cannot be done now
 * is CONFLICT with the reason, a wrong declaration is INVALID.
 */
public final class Pipelines implements AutoCloseable {
  private final Database database;
  private final InstantSource clock;
  private final Driver driver;
  private final Artifacts artifacts;
  private final Workers workers;
  private final Heartbeat heartbeat;
  private volatile BiPredicate<WaitingApproval, String> approvers = (waiting, by) -> true;
  private volatile Function<WaitingApproval, Optional<String>> hindrances =
      waiting -> Optional.empty();

  /**
   * @param home the home, whose {@code artifacts/} holds what actions hand on
   */
  public Pipelines(Database database, Path home) {
    this(database, home, Settings.DEFAULT, InstantSource.system());
  }

  Pipelines(Database database, Path home, Settings settings, InstantSource clock) {
    String worker = UUID.randomUUID().toString();
    this.database = database;
    this.clock = clock;
    this.driver = new Driver(database, clock);
    this.artifacts = new Artifacts(home.resolve("artifacts"));
    Claims claims = new Claims(database, worker, settings, clock);
    this.workers = new Workers(database, driver, claims, artifacts, settings, clock);
    Housekeeping housekeeping = new Housekeeping(database, driver, artifacts, settings);
    this.heartbeat = new Heartbeat(database, driver, claims, workers, housekeeping, settings);
  }

  /**
   * Names who carries out the actions of this type, such as {@code Build/AWS/CodeBuild}; before
   * {@link #start()}.
   */
  public void register(String type, ActionProvider provider) {
    workers.register(ActionType.parse(type).key(), provider);
  }

  /**
   * Says who may approve what waits; before {@link #start()}. Where nobody says so, everybody may.
   */
  public void approvers(BiPredicate<WaitingApproval, String> may) {
    approvers = may;
  }

  /**
   * Says why nobody can approve what waits, with what mends it; before {@link #start()}. Rejecting
   * is not kept from anybody.
   */
  public void hindrances(Function<WaitingApproval, Optional<String>> why) {
    hindrances = why;
  }

  /** Takes over what a dead control left running and begins to work. */
  public void start() {
    heartbeat.start();
  }

  /** Creates or updates; answers the version, which a declaration that says the same keeps. */
  public int put(
      PipelineDeclaration declaration, String application, @Nullable String environment) {
    Declarations.check(declaration);
    return database.inTransaction(handle -> {
      int version =
          Declarations.put(handle, declaration, application, environment, clock.instant());
      database.notifyChannel(handle, Driver.CHANNEL, declaration.name());
      return version;
    });
  }

  /**
   * Ends what runs and removes the pipeline with its executions and artifacts; quiet where there is
   * none.
   */
  public void delete(String pipeline) {
    List<UUID> executions =
        database.inTransaction(handle -> {
          if (!Declarations.lock(handle, pipeline)) {
            return List.<UUID>of();
          }
          List<UUID> ids =
              handle
                  .createQuery("select id from execution where pipeline = :name")
                  .bind("name", pipeline)
                  .mapTo(UUID.class)
                  .list();
          handle
              .createUpdate("delete from execution where pipeline = :name")
              .bind("name", pipeline)
              .execute();
          handle
              .createUpdate("delete from pipeline where name = :name")
              .bind("name", pipeline)
              .execute();
          database.notifyChannel(handle, Driver.CHANNEL, pipeline);
          return ids;
        });
    heartbeat.wake();
    executions.forEach(artifacts::remove);
  }

  /** By name; all where the application is null. */
  public List<PipelineView> list(@Nullable String application) {
    return database.withHandle(
        handle -> PipelineQueries.views(handle, Declarations.names(handle, application)));
  }

  public PipelineView show(String pipeline) {
    return database.withHandle(handle -> PipelineQueries.views(handle, List.of(pipeline))).stream()
        .findFirst()
        .orElseThrow(() -> Declarations.unknown(pipeline));
  }

  public boolean exists(String pipeline) {
    return database.withHandle(handle -> Declarations.newest(handle, pipeline)).isPresent();
  }

  /** The newest version. */
  public PipelineDeclaration declaration(String pipeline) {
    return database
        .withHandle(handle -> Declarations.newest(handle, pipeline))
        .orElseThrow(() -> Declarations.unknown(pipeline));
  }

  /** Starts an execution; {@code group} null makes one of its own. */
  public UUID start(
      String pipeline, Trigger trigger, SourceRevision revision, @Nullable UUID group) {
    return change(
        pipeline, h -> Starts.start(h, pipeline, trigger, revision, group, null, clock.instant()));
  }

  /**
   * Starts the newest execution's revision again (release change); CONFLICT where there was none.
   */
  public UUID startAgain(String pipeline, String by) {
    return change(pipeline, handle -> Starts.again(handle, pipeline, by, clock.instant()));
  }

  /** Starts this execution's revision anew in the same group, also where it cannot be retried. */
  public UUID startAgain(UUID execution, String by) {
    return change(
        execution(execution).pipeline(),
        handle -> Starts.again(handle, execution, by, clock.instant()));
  }

  /**
   * An execution whose source actions fail with this error, such as samdan.yml's file:line:
   * message.
   */
  public UUID startFailed(
      String pipeline,
      Trigger trigger,
      SourceRevision revision,
      @Nullable UUID group,
      String error) {
    return change(
        pipeline, h -> Starts.start(h, pipeline, trigger, revision, group, error, clock.instant()));
  }

  /** Newest first, at most {@code limit} (1 to 500), from {@code cursor} on. */
  public ExecutionPage executions(ExecutionFilter filter, @Nullable String cursor, int limit) {
    return database.withHandle(handle -> ExecutionQueries.page(handle, filter, cursor, limit));
  }

  public ExecutionView execution(UUID id) {
    return database.withHandle(handle -> ExecutionQueries.one(handle, id));
  }

  /** By id or {@code pipeline#number}. */
  public ExecutionView execution(String idOrNumber) {
    return database.withHandle(
        handle -> ExecutionQueries.one(handle, ExecutionQueries.resolve(handle, idOrNumber)));
  }

  /** How many executions there are of each status; all applications where null. */
  public Map<ExecutionStatus, Integer> counts(@Nullable String application) {
    return database.withHandle(handle -> ExecutionQueries.counts(handle, application));
  }

  /** Oldest first. */
  public List<WaitingApproval> waitingApprovals(@Nullable String application) {
    return database.withHandle(handle -> PipelineQueries.approvals(handle, application));
  }

  /**
   * Stops one execution; {@code abandon} cancels what runs, else it ends by itself and nothing new
   * starts.
   */
  public void stop(UUID execution, boolean abandon, String reason, String by) {
    this.<@Nullable Void>change(
        execution(execution).pipeline(),
        handle -> {
          Interventions.stop(handle, execution, abandon, reason, by, clock.instant());
          return null;
        });
  }

  /**
   * Stops every execution of the pipeline that goes on; answers which. CONFLICT where none does.
   */
  public List<UUID> stop(String pipeline, boolean abandon, String reason, String by) {
    return change(
        pipeline,
        handle -> {
          List<UUID> live = Interventions.live(handle, pipeline);
          if (live.isEmpty()) {
            throw PlatformException.conflict(
                "nothing goes on in pipeline " + pipeline + ", so there is nothing to stop");
          }
          live.forEach(id -> Interventions.stop(handle, id, abandon, reason, by, clock.instant()));
          return live;
        });
  }

  /**
   * Runs the failed actions of the newest execution's failed stage again; answers the execution.
   */
  public UUID retry(String pipeline, String by) {
    return change(
        pipeline,
        handle -> {
          UUID newest = Interventions.newest(handle, pipeline);
          Interventions.retry(handle, newest, by, clock.instant());
          return newest;
        });
  }

  /** Runs the failed actions of this execution's failed stage again. */
  public void retry(UUID execution, String by) {
    this.<@Nullable Void>change(
        execution(execution).pipeline(),
        handle -> {
          Interventions.retry(handle, execution, by, clock.instant());
          return null;
        });
  }

  /** Approves the one approval that waits in this pipeline; answers the execution. */
  public UUID approve(String pipeline, String comment, String by) {
    return answerWaiting(pipeline, true, comment, by);
  }

  /** Rejects the one approval that waits in this pipeline; answers the execution. */
  public UUID reject(String pipeline, String comment, String by) {
    return answerWaiting(pipeline, false, comment, by);
  }

  private UUID answerWaiting(String pipeline, boolean approved, String comment, String by) {
    UUID token = database.withHandle(handle -> Interventions.waiting(handle, pipeline));
    return answer(token, approved, comment, by);
  }

  /**
   * Answers exactly the question of this token; CONFLICT where it is answered or stale or something
   * hinders its approval, FORBIDDEN where this person may not approve it.
   */
  public UUID answer(UUID token, boolean approved, String comment, String by) {
    String pipeline = database.withHandle(handle -> Interventions.pipelineOf(handle, token));
    if (approved) {
      requireApprover(token, by);
    }
    return change(
        pipeline,
        handle -> Interventions.answer(handle, token, approved, comment, by, clock.instant()));
  }

  /** Whether this person may approve it; anybody who may answer may reject it. */
  public boolean mayApprove(WaitingApproval waiting, String by) {
    return approvers.test(waiting, by);
  }

  private void requireApprover(UUID token, String by) {
    Optional<WaitingApproval> asked =
        waitingApprovals(null).stream().filter(w -> w.token().equals(token)).findFirst();
    if (asked.isEmpty()) {
      return;
    }
    WaitingApproval waiting = asked.get();
    if (!mayApprove(waiting, by)) {
      throw new PlatformException(
          PlatformException.Code.FORBIDDEN,
          "You wrote this change, so someone else approves it: "
              + waiting.pipeline()
              + " goes to "
              + waiting.environment()
              + ", which wants four eyes");
    }
    hindrances
        .apply(waiting)
        .ifPresent(why -> {
          throw PlatformException.conflict(why);
        });
  }

  /** Keeps executions from entering this stage. */
  public void disableTransition(String pipeline, String stage, String reason, String by) {
    this.<@Nullable Void>change(
        pipeline,
        handle -> {
          Transitions.disable(handle, pipeline, stage, reason, by, clock.instant());
          return null;
        });
  }

  public void enableTransition(String pipeline, String stage, String by) {
    this.<@Nullable Void>change(
        pipeline,
        handle -> {
          Transitions.enable(handle, pipeline, stage, by, clock.instant());
          return null;
        });
  }

  /** Events with a higher id, oldest first. */
  public List<PipelineEvent> eventsAfter(long id, int limit) {
    return database.withHandle(handle -> EventLog.after(handle, id, limit));
  }

  /**
   * Calls back with a pipeline's name after something of it changed, with an empty one when
   * anything may have; a wake only, may come twice or late.
   */
  public AutoCloseable subscribe(Consumer<String> onChange) {
    return database.listen(Driver.CHANNEL, onChange);
  }

  /** Leaves what runs as it stands; the next start takes it over. */
  @Override
  public void close() {
    heartbeat.close();
  }

  private <T extends @Nullable Object> T change(String pipeline, Function<Handle, T> change) {
    T answer = driver.change(pipeline, change);
    heartbeat.wake();
    return answer;
  }
}
