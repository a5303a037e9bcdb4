package dev.samdan.pipeline;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.pipeline.PipelineEvent.Kind;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims actions and runs their providers, each on a virtual thread, and writes how they ended. */
final class Workers {
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final Duration STORE_PAUSE = Duration.ofSeconds(1);

  private final Database database;
  private final Driver driver;
  private final Claims claims;
  private final Artifacts artifacts;
  private final Settings settings;
  private final InstantSource clock;
  private final Map<String, ActionProvider> providers = new ConcurrentHashMap<>();
  private final Map<UUID, Running> running = new ConcurrentHashMap<>();
  private final Semaphore places;
  private final Signal signal = new Signal();
  private volatile boolean closed;

  private record Running(int attempt, ActionRun run) {}

  Workers(Database database, Driver driver, Claims claims, Artifacts artifacts, Settings settings, InstantSource clock) {
    this.database = database;
    this.driver = driver;
    this.claims = claims;
    this.artifacts = artifacts;
    this.settings = settings;
    this.clock = clock;
    this.places = new Semaphore(settings.places());
  }

  void register(String type, ActionProvider provider) {
    if (providers.putIfAbsent(type, provider) != null) {
      throw new IllegalStateException("two providers for " + type);
    }
  }

  void wake() {
    signal.wake();
  }

