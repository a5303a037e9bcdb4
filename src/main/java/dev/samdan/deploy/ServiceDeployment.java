package dev.samdan.deploy;

import dev.samdan.application.Environment;
import dev.samdan.edge.EdgeStatus;
import dev.samdan.runtime.OneOff;
import dev.samdan.runtime.Task;
import dev.samdan.runtime.TaskDefinition;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The deployment of an application tier, blue/green, in CodeDeploy's lifecycle for ECS. Every step
 * may be taken again after control died: what is done is found done.
 */
final class ServiceDeployment {
  private static final Duration PROBE = Duration.ofMillis(20);
  private static final Duration EDGE_PATIENCE = Duration.ofSeconds(60);
  private static final Duration MIGRATION_TIMEOUT = Duration.ofMinutes(15);

  private final Parts parts;
  private final Deployment deployment;
  private final ServicePlan plan;
  private final Environment environment;
  private final Run run;

  ServiceDeployment(
      Parts parts, Deployment deployment, ServicePlan plan, Environment environment, Run run) {
    this.parts = parts;
    this.deployment = deployment;
    this.plan = plan;
    this.environment = environment;
    this.run = run;
  }

  /** Returns once green serves all traffic; blue drains behind it. */
  void carryOut() throws InterruptedException, DeploymentFailure, DeploymentStopped {
    TaskDefinition definition = registerTaskDefinition();
    migrate(definition);
    startGreen(definition);
    awaitHealthy(definition);
    allowTestTraffic();
    testGreen();
    shiftTraffic();
    drainBlue();
  }

  private TaskDefinition registerTaskDefinition() {
    String name = deployment.taskDefinition();
    if (name != null) {
      return parts.tasks().taskDefinition(name).orElseThrow();
    }
    TaskDefinition definition = parts.tasks().register(plan.taskDefinition());
    parts.deployments().taskDefinition(deployment.id(), definition.name());
    return definition;
  }

