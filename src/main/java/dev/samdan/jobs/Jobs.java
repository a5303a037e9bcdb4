package dev.samdan.jobs;

import dev.samdan.application.JobDeclaration;
import dev.samdan.application.Schedule;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.deploy.Deployments;
import dev.samdan.rooms.Rooms;
import dev.samdan.runtime.LogPage;
import dev.samdan.runtime.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands that run once in what an environment serves: those that people run, and jobs at their
 * times. A job runs one at a time, at most once for each of its times; a time that came while
 * control was away is made up for once where it is less than an hour ago, and is else recorded as
 * missed.
 */
public final class Jobs implements AutoCloseable {
  /** A time of a schedule that is longer ago is missed. */
  static final Duration MADE_UP_WITHIN = Duration.ofHours(1);

  private static final Logger LOG = LoggerFactory.getLogger(Jobs.class);
  private static final Duration LOOK = Duration.ofSeconds(1);
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Duration TASK_TIMEOUT = Duration.ofHours(1);
  private static final int MOST_RUNNING = 10;
  private static final int COUNTED = 1_000;

  private final RunRows rows;
  private final Deployments deployments;
  private final Tasks tasks;
  private final Runner runner;
  private final InstantSource clock;
  private final Semaphore closing = new Semaphore(0);
  private Map<String, Instant> next = Map.of();
  private @Nullable Set<RunRows.JobName> scheduled;
  private final Thread thread = Thread.ofVirtual().name("jobs").unstarted(this::watch);

  public Jobs(
      Database database, Deployments deployments, Tasks tasks, Rooms rooms, InstantSource clock) {
    this.rows = new RunRows(database);
    this.deployments = deployments;
    this.tasks = tasks;
    this.clock = clock;
    this.runner = new Runner(rows, deployments, tasks, rooms);
    tasks.keepLogs(rows::ids);
  }

  /** Ends what an earlier control left; before anything else can be run. */
  public void endLost() {
    runner.endLost();
  }

  /** Runs jobs at their times from now on. */
  public void start() {
    thread.start();
  }

