package dev.samdan.deploy;

import dev.samdan.base.PlatformException;
import dev.samdan.edge.EdgeStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The deployment of a site: a release that is unpacked is switched to at once. */
final class SiteDeployment {
  private static final Duration EDGE_PATIENCE = Duration.ofSeconds(60);

  private final Parts parts;
  private final Deployment deployment;
  private final SitePlan plan;

  SiteDeployment(Parts parts, Deployment deployment, SitePlan plan) {
    this.parts = parts;
    this.deployment = deployment;
    this.plan = plan;
  }

  void carryOut() throws InterruptedException, DeploymentFailure {
    install();
    switchRelease();
    succeed();
  }

  private void install() throws DeploymentFailure {
    Path folder =
        SiteFolders.release(
            parts.settings().home(),
            deployment.application(),
            deployment.environment(),
            plan.release());
    parts.lifecycle().begin(deployment.id(), "Install");
    if (!Files.isDirectory(folder)) {
      throw new DeploymentFailure(
          "REVISION_MISSING",
          "The files of release r"
              + plan.release()
              + " are not in "
              + folder
              + ". Deliver the site anew: samdan pipeline start "
              + deployment.group(),
          null);
    }
    parts
        .lifecycle()
        .end(
            deployment.id(),
            "Install",
            LifecycleEvent.Status.Succeeded,
            folder.getFileName().toString());
  }

  /** The edge loads the release and switches; where it cannot, the release before it serves on. */
  private void switchRelease() throws InterruptedException, DeploymentFailure {
    parts.lifecycle().begin(deployment.id(), "AllowTraffic");
    List<ServiceRows.SiteRow> before = parts.services().sites();
    parts
        .database()
        .useTransaction(handle -> ServiceRows.siteServes(handle, deployment, plan.release()));
    try {
      parts.routing().applyUntilTaken(EDGE_PATIENCE);
    } catch (PlatformException e) {
      restore(before);
      throw new DeploymentFailure(
          "ECS_UPDATE_ERROR",
          "The edge did not take release r" + plan.release() + ": " + e.text(),
          null);
    }
    // Asked, not taken from the answer: another thread may have applied the table before.
    String problem = problemOf(deployment.group());
    if (problem != null) {
      restore(before);
      throw new DeploymentFailure(
          "ECS_UPDATE_ERROR",
          "The edge cannot serve release r" + plan.release() + ": " + problem,
          null);
    }
  }

  private @Nullable String problemOf(String site) {
    return parts.routing().edgeStatus().stream()
        .flatMap(status -> status.sites().stream())
        .filter(s -> s.name().equals(site))
        .map(EdgeStatus.SiteStatus::problem)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  private void restore(List<ServiceRows.SiteRow> before) {
    parts
        .database()
        .useTransaction(handle -> {
          handle
              .createUpdate(
                  "delete from site where application = :application and environment ="
                      + " :environment")
              .bind("application", deployment.application())
              .bind("environment", deployment.environment())
              .execute();
          before.stream()
              .filter(s ->
                  s.application().equals(deployment.application())
                      && s.environment().equals(deployment.environment()))
              .filter(s -> !s.deployment().equals(deployment.id()))
              .forEach(s ->
                  ServiceRows.siteServes(
                      handle, parts.deployments().find(s.deployment()).orElseThrow(), s.release()));
        });
  }

  private void succeed() {
    parts
        .lifecycle()
        .end(
            deployment.id(), "AllowTraffic", LifecycleEvent.Status.Succeeded, "r" + plan.release());
    parts
        .database()
        .useTransaction(handle -> {
          DeploymentRows.end(handle, deployment.id(), DeploymentStatus.Succeeded, null, null, null);
          parts.database().notifyChannel(handle, "deployment", deployment.id());
        });
    Set<Integer> kept = new LinkedHashSet<>();
    for (Deployment d :
        parts
            .deployments()
            .succeeded(
                deployment.application(),
                deployment.environment(),
                "web",
                parts.settings().keptReleases() * 4)) {
      if (kept.size() < parts.settings().keptReleases() && d.release() != null) {
        kept.add(Integer.valueOf(d.release().substring(1)));
      }
    }
    kept.add(plan.release());
    SiteFolders.keepOnly(
        SiteFolders.site(
            parts.settings().home(), deployment.application(), deployment.environment()),
        kept);
  }
}