  private void migrate(TaskDefinition definition)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    String event = "BeforeInstall";
    if (plan.migrate().isEmpty() || done(event)) {
      return;
    }
    begin(event, "migrates: " + String.join(" ", plan.migrate()));
    String database =
        parts
            .database()
            .tierDatabases()
            .ensure(deployment.application(), deployment.environment())
            .database();
    OneOff migration =
        new OneOff(
            deployment.id() + "-migrate",
            deployment.application(),
            deployment.environment(),
            definition,
            plan.migrate(),
            variables(),
            MIGRATION_TIMEOUT);
    OneOff.Result result = parts.tasks().run(migration);
    if (!result.succeeded()) {
      throw fail(
          event, "HOOK_EXECUTION_FAILURE", Explanations.migration(migration, result, database));
    }
    end(event, String.join(" ", plan.migrate()));
  }

  private void startGreen(TaskDefinition definition) throws DeploymentFailure, DeploymentStopped {
    begin("Install", "starts " + count(plan.desiredCount(), "task") + " of " + definition.name());
    if (!parts
        .services()
        .greenBegins(deployment.application(), deployment.environment(), deployment.id())) {
      throw new DeploymentFailure(
          "DEPLOYMENT_LIMIT_EXCEEDED",
          deployment.environment() + " has another green task set: see samdan deployment list",
          null);
    }
    parts
        .tasks()
        .createTaskSet(
            deployment.id(),
            deployment.application(),
            deployment.environment(),
            deployment.tier(),
            definition,
            plan.desiredCount(),
            variables());
  }

  private void awaitHealthy(TaskDefinition definition)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    HealthWatch watch = new HealthWatch(Instant.now(), parts.settings().healthDeadline());
    Set<String> routed = Set.of();
    while (true) {
      stopIfAsked();
      List<Task> tasks = parts.tasks().tasks(deployment.id());
      Set<String> running =
          tasks.stream().filter(Task::isRunning).map(Task::id).collect(Collectors.toSet());
      if (!running.equals(routed)) {
        parts.routing().applyUntilTaken(EDGE_PATIENCE);
        routed = running;
      }
      EdgeStatus status = parts.routing().edgeStatus().orElse(null);
      watch.look(deployment.id(), tasks, status, parts.tasks());
      if (watch.healthy() >= plan.desiredCount()) {
        break;
      }
      if (watch.hopeless(Instant.now())) {
        throw fail(
            "Install",
            "HEALTH_CONSTRAINTS",
            Explanations.health(watch, plan, definition, deployment, parts.tasks()));
      }
      Thread.sleep(PROBE);
    }
    end("Install", count(plan.desiredCount(), "task") + " healthy");
  }

  private void allowTestTraffic() throws InterruptedException, DeploymentStopped {
    begin("AllowTestTraffic", "testUrl leads to green");
    parts.services().greenTested(deployment.id());
    parts.routing().applyUntilTaken(EDGE_PATIENCE);
    end("AllowTestTraffic", environment.testUrl());
  }

  private void testGreen() throws InterruptedException, DeploymentFailure, DeploymentStopped {
    String event = "AfterAllowTestTraffic";
    String project = plan.testProject();
    if (project == null || done(event)) {
      return;
    }
    begin(event, "tests green before it takes traffic");
    TrafficTests.Outcome outcome = run.tests().run(project, URI.create(environment.testUrl()));
    stopIfAsked();
    if (!outcome.passed()) {
      throw fail(event, "HOOK_EXECUTION_FAILURE", Explanations.tests(project, outcome.summary()));
    }
    end(event, outcome.summary());
  }

  private void shiftTraffic() throws InterruptedException, DeploymentFailure, DeploymentStopped {
    TrafficShift shift = TrafficShift.of(plan.configuration());
    int already =
        parts
            .services()
            .service(deployment.application(), deployment.environment())
            .orElseThrow()
            .greenWeight();
    for (int share : shift.steps()) {
      if (share < already) {
        continue;
      }
      begin("AllowTraffic", "green takes " + share + "% of the traffic");
      parts.services().greenWeight(deployment.id(), share);
      parts.routing().applyUntilTaken(EDGE_PATIENCE);
      if (share < 100) {
        watchGreen(shift.interval());
      }
    }
    end("AllowTraffic", plan.configuration());
  }

  /**
   * Between two steps green must stay healthy: with no healthy task left, all traffic goes back to
   * blue.
   */
  private void watchGreen(Duration interval)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    Instant until = Instant.now().plus(interval);
    HealthWatch watch = new HealthWatch(Instant.now(), parts.settings().healthDeadline());
    Instant sick = Instant.MAX;
    while (Instant.now().isBefore(until)) {
      stopIfAsked();
      watch.look(
          deployment.id(),
          parts.tasks().tasks(deployment.id()),
          parts.routing().edgeStatus().orElse(null),
          parts.tasks());
      sick = watch.healthy() > 0 ? Instant.MAX : sick.equals(Instant.MAX) ? Instant.now() : sick;
      if (!sick.equals(Instant.MAX)
          && Duration.between(sick, Instant.now()).compareTo(Duration.ofSeconds(10)) > 0) {
        TaskDefinition definition = registerTaskDefinition();
        throw fail(
            "AllowTraffic",
            "HEALTH_CONSTRAINTS",
            Explanations.health(watch, plan, definition, deployment, parts.tasks()));
      }
      Thread.sleep(Duration.ofMillis(250));
    }
  }

  /**
   * Green is the new blue from here on, in one transaction; the old one is drained and stopped
   * behind it.
   */
  private void drainBlue() {
    parts
        .database()
        .useTransaction(handle -> {
          ServiceRows.greenServes(handle, deployment.id());
          DeploymentRows.end(handle, deployment.id(), DeploymentStatus.Succeeded, null, null, null);
          parts.database().notifyChannel(handle, "deployment", deployment.id());
        });
    parts.routing().changed();
  }

  private Map<String, String> variables() {
    return plan.database()
        ? parts
            .database()
            .tierDatabases()
            .ensure(deployment.application(), deployment.environment())
            .environment()
        : Map.of();
  }

  private boolean done(String event) {
    return parts.deployments().events(deployment.id()).stream()
        .anyMatch(e ->
            e.name().equals(event)
                && e.status() != LifecycleEvent.Status.Pending
                && e.status() != LifecycleEvent.Status.InProgress);
  }

  private void begin(String event, String summary) throws DeploymentStopped {
    stopIfAsked();
    run.summary().accept(summary);
    parts.deployments().eventBegins(deployment.id(), event);
  }

  private void end(String event, String detail) {
    parts.deployments().eventEnds(deployment.id(), event, LifecycleEvent.Status.Succeeded, detail);
  }

  private DeploymentFailure fail(String event, String code, Explanation explanation) {
    parts
        .deployments()
        .eventEnds(deployment.id(), event, LifecycleEvent.Status.Failed, explanation.headline());
    return new DeploymentFailure(code, explanation.headline(), explanation);
  }

  private void stopIfAsked() throws DeploymentStopped {
    if (run.cancelled().getAsBoolean()) {
      throw new DeploymentStopped();
    }
  }

  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
