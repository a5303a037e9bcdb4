package dev.samdan.pipeline;

import dev.samdan.database.Database;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt of an action, as its provider sees it. */
final class ActionRun implements ActionContext {
  private static final Logger LOG = LoggerFactory.getLogger(ActionRun.class);

  private final Claim claim;
  private final ActionDeclaration action;
  private final Map<String, String> configuration;
  private final Surroundings surroundings;
  private final Thread thread = Thread.currentThread();
  private final List<Runnable> onCancel = new ArrayList<>();
  private boolean cancelled;
  private boolean over;
  private String told = "";

  ActionRun(
      Claim claim,
      ActionDeclaration action,
      Map<String, String> configuration,
      Surroundings surroundings) {
    this.claim = claim;
    this.action = action;
    this.configuration = Map.copyOf(configuration);
    this.surroundings = surroundings;
  }

  /**
   * @param place which this action holds among those that run side by side
   */
  record Surroundings(Database database, Claims claims, Artifacts artifacts, Place place) {}

  /** One of the places that bound how many actions run side by side. */
  static final class Place {
    private final Semaphore places;
    private boolean held = true;

    Place(Semaphore places) {
      this.places = places;
    }

    void give() {
      if (held) {
        held = false;
        places.release();
      }
    }

    void take() throws InterruptedException {
      places.acquire();
      held = true;
    }
  }

  /** Runs what was registered and interrupts the provider. */
  void cancel() {
    List<Runnable> toRun;
    synchronized (this) {
      if (cancelled || over) {
        return;
      }
      cancelled = true;
      toRun = List.copyOf(onCancel);
    }
    toRun.forEach(this::runQuietly);
    interrupt();
  }

  /** Interrupts the provider without cancelling: the action goes on elsewhere. */
  synchronized void interrupt() {
    if (!over) {
      thread.interrupt();
    }
  }

  /** No interrupt reaches the thread after this; clears one that came. */
  synchronized void finish() {
    over = true;
    Thread.interrupted();
  }

  private void runQuietly(Runnable runnable) {
    try {
      runnable.run();
    } catch (RuntimeException e) {
      LOG.warn(
          "cancelling {} of {}#{}", claim.name(), claim.pipeline(), claim.executionNumber(), e);
    }
  }

  @Override
  public String pipeline() {
    return claim.pipeline();
  }

  @Override
  public String application() {
    return claim.application();
  }

  @Override
  public Optional<String> environment() {
    return claim.environment();
  }

  @Override
  public UUID executionId() {
    return claim.execution();
  }

  @Override
  public int executionNumber() {
    return claim.executionNumber();
  }

  @Override
  public UUID actionExecutionId() {
    return claim.action();
  }

  @Override
  public int attempt() {
    return claim.attempt();
  }

  @Override
  public String stage() {
    return claim.stage();
  }

  @Override
  public ActionDeclaration action() {
    return action;
  }

  @Override
  public Map<String, String> configuration() {
    return configuration;
  }

  @Override
  public Trigger trigger() {
    return claim.trigger();
  }

  @Override
  public SourceRevision revision() {
    return claim.revision();
  }

  @Override
  public UUID group() {
    return claim.group();
  }

  @Override
  public Path input(String artifact) {
    if (!action.inputArtifacts().contains(artifact)) {
      throw new IllegalArgumentException(
          "action " + action.name() + " has no input artifact " + artifact);
    }
    return surroundings
        .database()
        .withHandle(handle -> surroundings.artifacts().input(handle, claim, artifact));
  }

  @Override
  public Path output(String artifact) {
    if (action.outputArtifacts().stream().noneMatch(o -> o.name().equals(artifact))) {
      throw new IllegalArgumentException(
          "action " + action.name() + " has no output artifact " + artifact);
    }
    return surroundings.artifacts().part(claim, artifact);
  }

  @Override
  public void externalId(String id, @Nullable String url) {
    surroundings.claims().tell(claim, "external_id", id);
    if (url != null) {
      surroundings.claims().tell(claim, "external_url", url);
    }
  }

  @Override
  public void summary(String text) {
    if (!text.equals(told)) {
      told = text;
      surroundings.claims().tell(claim, "summary", text);
    }
  }

  @Override
  public synchronized boolean cancelled() {
    return cancelled;
  }

  @Override
  public void onCancel(Runnable runnable) {
    synchronized (this) {
      if (!cancelled) {
        onCancel.add(runnable);
        return;
      }
    }
    runQuietly(runnable);
  }

  @Override
  public <T> T waiting(String summary, Callable<T> work) throws Exception {
    summary(summary);
    surroundings.place().give();
    T answer = work.call();
    surroundings.place().take();
    return answer;
  }
}
