package dev.samdan.deploy;

import dev.samdan.edge.EdgeStatus;
import dev.samdan.runtime.ContainerDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends task sets on their way out: waits until the edge has no request of theirs in flight, then
 * stops them. What it still has to do is in the rows, so that the next control finishes it.
 */
final class Drainer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Drainer.class);
  private static final Duration TICK = Duration.ofSeconds(2);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration LOOK = Duration.ofMillis(100);
  private static final Duration LONGEST = Duration.ofSeconds(60);

  /** Between TERM and KILL where no container says (ECS stopTimeout's default). */
  private static final Duration GRACE = Duration.ofSeconds(30);

  private final Parts parts;
  private final Semaphore wake = new Semaphore(0);
  private final Set<String> busy = ConcurrentHashMap.newKeySet();
  private final Thread thread = Thread.ofVirtual().name("drainer").unstarted(this::watch);
  private volatile boolean closed;

  Drainer(Parts parts) {
    this.parts = parts;
  }

  void start() {
    thread.start();
    wake();
  }

  void wake() {
    wake.release();
  }

  @Override
  public void close() {
    closed = true;
    wake.release();
    try {
      boolean unused = thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void watch() {
    while (!closed) {
      try {
        for (ServiceRows.Draining row : parts.services().draining()) {
          if (busy.add(row.taskSet())) {
            Thread.ofVirtual().name("drain-" + row.taskSet()).start(() -> drain(row));
          }
        }
      } catch (RuntimeException e) {
        LOG.debug("draining waits: {}", e.toString());
      }
      try {
        boolean unused = wake.tryAcquire(TICK.toMillis(), TimeUnit.MILLISECONDS);
        wake.drainPermits();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void drain(ServiceRows.Draining row) {
    try {
      // The edge must know that it drains before an empty count means anything.
      var unused = parts.routing().applyUntilTaken(LONGEST);
      awaitEmpty(row);
      if (closed) {
        return; // The next control finishes it.
      }
      parts.tasks().stopTaskSet(row.taskSet(), grace(row.taskSet()));
      parts.services().drained(row.taskSet());
      parts.routing().changed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      LOG.warn("{} drains later: {}", row.taskSet(), e.toString());
    } finally {
      busy.remove(row.taskSet());
    }
  }

  private Duration grace(String taskSet) {
    return parts
        .tasks()
        .taskSet(taskSet)
        .flatMap(set -> parts.tasks().taskDefinition(set.taskDefinition()))
        .flatMap(definition ->
            definition.containerDefinitions().stream()
                .map(ContainerDefinition::stopTimeout)
                .filter(Objects::nonNull)
                .max(Integer::compare))
        .map(Duration::ofSeconds)
        .orElse(GRACE);
  }

  private void awaitEmpty(ServiceRows.Draining row) throws InterruptedException {
    Instant longest = row.since().plus(LONGEST);
    int emptyLooks = 0;
    while (!closed && Instant.now().isBefore(longest)) {
      EdgeStatus status = parts.routing().edgeStatus().orElse(null);
      if (status != null) {
        int inFlight =
            status.targets().stream()
                .filter(t -> t.targetGroup().equals(row.taskSet()))
                .mapToInt(EdgeStatus.TargetStatus::inFlight)
                .sum();
        // Twice in a row: a request may be on its way between the rule's choice and the target.
        emptyLooks = inFlight == 0 ? emptyLooks + 1 : 0;
        if (emptyLooks == 2) {
          return;
        }
      }
      Thread.sleep(LOOK);
    }
  }
}