  /** Ends what runs; its record says so. */
  @Override
  public void close() {
    closing.release();
    try {
      // It was never started where a room before it could not be.
      boolean _ = !thread.isAlive() || thread.join(PATIENCE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    runner.close();
  }

  /** The jobs of what serves; an empty application means all. */
  public List<Job> list(String application) {
    List<Job> jobs = new ArrayList<>();
    for (Deployments.Serving serving : deployments.serving()) {
      if (application.isEmpty() || application.equals(serving.application())) {
        for (JobDeclaration job : serving.jobs()) {
          jobs.add(
              new Job(
                  serving.application(),
                  serving.environment(),
                  job,
                  job.schedule().next(clock.instant()).orElse(null),
                  rows
                      .newest(List.of(serving.application()), serving.environment(), job.name(), 1)
                      .stream()
                      .findFirst()
                      .orElse(null)));
        }
      }
    }
    return jobs;
  }

  /** Runs a job now, beside its times; CONFLICT where it runs already. */
  public TaskRun runJob(String application, String environment, String name, String by) {
    List<Job> all =
        list(application).stream().filter(j -> j.environment().equals(environment)).toList();
    Job job =
        all.stream()
            .filter(j -> j.declaration().name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                PlatformException.notFound(
                    "what serves in "
                        + environment
                        + " of "
                        + application
                        + " has no job "
                        + name
                        + (all.isEmpty()
                            ? "; samdan.yml declares them under jobs"
                            : "; it has "
                                + String.join(
                                    ", ",
                                    all.stream().map(j -> j.declaration().name()).toList()))));
    return begin(application, environment, job.declaration(), by, null)
        .orElseThrow(() ->
            PlatformException.conflict(
                name + " runs already: samdan job runs " + application + " shows it"));
  }

  /** Runs a command in what serves, at most for an hour; returns once it is on its way. */
  public TaskRun runTask(String application, String environment, List<String> command, String by) {
    if (command.isEmpty() || command.stream().allMatch(String::isBlank)) {
      throw PlatformException.invalid("there is no command to run");
    }
    String definition = serving(application, environment).taskDefinition();
    long running =
        rows.running().stream()
            .filter(r -> r.application().equals(application) && r.job() == null)
            .count();
    if (running >= MOST_RUNNING) {
      throw PlatformException.conflict(
          application + " runs " + running + " commands already; wait for one to end");
    }
    TaskRun run =
        rows.begin(
                new RunRows.Beginning(
                    application, environment, null, command, definition, by, null))
            .orElseThrow();
    runner.start(run, TASK_TIMEOUT);
    return run;
  }

  /** Newest first; an empty text means any. */
  public List<TaskRun> runs(String application, String environment, String job, int limit) {
    return runs(application.isEmpty() ? null : List.of(application), environment, job, limit);
  }

  /** The same of some applications; null for all. */
  public List<TaskRun> runs(
      @Nullable List<String> applications, String environment, String job, int limit) {
    return rows.newest(applications, environment, job, limit);
  }

  public Optional<TaskRun> run(String id) {
    return rows.find(id);
  }

  /** What it wrote, as {@link Tasks#log}; NOT_FOUND where that was removed. */
  public LogPage log(String id, long offset, int maxLines) {
    TaskRun run = existing(id);
    // One without a status may never have begun to write.
    if (run.exitCode() != null && !tasks.hasLog(run.logId())) {
      throw PlatformException.notFound("run " + id + " is recorded, but its log was removed");
    }
    return tasks.log(run.logId(), offset, maxLines);
  }

  /** Ends a run; CONFLICT where it has ended. */
  public TaskRun stop(String id, String by) {
    TaskRun run = existing(id);
    if (!runner.stop(id, by)) {
      throw PlatformException.conflict("run " + id + " has ended: " + run.status());
    }
    return run;
  }

  private TaskRun existing(String id) {
    return rows.find(id)
        .orElseThrow(() ->
            PlatformException.notFound("there is no run " + id + ": 'samdan job runs' shows them"));
  }

  private Deployments.Serving serving(String application, String environment) {
    return deployments.serving().stream()
        .filter(s -> s.application().equals(application) && s.environment().equals(environment))
        .findFirst()
        .orElseThrow(() ->
            PlatformException.conflict(
                "nothing of the application tier serves in "
                    + environment
                    + " of "
                    + application
                    + ", so there is no image to run in; deliver it first"));
  }

  private Optional<TaskRun> begin(
      String application,
      String environment,
      JobDeclaration job,
      String by,
      @Nullable Instant scheduledFor) {
    String definition = serving(application, environment).taskDefinition();
    Optional<TaskRun> run =
        rows.begin(
            new RunRows.Beginning(
                application, environment, job.name(), job.command(), definition, by, scheduledFor));
    run.ifPresent(r -> runner.start(r, job.timeout()));
    return run;
  }

  private void watch() {
    String told = "";
    try {
      do {
        String trouble = "";
        try {
          look();
        } catch (RuntimeException e) {
          trouble = root(e).toString();
          if (!trouble.equals(told)) {
            LOG.warn("jobs wait, and are looked at again each second", e);
          }
        }
        told = trouble;
      } while (!closing.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Without the statement and its values, which differ each time. */
  private static Throwable root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /**
   * Begins what is due; the times in between are known without asking the store. A job that fails
   * keeps no other from its time.
   */
  void look() {
    Map<String, Instant> times = new HashMap<>();
    Set<RunRows.JobName> served = new HashSet<>();
    RuntimeException failure = null;
    for (Deployments.Serving serving : deployments.serving()) {
      for (JobDeclaration job : serving.jobs()) {
        served.add(new RunRows.JobName(serving.application(), serving.environment(), job.name()));
        String key =
            serving.application() + " " + serving.environment() + " " + job.name() + job.schedule();
        Instant now = clock.instant();
        Instant known = next.get(key);
        try {
          if (known == null || !known.isAfter(now)) {
            look(serving, job, now);
            known = job.schedule().next(now).orElse(Instant.MAX);
          }
          times.put(key, known);
        } catch (RuntimeException e) {
          failure = e;
        }
      }
    }
    next = times;
    if (!served.equals(scheduled)) {
      // One that is served again later missed none of the times in between.
      rows.forgetSchedulesBut(served);
      scheduled = served;
    }
    runner.endForgotten();
    runner.endStray();
    if (failure != null) {
      throw failure;
    }
  }

  /**
   * Writes last until when it looked: what is begun or recorded is so once for each time, and where
   * control dies before, it looks again.
   */
  private void look(Deployments.Serving serving, JobDeclaration job, Instant now) {
    String schedule = job.schedule().expression() + " " + job.schedule().zone();
    rows.lookedUntil(serving.application(), serving.environment(), job.name(), schedule)
        .ifPresent(from -> runDue(serving, job, from, now));
    rows.looked(serving.application(), serving.environment(), job.name(), schedule, now);
  }

  private void runDue(Deployments.Serving serving, JobDeclaration job, Instant from, Instant now) {
    Schedule schedule = job.schedule();
    List<Instant> due = new ArrayList<>();
    Optional<Instant> time = schedule.next(from);
    while (time.isPresent() && !time.get().isAfter(now) && due.size() < COUNTED) {
      due.add(time.get());
      time = schedule.next(time.get());
    }
    if (due.isEmpty()) {
      return;
    }
    Instant newest = due.size() < COUNTED ? due.getLast() : schedule.last(now).orElse(now);
    boolean run = Duration.between(newest, now).compareTo(MADE_UP_WITHIN) < 0;
    int missed = run ? due.size() - 1 : due.size();
    if (missed > 0) {
      Instant at = run ? due.get(missed - 1) : newest;
      missed(serving, job, at, missed);
    }
    if (run) {
      Optional<TaskRun> begun =
          begin(serving.application(), serving.environment(), job, "schedule", newest);
      if (begun.isEmpty()) {
        var _ =
            rows.record(
                beginning(serving, job, newest),
                TaskRun.Status.SKIPPED,
                "the run before was still going");
      }
    }
  }

  private void missed(Deployments.Serving serving, JobDeclaration job, Instant at, int count) {
    String detail =
        count == 1
            ? "control was away at its time"
            : "control was away at " + count + " of its times, of which this is the last";
    rows.record(beginning(serving, job, at), TaskRun.Status.MISSED, detail).ifPresent(runner::tell);
  }

  private static RunRows.Beginning beginning(
      Deployments.Serving serving, JobDeclaration job, Instant at) {
    return new RunRows.Beginning(
        serving.application(),
        serving.environment(),
        job.name(),
        job.command(),
        null,
        "schedule",
        at);
  }
}
