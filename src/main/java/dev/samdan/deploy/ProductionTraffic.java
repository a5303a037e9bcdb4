package dev.samdan.deploy;

import dev.samdan.application.DeploymentPolicy;
import dev.samdan.edge.EdgeStatus;
import dev.samdan.runtime.Task;
import dev.samdan.runtime.TaskDefinition;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Moves production traffic to green by the deployment configuration, and watches green while it
 * takes it and while blue is kept: its health, its alarms, and tasks that end again and again.
 */
final class ProductionTraffic {
  private static final Duration EDGE_PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(250);

  /** Tasks that ended longer ago say nothing of how green is now. */
  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  /** With no healthy task for this long after there was one, all traffic goes back to blue. */
  private static final Duration SICK = Duration.ofSeconds(10);

  private final Parts parts;
  private final Deployment deployment;
  private final ServicePlan plan;
  private final TaskDefinition definition;
  private final Steps steps;
  private final AlarmWatch alarms;

  ProductionTraffic(
      Parts parts,
      Deployment deployment,
      ServicePlan plan,
      TaskDefinition definition,
      Steps steps) {
    this.parts = parts;
    this.deployment = deployment;
    this.plan = plan;
    this.definition = definition;
    this.steps = steps;
    this.alarms = new AlarmWatch(plan.policy().alarms(), deployment.id());
  }

  /** Returns once green takes all traffic; goes on where a dead control left it. */
  void shift() throws InterruptedException, DeploymentFailure, DeploymentStopped {
    TrafficShift shift = TrafficShift.of(plan.configuration());
    ServiceRows.Service service =
        parts.services().service(deployment.application(), deployment.environment()).orElseThrow();
    var _ = raised(); // What green answered before is not held against it.
    Instant begun = Instant.now();
    for (int share : shift.steps()) {
      if (share < service.greenWeight() || (share < 100 && atOnce())) {
        continue;
      }
      steps.begin("AllowTraffic", "green takes " + share + "% of the traffic");
      parts.services().greenWeight(deployment.id(), share);
      parts.routing().applyUntilTaken(EDGE_PATIENCE);
      if (share < 100) {
        Instant since = service.greenWeightSince();
        boolean resumed = share == service.greenWeight() && since != null;
        Instant until = (resumed && since != null ? since : Instant.now()).plus(shift.interval());
        watch("AllowTraffic", begun, until, this::atOnce);
      }
    }
    steps.end("AllowTraffic", plan.configuration());
  }

  /**
   * Keeps blue for the termination wait, in which a rollback is one change of the routes
   * (CodeDeploy, terminationWaitTimeInMinutes); a person may end it early.
   */
  void bake() throws InterruptedException, DeploymentFailure, DeploymentStopped {
    DeploymentPolicy policy = plan.policy();
    boolean blueIsThere =
        parts
            .services()
            .service(deployment.application(), deployment.environment())
            .map(s -> s.blue() != null)
            .orElse(false);
    if (policy.terminationWait().isZero() || !blueIsThere) {
      return;
    }
    Instant until =
        parts
            .waits()
            .waits(deployment.id(), DeploymentStatus.Baking)
            .plus(policy.terminationWait());
    steps.say(
        "green serves; blue is kept until "
            + until.truncatedTo(java.time.temporal.ChronoUnit.SECONDS));
    watch(
        "AfterAllowTraffic",
        Instant.now(),
        until,
        () -> parts.waits().asked(deployment.id()).continued());
  }

  /**
   * @param begun tasks that ended before are not held against green
   */
  private void watch(String event, Instant begun, Instant until, BooleanSupplier over)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    HealthWatch watch =
        new HealthWatch(
            Instant.now(), parts.settings().healthDeadline(), plan.policy().circuitBreaker());
    Instant healthy = Instant.now();
    // After a restart of the machine tasks begin with control, and take their time.
    Duration patience = parts.settings().healthDeadline();
    while (Instant.now().isBefore(until) && !over.getAsBoolean()) {
      steps.stopIfAsked();
      List<Task> tasks = parts.tasks().tasks(deployment.id());
      Optional<EdgeStatus> status = parts.routing().edgeStatus();
      if (status.isPresent()) { // Without an edge nobody is served, which is not green's doing.
        watch.look(deployment.id(), tasks, status.get(), parts.tasks());
        if (watch.healthy() > 0) {
          healthy = Instant.now();
          patience = SICK;
        }
        boolean sick = Duration.between(healthy, Instant.now()).compareTo(patience) > 0;
        if (sick || deaths(tasks, begun) >= plan.policy().circuitBreaker()) {
          throw steps.fail(
              event,
              "HEALTH_CONSTRAINTS",
              Explanations.health(watch, plan, definition, deployment, parts.tasks()));
        }
        Optional<String> alarm = raised();
        if (alarm.isPresent()) {
          throw steps.fail(
              event,
              "ALARM_ACTIVE",
              Explanations.alarm(alarm.get(), definition, tasks, parts.tasks()));
        }
      } else {
        healthy = Instant.now();
      }
      Thread.sleep(LOOK);
    }
  }

  private boolean atOnce() {
    return parts.waits().asked(deployment.id()).atOnce();
  }

  private Optional<String> raised() {
    return plan.policy().alarms().none()
        ? Optional.empty()
        : parts.routing().edgeTraffic().flatMap(status -> alarms.raised(status, Instant.now()));
  }

  /** Tasks of one place that ended of late, where it was most often. */
  private static int deaths(List<Task> tasks, Instant begun) {
    Instant remembered = Instant.now().minus(REMEMBERED);
    Instant since = begun.isAfter(remembered) ? begun : remembered;
    Map<Integer, Long> ended =
        tasks.stream()
            .filter(t -> t.stoppedAt() != null && t.stoppedAt().isAfter(since))
            .collect(Collectors.groupingBy(Task::slot, Collectors.counting()));
    return ended.values().stream().mapToInt(Long::intValue).max().orElse(0);
  }
}
