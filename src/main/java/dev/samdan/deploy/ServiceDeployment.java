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
  private static final Duration WAITING = Duration.ofMillis(250);
  private static final Duration PROBE = Duration.ofMillis(20);
  private static final Duration EDGE_PATIENCE = Duration.ofSeconds(60);
  private static final Duration MIGRATION_TIMEOUT = Duration.ofMinutes(15);

  private final Parts parts;
  private final Deployment deployment;
  private final ServicePlan plan;
  private final Environment environment;
  private final Run run;
  private final Steps steps;
  private final LifecycleHooks hooks;

  ServiceDeployment(
      Parts parts, Deployment deployment, ServicePlan plan, Environment environment, Run run) {
    this.parts = parts;
    this.deployment = deployment;
    this.plan = plan;
    this.environment = environment;
    this.run = run;
    this.steps = new Steps(parts, deployment, run);
    this.hooks = new LifecycleHooks(parts, deployment, plan, environment, steps);
  }

  /** Returns once green serves all traffic; blue drains behind it. */
  void carryOut() throws InterruptedException, DeploymentFailure, DeploymentStopped {
    TaskDefinition definition = registerTaskDefinition();
    beforeInstall(definition);
    startGreen(definition);
    if (!steps.done("AllowTraffic")) { // Once it is production, the bake alone judges it.
      awaitHealthy(definition);
    }
    hook("AfterInstall", definition);
    allowTestTraffic();
    testGreen(definition);
    awaitGoAhead();
    hook("BeforeAllowTraffic", definition);
    ProductionTraffic traffic = new ProductionTraffic(parts, deployment, plan, definition, steps);
    traffic.shift();
    hook("AfterAllowTraffic", definition);
    traffic.bake();
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

  private void beforeInstall(TaskDefinition definition)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    String event = "BeforeInstall";
    boolean migrates = !plan.migrate().isEmpty();
    if ((!migrates && !plan.hooks().containsKey(event)) || steps.done(event)) {
      return;
    }
    String hook = hooks.run(event, definition, variables()).orElse(null);
    if (migrates) {
      migrate(event, definition);
    }
    String migration = String.join(" ", plan.migrate());
    steps.end(event, hook == null ? migration : migrates ? hook + "; " + migration : hook);
  }

  private void migrate(String event, TaskDefinition definition)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    steps.begin(event, "migrates: " + String.join(" ", plan.migrate()));
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
      throw steps.fail(
          event, "HOOK_EXECUTION_FAILURE", Explanations.migration(migration, result, database));
    }
  }

  private void startGreen(TaskDefinition definition)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    steps.begin(
        "Install", "starts " + count(plan.desiredCount(), "task") + " of " + definition.name());
    if (!parts
        .services()
        .greenBegins(deployment.application(), deployment.environment(), deployment.id())) {
      throw new DeploymentFailure(
          "DEPLOYMENT_LIMIT_EXCEEDED",
          deployment.environment() + " has another green task set: see samdan deployment list",
          null);
    }
    parts.tasks().prepare(deployment.application(), deployment.environment(), definition);
    parts.routing().applyUntilTaken(EDGE_PATIENCE);
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
    Duration within = plan.policy().healthyWithin();
    HealthWatch watch =
        new HealthWatch(
            Instant.now(),
            within == null ? parts.settings().healthDeadline() : within,
            plan.policy().circuitBreaker());
    Set<String> routed = Set.of();
    while (true) {
      steps.stopIfAsked();
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
        throw steps.fail(
            "Install",
            "HEALTH_CONSTRAINTS",
            Explanations.health(watch, plan, definition, deployment, parts.tasks()));
      }
      Thread.sleep(PROBE);
    }
    steps.end("Install", count(plan.desiredCount(), "task") + " healthy");
  }

  private void allowTestTraffic() throws InterruptedException, DeploymentStopped {
    steps.begin("AllowTestTraffic", "testUrl leads to green");
    parts.services().greenTested(deployment.id());
    parts.routing().applyUntilTaken(EDGE_PATIENCE);
    steps.end("AllowTestTraffic", environment.testUrl());
  }

  private void testGreen(TaskDefinition definition)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    String event = "AfterAllowTestTraffic";
    String project = plan.testProject();
    if ((project == null && !plan.hooks().containsKey(event)) || steps.done(event)) {
      return;
    }
    String detail = hooks.run(event, definition, variables()).orElse("");
    if (project != null) {
      steps.begin(event, "tests green before it takes traffic");
      TrafficTests.Outcome outcome = run.tests().run(project, URI.create(environment.testUrl()));
      steps.stopIfAsked();
      if (!outcome.passed()) {
        if (Thread.interrupted()) {
          throw new InterruptedException("the tests were cut because control ends");
        }
        throw steps.fail(
            event, "HOOK_EXECUTION_FAILURE", Explanations.tests(project, outcome.summary()));
      }
      detail = detail.isEmpty() ? outcome.summary() : detail + "; " + outcome.summary();
    }
    steps.end(event, detail);
  }

  /**
   * CodeDeploy's deploymentReadyOption: green is there, and a person says when it takes traffic.
   */
  private void awaitGoAhead() throws InterruptedException, DeploymentStopped {
    Duration wait = plan.policy().readyWait();
    if (wait.isZero()
        || steps.done("AllowTraffic")
        || parts.waits().asked(deployment.id()).continued()) {
      return;
    }
    Instant until = parts.waits().waits(deployment.id(), DeploymentStatus.Ready).plus(wait);
    steps.say("green is ready at " + environment.testUrl() + "; waits for a person to continue");
    while (!parts.waits().asked(deployment.id()).continued()) {
      steps.stopIfAsked();
      if (Instant.now().isAfter(until)) {
        if (plan.policy().stopAfterWait()) {
          throw new DeploymentStopped("Nobody let " + deployment.id() + " go on in time.");
        }
        break;
      }
      Thread.sleep(WAITING);
    }
    parts.waits().goesOn(deployment.id());
  }

  private void hook(String event, TaskDefinition definition)
      throws InterruptedException, DeploymentFailure, DeploymentStopped {
    if (plan.hooks().containsKey(event)) {
      hooks.runAlone(event, definition, variables());
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
    return Servings.variables(parts, deployment, plan);
  }

  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