  /** Claims until it is closed. */
  void claimUntilClosed() {
    try {
      while (!closed) {
        places.acquire();
        Optional<Claim> claim = claim();
        if (claim.isPresent()) {
          Thread.ofVirtual().name("action-" + claim.get().action()).start(() -> carryOut(claim.get()));
        } else {
          places.release();
          signal.await(settings.tick());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Optional<Claim> claim() {
    try {
      return claims.next();
    } catch (RuntimeException e) {
      LOG.warn("cannot claim an action now: {}", e.getMessage());
      return Optional.empty();
    }
  }

  /** Ends the runs whose claim is lost or cancelled. */
  void heed(List<Claims.Held> held) {
    Map<UUID, Claims.Held> rows = new ConcurrentHashMap<>();
    held.forEach(h -> rows.put(h.action(), h));
    running.forEach(
        (id, run) -> {
          Claims.Held row = rows.get(id);
          if (row == null || row.attempt() != run.attempt() || row.cancelled()) {
            Thread.ofVirtual().start(run.run()::cancel);
          }
        });
  }

  /** Leaves everything as it stands: what runs is interrupted and will be taken over. */
  void close() {
    closed = true;
    wake();
    running.values().forEach(r -> r.run().interrupt());
  }

  private void carryOut(Claim claim) {
    ActionRun.Place place = new ActionRun.Place(places);
    try {
      Ending ending = run(claim, place);
      place.give();
      settle(claim, ending);
    } finally {
      running.remove(claim.action());
      place.give();
      artifacts.clearParts(claim);
    }
  }

  /** How a run ended: with an outcome and what it wrote, or without because the store or control went away. */
  private sealed interface Ending {
    record Ended(ActionOutcome outcome, List<Artifacts.Written> written) implements Ending {}

    record Interrupted(String reason) implements Ending {}
  }

  private Ending run(Claim claim, ActionRun.Place place) {
    @Nullable ActionRun run = null;
    try {
      PipelineDeclaration declaration =
          database.withHandle(h -> Declarations.version(h, claim.pipeline(), claim.version()));
      ActionDeclaration action =
          declaration.stages().get(claim.stageOrdinal() - 1).actions().stream()
              .filter(a -> a.name().equals(claim.name()))
              .findFirst()
              .orElseThrow();
      ActionProvider provider = providers.get(action.type().key());
      if (provider == null) {
        return failed("ConfigurationError", "there is no provider for " + action.type() + " here");
      }
      Map<String, String> configuration = resolve(claim, declaration, action);
      run = new ActionRun(
          claim, action, configuration, new ActionRun.Surroundings(database, claims, artifacts, place));
      running.put(claim.action(), new Running(claim.attempt(), run));
      if (closed) {
        return new Ending.Interrupted("control is ending");
      }
      ActionOutcome outcome = provider.run(run);
      run.finish();
      boolean good = outcome instanceof ActionOutcome.Succeeded;
      return new Ending.Ended(
          outcome, good ? action.outputArtifacts().stream().map(o -> artifacts.written(claim, o.name())).toList() : List.of());
    } catch (InterruptedException e) {
      return run != null && run.cancelled()
          ? new Ending.Ended(new ActionOutcome.Stopped(), List.of())
          : new Ending.Interrupted("its worker was interrupted");
    } catch (PlatformException e) {
      return storeIsAway(e) ? new Ending.Interrupted("the store was away") : failed(code(e), e.text());
    } catch (Throwable e) {
      if (storeIsAway(e)) {
        return new Ending.Interrupted("the store was away");
      }
      LOG.error("action {} of {}#{}", claim.name(), claim.pipeline(), claim.executionNumber(), e);
      String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      return failed("InternalError", message);
    } finally {
      if (run != null) {
        run.finish();
      }
    }
  }

  private static Ending failed(String code, String message) {
    return new Ending.Ended(ActionOutcome.failed(code, message), List.of());
  }

  private static String code(PlatformException e) {
    return e.code().httpStatus() < 500 ? "ConfigurationError" : "InternalError";
  }

  private Map<String, String> resolve(Claim claim, PipelineDeclaration declaration, ActionDeclaration action) {
    return Variables.resolve(action.configuration(), claims.variables(claim, declaration));
  }

  /** Writes the ending, for as long as the store needs to come back; a lost claim is nobody's business any more. */
  private void settle(Claim claim, Ending ending) {
    while (!closed) {
      try {
        driver.<@Nullable Void>change(
            claim.pipeline(),
            handle -> {
              if (claims.holds(handle, claim)) {
                write(handle, claim, ending, clock.instant());
              }
              return null;
            });
        return;
      } catch (PlatformException e) {
        if (e.code() == PlatformException.Code.NOT_FOUND) {
          return;
        }
        pause(claim, e);
      } catch (RuntimeException e) {
        pause(claim, e);
      }
    }
  }

  private static void pause(Claim claim, RuntimeException cause) {
    LOG.warn("cannot write how {} of {} ended yet: {}", claim.name(), claim.pipeline(), cause.getMessage());
    try {
      Thread.sleep(STORE_PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Handle handle, Claim claim, Ending ending, Instant now) {
    switch (ending) {
      case Ending.Interrupted(String reason) -> {
        claims.release(handle, claim, now.plus(STORE_PAUSE), false);
        Claims.interrupted(handle, claim.action(), reason, now);
      }
      case Ending.Ended(ActionOutcome.Succeeded outcome, var written) -> succeed(handle, claim, outcome, written, now);
      case Ending.Ended(ActionOutcome.Failed outcome, _) ->
          fail(handle, claim, outcome.code(), outcome.message(), outcome.facts(), now);
      case Ending.Ended(ActionOutcome.TryAgain outcome, _) -> tryAgain(handle, claim, outcome, now);
      case Ending.Ended(ActionOutcome.Stopped _, _) ->
          fail(handle, claim, "InternalError", "it ended itself although nobody stopped it", Map.of(), now);
    }
  }

  private void succeed(
      Handle handle, Claim claim, ActionOutcome.Succeeded outcome, List<Artifacts.Written> written, Instant now) {
    written.forEach(artifact -> artifacts.publish(handle, claim, artifact, now));
    handle
        .createUpdate(
            """
            update action_execution set output_variables = cast(:variables as json),
              summary = coalesce(nullif(:summary, ''), summary)
            where id = :id
            """)
        .bind("variables", Json.write(outcome.outputVariables()))
        .bind("summary", outcome.summary())
        .bind("id", claim.action())
        .execute();
    ActionRows.end(handle, claim.action(), ActionStatus.Succeeded, null, null, now);
    EventLog.action(handle, Kind.ActionSucceeded, claim.action(), null, null, now);
  }

  /** Fails the action, or ends it as its cancellation says where it was cancelled. */
  private void fail(
      Handle handle, Claim claim, String code, String error, Map<String, String> facts, Instant now) {
    Optional<String> cancelled =
        handle
            .createQuery("select cancel_reason from action_execution where id = :id and cancel_reason is not null")
            .bind("id", claim.action())
            .mapTo(String.class)
            .findOne();
    if (cancelled.filter("Abandoned"::equals).isPresent()) {
      ActionRows.end(handle, claim.action(), ActionStatus.Abandoned, null, null, now);
      EventLog.action(handle, Kind.ActionAbandoned, claim.action(), null, null, now);
      return;
    }
    handle
        .createUpdate("update action_execution set facts = cast(:facts as json) where id = :id")
        .bind("facts", Json.write(facts))
        .bind("id", claim.action())
        .execute();
    boolean late = cancelled.isPresent();
    String message =
        late ? "it took longer than the " + settings.actionTimeout().toMinutes() + " minutes an action may" : error;
    ActionRows.end(handle, claim.action(), ActionStatus.Failed, late ? "TimedOut" : code, message, now);
    EventLog.action(handle, Kind.ActionFailed, claim.action(), message, null, now);
  }

  private void tryAgain(Handle handle, Claim claim, ActionOutcome.TryAgain outcome, Instant now) {
    int tries =
        handle
            .createQuery("select tries from action_execution where id = :id")
            .bind("id", claim.action())
            .mapTo(Integer.class)
            .one();
    if (tries + 1 >= Settings.TRIES) {
      fail(handle, claim, "GaveUp", outcome.reason() + " (" + Settings.TRIES + " attempts)", Map.of(), now);
      return;
    }
    claims.release(handle, claim, now.plus(outcome.delay()), true);
    ActionRows.endAttempt(handle, claim.action(), "TryAgain", outcome.reason(), now);
    EventLog.action(handle, Kind.ActionTryAgain, claim.action(), outcome.reason(), null, now);
  }

  /** Whether the control store's connection broke rather than the action. */
  private static boolean storeIsAway(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      String state = t instanceof SQLException e && e.getSQLState() != null ? e.getSQLState() : "";
      // SQLSTATE classes 08 (connection) and 57P (the server goes down, is starting).
      if (state.startsWith("08") || state.startsWith("57P")) {
        return true;
      }
    }
    return false;
  }
}
