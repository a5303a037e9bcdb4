package dev.samdan.jobs;

import dev.samdan.base.PlatformException;
import dev.samdan.deploy.Deployments;
import dev.samdan.rooms.Post;
import dev.samdan.rooms.Rooms;
import dev.samdan.runtime.OneOff;
import dev.samdan.runtime.Tasks;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries runs out, each on a thread of its own, and tells of those that end badly. */
final class Runner implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Runner.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration AGAIN = Duration.ofSeconds(1);
  private static final int TOLD_LINES = 8;
  private static final int MOST_REFUSALS = 5;

  private final RunRows rows;
  private final Deployments deployments;
  private final Tasks tasks;
  private final Rooms rooms;
  private final ConcurrentMap<String, Thread> threads = new ConcurrentHashMap<>();
  private final ConcurrentMap<String, String> stoppedBy = new ConcurrentHashMap<>();
  private volatile boolean closing;

  Runner(RunRows rows, Deployments deployments, Tasks tasks, Rooms rooms) {
    this.rows = rows;
    this.deployments = deployments;
    this.tasks = tasks;
    this.rooms = rooms;
  }

  /** How a run ended. */
  private record End(TaskRun.Status status, @Nullable Integer exitCode, @Nullable String detail) {}

  /** Runs that an earlier control began and did not end: what is left of them is ended. */
  void endLost() {
    for (TaskRun run : rows.running()) {
      end(run, new End(TaskRun.Status.LOST, null, "control was restarted during it"));
    }
  }

  /** Runs that nobody carries out, such as one whose beginning the store took and did not tell. */
  void endStray() {
    for (TaskRun run : rows.runningForAMinute()) {
      if (!threads.containsKey(run.id())) {
        end(run, new End(TaskRun.Status.LOST, null, "control lost sight of it"));
      }
    }
  }

  void start(TaskRun run, Duration timeout) {
    Thread thread =
        Thread.ofVirtual().name("run-" + run.id()).unstarted(() -> carryOut(run, timeout));
    threads.put(run.id(), thread);
    thread.start();
  }

  /** Ends it; false where it does not run here. */
  boolean stop(String id, String by) {
    Thread thread = threads.get(id);
    if (thread == null) {
      return false;
    }
    stoppedBy.put(id, by);
    thread.interrupt();
    return true;
  }

  /** Ends those whose environment was removed, and their record with it. */
  void endForgotten() {
    for (String id : threads.keySet()) {
      if (rows.find(id).isEmpty()) {
        boolean _ = stop(id, "the removal of the environment");
      }
    }
  }

  @Override
  public void close() {
    closing = true;
    for (String id : threads.keySet()) {
      boolean _ = stop(id, "the end of control");
    }
    for (Thread thread : threads.values()) {
      try {
        boolean _ = thread.join(PATIENCE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void carryOut(TaskRun run, Duration timeout) {
    try {
      record(run, outcome(run, timeout));
      prune(run);
    } catch (RuntimeException e) {
      LOG.warn("old runs in {} of {} go later", run.environment(), run.application(), e);
    } finally {
      threads.remove(run.id());
      stoppedBy.remove(run.id());
    }
  }

  private End outcome(TaskRun run, Duration timeout) {
    try {
      OneOff oneOff =
          deployments.oneOff(
              run.application(),
              run.environment(),
              run.id(),
              run.command(),
              variables(run),
              timeout);
      OneOff.Result result = tasks.run(oneOff);
      TaskRun.Status status =
          result.timedOut()
              ? TaskRun.Status.TIMED_OUT
              : result.succeeded() ? TaskRun.Status.SUCCEEDED : TaskRun.Status.FAILED;
      String detail =
          result.timedOut()
              ? "did not end within " + timeout.toSeconds() + " s, so it was stopped"
              : result.succeeded() ? null : lastLines(result);
      return new End(status, result.exitCode(), detail);
    } catch (InterruptedException e) {
      String by = stoppedBy.getOrDefault(run.id(), "control");
      return new End(TaskRun.Status.STOPPED, null, "stopped by " + by);
    } catch (PlatformException e) {
      return new End(TaskRun.Status.FAILED, null, e.text());
    } catch (JdbiException e) {
      LOG.warn("run {} failed", run.id(), e);
      return new End(
          TaskRun.Status.FAILED, null, "the control store did not answer when it was to begin");
    } catch (RuntimeException e) {
      LOG.warn("run {} failed", run.id(), e);
      return new End(TaskRun.Status.FAILED, null, String.valueOf(e.getMessage()));
    }
  }

  /**
   * Records how a run ended, and again each second until the store takes it; where control ends
   * first, its next start records the run as lost. What the store refuses is recorded without its
   * detail.
   */
  private void record(TaskRun run, End end) {
    End recorded = end;
    int failures = 0;
    int refusals = 0;
    while (refusals <= MOST_REFUSALS) {
      boolean last = closing;
      boolean _ = Thread.interrupted(); // It has ended, so there is nothing left to stop.
      try {
        end(run, recorded);
        return;
      } catch (RuntimeException e) {
        if (failures++ == 0) {
          LOG.warn("the end of run {} is recorded later", run.id(), e);
        }
        if (last) {
          return;
        }
        if (!isOutage(e) && ++refusals == MOST_REFUSALS) {
          recorded = new End(end.status(), end.exitCode(), "its detail could not be recorded");
        }
      }
      try {
        Thread.sleep(AGAIN);
      } catch (InterruptedException e) {
        // Asked for by close, which the next round sees, or by a stop that came too late.
      }
    }
  }

  /** Whether it is not that the store refused what it was given (SQLSTATE classes 22 and 23). */
  private static boolean isOutage(Throwable failure) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (t instanceof SQLException sql) {
        String state = String.valueOf(sql.getSQLState());
        return !state.startsWith("22") && !state.startsWith("23");
      }
    }
    return false;
  }

  private static Map<String, String> variables(TaskRun run) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("SAMDAN_RUN_ID", run.id());
    if (run.job() != null) {
      variables.put("SAMDAN_JOB", run.job());
    }
    if (run.scheduledFor() != null) {
      variables.put("SAMDAN_SCHEDULED_FOR", run.scheduledFor().toString());
    }
    return variables;
  }

  private static String lastLines(OneOff.Result result) {
    int first = Math.max(0, result.lastLines().size() - TOLD_LINES);
    return String.join("\n", result.lastLines().subList(first, result.lastLines().size()));
  }

  /** Safe to repeat until it returns: an end that was recorded stays, and is told last. */
  private void end(TaskRun run, End end) {
    rows.end(run.id(), end.status(), end.exitCode(), end.detail());
    rows.find(run.id()).filter(r -> r.status() == end.status()).ifPresent(this::tell);
  }

  private void prune(TaskRun run) {
    rows.prune(run.application(), run.environment(), run.job())
        .forEach(old -> tasks.deleteLog(old.logId()));
  }

  /**
   * A job that went wrong is told in the environment's room; a person's own run tells the person.
   */
  void tell(TaskRun run) {
    String job = run.job();
    if (job == null || !run.status().isBad()) {
      return;
    }
    String how =
        switch (run.status()) {
          case TIMED_OUT -> "took too long";
          case LOST -> "was lost";
          case MISSED -> "was missed";
          default -> run.exitCode() == null ? "could not run" : "ended with " + run.exitCode();
        };
    String where = run.application() + " " + run.environment();
    String more =
        run.status() == TaskRun.Status.MISSED
            ? "Run it now: samdan job run " + where + " " + job
            : "samdan job logs " + run.id();
    String detail = Optional.ofNullable(run.detail()).map(d -> d + "\n").orElse("");
    String text = "The job " + job + " of " + where + " " + how + ".\n" + detail + more;
    String room = rooms.roomOf(run.application(), run.environment(), null);
    long _ = rooms.post(Post.note(room, run.application(), text));
  }
}
