package dev.samdan.deploy;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Applications;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.Project;
import dev.samdan.application.Tier;
import dev.samdan.application.WebTier;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.ActionProvider;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Pipelines;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/**
 * Deploy/AWS/S3 for a site: unpacks the artifact as a release of its own and switches to it. It
 * waits for the application tier's deployment of the same push in the same environment, and fails
 * with it.
 */
final class SiteProvider implements ActionProvider {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int LISTED = 100;

  private final Applications applications;
  private final Pipelines pipelines;
  private final Parts parts;
  private final Queue queue;
  private final Runs runs;

  SiteProvider(
      Applications applications, Pipelines pipelines, Parts parts, Queue queue, Runs runs) {
    this.applications = applications;
    this.pipelines = pipelines;
    this.parts = parts;
    this.queue = queue;
    this.runs = runs;
  }

  /**
   * How the application tier's delivery of the push stands: nothing to wait for, still moving, or
   * failed.
   */
  private sealed interface ApiState {
    record Ready() implements ApiState {}

    record Moving(String pipeline) implements ApiState {}

    record Failed(String message) implements ApiState {}
  }

  @Override
  public Duration limit() {
    return BOUNDS_ITSELF;
  }

  @Override
  public ActionOutcome run(ActionContext context) throws InterruptedException {
    try {
      Project site = site(context);
      Optional<Deployment> earlier = parts.deployments().ofAction(context.actionExecutionId());
      if (earlier.isPresent() && earlier.get().status().isFinal()) {
        return ServiceProvider.outcome(earlier.get());
      }
      if (earlier.isEmpty() && awaitApi(context, site) instanceof ApiState.Failed failed) {
        return ActionOutcome.failed("ApplicationTierFailed", failed.message());
      }
      Deployment deployment = earlier.isPresent() ? earlier.get() : begin(context, site);
      context.externalId(deployment.id(), "/deployments/" + deployment.id());
      Run run = new Run(context::cancelled, context::summary, Run.unattended().tests());
      return ServiceProvider.outcome(runs.site(deployment, () -> unpack(context, deployment), run));
    } catch (DeploymentStopped e) {
      return new ActionOutcome.Stopped();
    } catch (PlatformException e) {
      if (e.code() == PlatformException.Code.INVALID
          || e.code() == PlatformException.Code.NOT_FOUND) {
        return ActionOutcome.failed("INVALID_REVISION", e.text());
      }
      throw e;
    }
  }

  private Project site(ActionContext context) {
    String bucket = context.configuration().get("BucketName");
    Project project =
        bucket == null
            ? null
            : applications.project(bucket, context.application(), context.environment());
    if (project == null || project.tier() != Tier.WEB || project.environment() == null) {
      throw PlatformException.invalid(
          "pipeline "
              + context.pipeline()
              + ": BucketName: "
              + bucket
              + " is not a site: they are named <app>-<env>-web");
    }
    if (!"true".equalsIgnoreCase(context.configuration().getOrDefault("Extract", "true"))) {
      throw PlatformException.invalid(
          "pipeline "
              + context.pipeline()
              + ": Extract: a site is served from its files, so it must be \"true\"");
    }
    return project;
  }

  private Deployment begin(ActionContext context, Project site)
      throws InterruptedException, DeploymentStopped {
    String environment = String.valueOf(site.environment());
    int release = parts.deployments().nextRelease(site.application(), environment);
    return queue.begin(
        new Beginning(
            site.application(),
            environment,
            site.tier().text(),
            "user",
            context.trigger().by(),
            context.actionExecutionId(),
            context.group(),
            context.revision().commit(),
            new SitePlan(release, spa(context, site)),
            null,
            null,
            release,
            TrafficShift.ALL_AT_ONCE,
            Map.of()),
        context);
  }

  private boolean spa(ActionContext context, Project site) {
    return applications
        .declarationAt(site.application(), context.revision().commit())
        .or(() -> applications.declaration(site.application(), String.valueOf(site.environment())))
        .map(ApplicationDeclaration::web)
        .map(WebTier::spa)
        .orElse(false);
  }

  private void unpack(ActionContext context, Deployment deployment) throws InterruptedException {
    Path zip = context.input(context.action().inputArtifacts().getFirst());
    SitePlan plan = parts.deployments().plan(deployment.id(), SitePlan.class);
    Path folder =
        SiteFolders.release(
            parts.settings().home(),
            deployment.application(),
            deployment.environment(),
            plan.release());
    context.summary("unpacks release r" + plan.release());
    int files = SiteFolders.unpack(zip, folder);
    context.summary("release r" + plan.release() + ", " + ServiceDeployment.count(files, "file"));
  }

  private ApiState awaitApi(ActionContext context, Project site)
      throws InterruptedException, DeploymentStopped {
    ApiState state = api(context, site);
    if (!(state instanceof ApiState.Moving moving)) {
      return state;
    }
    try {
      return context.waiting("waits for " + moving.pipeline(), () -> untilApiEnds(context, site));
    } catch (InterruptedException | DeploymentStopped | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private ApiState untilApiEnds(ActionContext context, Project site)
      throws InterruptedException, DeploymentStopped {
    while (true) {
      if (context.cancelled()) {
        throw new DeploymentStopped();
      }
      ApiState state = api(context, site);
      if (!(state instanceof ApiState.Moving)) {
        return state;
      }
      Thread.sleep(LOOK);
    }
  }

  private ApiState api(ActionContext context, Project site) {
    String environment = String.valueOf(site.environment());
    boolean deployed =
        parts.deployments().ofPush(context.group(), site.application(), environment, "api").stream()
            .anyMatch(d -> d.status() == DeploymentStatus.Succeeded);
    if (deployed) {
      return new ApiState.Ready();
    }
    String name = DerivedPipelines.name(site.application(), environment, Tier.API);
    Optional<ExecutionView> execution =
        pipelines
            .executions(ExecutionFilter.ofGroup(context.group()), null, LISTED)
            .executions()
            .stream()
            .filter(e -> e.pipeline().equals(name))
            .findFirst();
    return execution.map(e -> state(e, name)).orElse(new ApiState.Ready());
  }

  /** A superseded delivery has a newer one in its place, which is the one to wait for. */
  private ApiState state(ExecutionView execution, String name) {
    ExecutionView view = execution;
    if (view.status() == ExecutionStatus.Superseded) {
      view =
          pipelines.executions(ExecutionFilter.ofPipeline(name), null, 1).executions().getFirst();
    }
    return switch (view.status()) {
      case InProgress, Stopping -> new ApiState.Moving(name + " #" + view.number());
      case Succeeded, Superseded -> new ApiState.Ready();
      case Failed, Stopped, Cancelled ->
          new ApiState.Failed(
              "The site waits for the application tier of the same push, and "
                  + name
                  + " #"
                  + view.number()
                  + " "
                  + (view.status() == ExecutionStatus.Failed ? "failed" : "was stopped")
                  + ". Mend it there, retry it, then retry this one.");
    };
  }
}
