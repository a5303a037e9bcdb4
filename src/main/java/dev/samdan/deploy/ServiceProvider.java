package dev.samdan.deploy;

import dev.samdan.application.Applications;
import dev.samdan.application.Project;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.ActionProvider;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Deploy/AWS/CodeDeployToECS: one deployment for one action, however often it is called. */
final class ServiceProvider implements ActionProvider {
  private static final Duration FILE_RETRY = Duration.ofSeconds(5);

  private final Applications applications;
  private final DeploymentRows deployments;
  private final ServicePlans plans;
  private final Queue queue;
  private final Runs runs;
  private final TrafficTests tests;

  ServiceProvider(
      Applications applications,
      DeploymentRows deployments,
      ServicePlans plans,
      Queue queue,
      Runs runs,
      TrafficTests tests) {
    this.applications = applications;
    this.deployments = deployments;
    this.plans = plans;
    this.queue = queue;
    this.runs = runs;
    this.tests = tests;
  }

  @Override
  public Duration limit() {
    return BOUNDS_ITSELF;
  }

  @Override
  public ActionOutcome run(ActionContext context) throws InterruptedException {
    Optional<Deployment> earlier = deployments.ofAction(context.actionExecutionId());
    try {
      Deployment deployment = earlier.isPresent() ? earlier.get() : begin(context);
      context.externalId(deployment.id(), "/deployments/" + deployment.id());
      if (deployment.status().isFinal()) {
        return outcome(deployment);
      }
      Run run =
          new Run(
              context::cancelled,
              context::summary,
              (project, target) -> tests.run(context, project, target));
      return outcome(runs.service(deployment, run));
    } catch (NotYetThere e) {
      return new ActionOutcome.TryAgain(e.text(), FILE_RETRY);
    } catch (PlatformException e) {
      if (e.code() == PlatformException.Code.INVALID
          || e.code() == PlatformException.Code.NOT_FOUND) {
        return ActionOutcome.failed("INVALID_REVISION", e.text());
      }
      throw e;
    } catch (DeploymentStopped e) {
      return new ActionOutcome.Stopped();
    }
  }

  private Deployment begin(ActionContext context)
      throws InterruptedException, NotYetThere, DeploymentStopped {
    Project group = group(context);
    ServicePlans.Planned planned = plans.of(context, group);
    ServicePlan plan = planned.plan();
    return queue.begin(
        new Beginning(
            group.application(),
            String.valueOf(group.environment()),
            group.tier().text(),
            "user",
            context.trigger().by(),
            context.actionExecutionId(),
            context.group(),
            context.revision().commit(),
            plan,
            planned.revision(),
            plan.deliveredImage(),
            null,
            plan.configuration(),
            plan.skippedEvents()),
        context);
  }

  private Project group(ActionContext context) {
    String name = context.configuration().get("DeploymentGroupName");
    if (name == null) {
      throw PlatformException.invalid(
          "pipeline "
              + context.pipeline()
              + ": action "
              + context.action().name()
              + " has no DeploymentGroupName");
    }
    Project group = applications.project(name, context.application(), context.environment());
    if (group.kind() != Project.Kind.BUILD || group.environment() == null) {
      throw PlatformException.invalid(
          "'" + name + "' is not a deployment group: they are named <app>-<env>-<tier>");
    }
    return group;
  }

  static ActionOutcome outcome(Deployment deployment) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("deploymentId", deployment.id());
    String definition = deployment.taskDefinition();
    if (definition != null) {
      facts.put("taskDefinition", definition);
    }
    String release = deployment.release();
    if (release != null) {
      facts.put("release", release);
    }
    return switch (deployment.status()) {
      case Succeeded -> {
        String what = definition != null ? definition : release;
        yield new ActionOutcome.Succeeded(deployment.environment() + " serves " + what, facts);
      }
      case Stopped -> {
        String reason = deployment.error();
        yield reason == null
            ? new ActionOutcome.Stopped()
            : new ActionOutcome.Failed(String.valueOf(deployment.errorCode()), reason, facts);
      }
      case Failed ->
          new ActionOutcome.Failed(
              String.valueOf(deployment.errorCode()), String.valueOf(deployment.error()), facts);
      case Created, Queued, InProgress, Baking, Ready ->
          throw new IllegalStateException(
              "deployment " + deployment.id() + " is still " + deployment.status());
    };
  }
}
