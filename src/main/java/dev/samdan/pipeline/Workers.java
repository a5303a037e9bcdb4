package dev.samdan.pipeline;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.pipeline.Outcomes.Ending;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Claims actions and runs their providers, each on a virtual thread, and writes how they ended. */
final class Workers {
  private static final Logger LOG = LoggerFactory.getLogger(Workers.class);
  private static final Duration STORE_PAUSE = Duration.ofSeconds(1);

  /** How often writing an ending may fail although the store is there. */
  private static final int WRITES = 5;

  private final Database database;
  private final Driver driver;
  private final Claims claims;
  private final Artifacts artifacts;
  private final Settings settings;
  private final InstantSource clock;
  private final Outcomes outcomes;
  private final Map<String, ActionProvider> providers = new ConcurrentHashMap<>();
  private final Map<UUID, Claim> held = new ConcurrentHashMap<>();
  private final Map<UUID, ActionRun> running = new ConcurrentHashMap<>();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final Semaphore places;
  private final Signal signal = new Signal();
  private volatile boolean closed;

  Workers(
      Database database,
      Driver driver,
      Claims claims,
      Artifacts artifacts,
      Settings settings,
      InstantSource clock) {
    this.database = database;
    this.driver = driver;
    this.claims = claims;
    this.artifacts = artifacts;
    this.settings = settings;
    this.clock = clock;
    this.outcomes = new Outcomes(claims, artifacts);
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
    while (!closed) {
      places.acquireUninterruptibly();
      Optional<Claim> claim = closed ? Optional.empty() : claim();
      if (claim.isPresent()) {
        held.put(claim.get().action(), claim.get());
        Thread.ofVirtual()
            .name("action-" + claim.get().action())
            .start(() -> carryOut(claim.get()));
      } else {
        places.release();
        signal.await(settings.tick());
      }
    }
  }

  private Optional<Claim> claim() {
    try {
      return claims.next();
    } catch (RuntimeException e) {
      LOG.warn("cannot claim an action now: {}", Store.reason(e));
      return Optional.empty();
    }
  }

  /** What is claimed here and not yet written. */
  Set<UUID> held() {
    return Set.copyOf(held.keySet());
  }

  /** Renews the leases of what is held here, and ends the runs whose claim is lost or cancelled. */
  void heed() {
    Map<UUID, ActionRun> before = Map.copyOf(running);
    if (held.isEmpty()) {
      return;
    }
    Map<UUID, Claims.Held> rows =
        claims.renew(held()).stream()
            .collect(Collectors.toMap(Claims.Held::action, Function.identity()));
    before.forEach((id, run) -> {
      Claims.Held row = rows.get(id);
      if (row == null || row.attempt() != run.attempt() || row.cancelled()) {
        Thread.ofVirtual().name("cancel-" + id).start(run::cancel);
      }
    });
  }

  /** Leaves everything as it stands: what runs is interrupted and will be taken over. */
  void close() {
    closed = true;
    wake();
    places.release();
    running.values().forEach(ActionRun::interrupt);
  }

  /**
   * After nothing more is claimed: waits until what was interrupted has ended, or the time is up.
   */
  void awaitEnd(Duration within) throws InterruptedException {
    Instant end = Instant.now().plus(within);
    for (Thread thread : threads) {
      if (!thread.join(Duration.between(Instant.now(), end))) {
        LOG.warn("{} does not end when asked to", thread.getName());
      }
    }
  }

  private void carryOut(Claim claim) {
    threads.add(Thread.currentThread());
    ActionRun.Place place = new ActionRun.Place(places);
    try {
      Ending ending = run(claim, place);
      place.give();
      settle(claim, ending);
    } finally {
      held.remove(claim.action(), claim);
      place.give();
      artifacts.clearParts(claim);
      threads.remove(Thread.currentThread());
      wake();
    }
  }

  private Ending run(Claim claim, ActionRun.Place place) {
    try {
      PipelineDeclaration declaration =
          database.withHandle(h -> Declarations.version(h, claim.pipeline(), claim.version()));
      ActionDeclaration action = declaration.action(claim.stageOrdinal(), claim.name());
      ActionProvider provider = providers.get(action.type().key());
      if (provider == null) {
        return Ending.failed(
            "ConfigurationError", "there is no provider for " + action.type() + " here");
      }
      claims.limit(claim, provider.limit());
      Map<String, String> configuration =
          Variables.resolve(
              action.configuration(), VariableValues.of(database, claim, declaration));
      ActionRun.Surroundings surroundings =
          new ActionRun.Surroundings(database, claims, artifacts, place);
      return run(claim, provider, new ActionRun(claim, action, configuration, surroundings));
    } catch (RuntimeException e) {
      return ending(claim, e);
    }
  }

  private Ending run(Claim claim, ActionProvider provider, ActionRun run) {
    running.put(claim.action(), run);
    try {
      if (closed) {
        return new Ending.Interrupted("control is ending");
      }
      ActionOutcome outcome = provider.run(run);
      run.finish();
      List<ActionDeclaration.OutputArtifact> outputs =
          outcome instanceof ActionOutcome.Succeeded ? run.action().outputArtifacts() : List.of();
      return new Ending.Ended(
          outcome, outputs.stream().map(o -> artifacts.written(claim, o.name())).toList());
    } catch (InterruptedException e) {
      return run.cancelled()
          ? new Ending.Ended(new ActionOutcome.Stopped(), List.of())
          : new Ending.Interrupted("its worker was interrupted");
    } catch (Throwable e) {
      return ending(claim, e);
    } finally {
      run.finish();
      running.remove(claim.action(), run);
    }
  }

  private static Ending ending(Claim claim, Throwable thrown) {
    if (Store.isAway(thrown)) {
      return new Ending.Interrupted("the store was away");
    }
    if (thrown instanceof PlatformException e) {
      return Ending.failed(
          e.code().httpStatus() < 500 ? "ConfigurationError" : "InternalError", e.text());
    }
    LOG.error(
        "action {} of {}#{}", claim.name(), claim.pipeline(), claim.executionNumber(), thrown);
    String message = thrown.getMessage();
    return Ending.failed(
        "InternalError", message == null ? thrown.getClass().getSimpleName() : message);
  }

  /**
   * Writes the ending, for as long as the store needs to come back; a lost claim is nobody's
   * business any more.
   */
  private void settle(Claim claim, Ending ending) {
    Ending toWrite = ending;
    int failures = 0;
    while (!closed && failures < WRITES) {
      try {
        write(claim, toWrite);
        return;
      } catch (RuntimeException e) {
        if (e instanceof PlatformException gone
            && gone.code() == PlatformException.Code.NOT_FOUND) {
          return;
        }
        if (!Store.isAway(e)) {
          failures++;
          toWrite = ending(claim, e);
        }
        LOG.warn(
            "cannot write yet how {} of {} ended: {}",
            claim.name(),
            claim.pipeline(),
            Store.reason(e));
        pause();
      }
    }
  }

  private void write(Claim claim, Ending ending) {
    driver.<@Nullable Void>change(
        claim.pipeline(),
        handle -> {
          if (claims.holds(handle, claim)) {
            outcomes.write(handle, claim, ending, clock.instant());
          }
          return null;
        });
  }

  private static void pause() {
    try {
      Thread.sleep(STORE_PAUSE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
