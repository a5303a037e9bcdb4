package dev.samdan.deploy;

import dev.samdan.application.Applications;
import dev.samdan.application.Environment;
import dev.samdan.base.PlatformException;
import dev.samdan.registry.ImageReference;
import dev.samdan.registry.Registry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries deployments out, each to a true end: succeeded, or all traffic back on blue and green on
 * its way out. While the control store does not answer, a deployment waits and goes on where it
 * was.
 */
final class Runs {
  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
  private static final Duration OUTAGE_PATIENCE = Duration.ofMinutes(5);
  private static final Duration RETRY = Duration.ofMillis(300);
  private static final Duration EDGE_PATIENCE = Duration.ofSeconds(10);
  private static final int PINNED = 5;
  private static final int KEPT = 200;

  private final Parts parts;
  private final Applications applications;
  private final Registry registry;
  private final Drainer drainer;
  private final Set<String> running = ConcurrentHashMap.newKeySet();

  Runs(Parts parts, Applications applications, Registry registry, Drainer drainer) {
    this.parts = parts;
    this.applications = applications;
    this.registry = registry;
    this.drainer = drainer;
  }

  /** What is done between a deployment's beginning and its end; again after an outage. */
  interface Story {
    void carryOut() throws InterruptedException, DeploymentFailure, DeploymentStopped;
  }

  private interface Step<T> {
    T take() throws InterruptedException;
  }

  /** Whether this control works on it now. */
  boolean isRunning(String id) {
    return running.contains(id);
  }

  /** Carries out, or resumes, a deployment of the application tier; gives it as it ended. */
  Deployment service(Deployment deployment, Run run) throws InterruptedException {
    return carryOut(
        deployment,
        run,
        () -> {
          ServicePlan plan = parts.deployments().plan(deployment.id(), ServicePlan.class);
          plan.images().forEach(image -> pin(deployment, image));
          new ServiceDeployment(parts, current(deployment.id()), plan, environment(deployment), run)
              .carryOut();
        });
  }

  /**
   * Carries out, or resumes, a deployment of a site.
   *
   * @param unpack puts the release's files in their place
   */
  Deployment site(Deployment deployment, Story unpack, Run run) throws InterruptedException {
    return carryOut(
        deployment,
        run,
        () -> {
          unpack.carryOut();
          new SiteDeployment(
                  parts, deployment, parts.deployments().plan(deployment.id(), SitePlan.class))
              .carryOut();
        });
  }

  private Deployment carryOut(Deployment deployment, Run run, Story story)
      throws InterruptedException {
    String id = deployment.id();
    running.add(id);
    Instant patience = Instant.now().plus(OUTAGE_PATIENCE);
    try {
      while (true) {
        try {
          Deployment before = current(id);
          if (before.status().isFinal()) {
            return before; // Its end was recorded, and the answer lost.
          }
          story.carryOut();
          LOG.info("{} {} succeeded", deployment.group(), id);
          persistently(() -> {
            forgetOld(deployment);
            return id;
          });
          drainer.wake();
          return persistently(() -> current(id));
        } catch (DeploymentFailure failure) {
          return undo(
              deployment,
              DeploymentStatus.Failed,
              failure.code(),
              failure.text(),
              failure.explanation());
        } catch (DeploymentStopped stopped) {
          return stopped(deployment, stopped.reason());
        } catch (InterruptedException e) {
          if (!run.cancelled().getAsBoolean()) {
            throw e; // Control goes down: the next one resumes.
          }
          return undo(deployment, DeploymentStatus.Stopped, null, null, null);
        } catch (RuntimeException e) {
          if (!Outage.is(e) || Instant.now().isAfter(patience)) {
            LOG.warn("{} {} failed", deployment.group(), id, e);
            String code =
                e instanceof PlatformException platform ? code(platform) : "INTERNAL_ERROR";
            return undo(
                deployment, DeploymentStatus.Failed, code, String.valueOf(e.getMessage()), null);
          }
          Thread.sleep(RETRY);
        }
      }
    } finally {
      running.remove(id);
    }
  }

  /** Ends it at a person's word; the reason is null where its pipeline was stopped. */
  Deployment stopped(Deployment deployment, @Nullable String reason) throws InterruptedException {
    String code = reason == null ? null : "MANUAL_STOP";
    return undo(deployment, DeploymentStatus.Stopped, code, reason, null);
  }

  /**
   * Puts all traffic back on blue, ends the deployment, and lets green drain. Nothing where it has
   * ended.
   */
  Deployment undo(
      Deployment deployment,
      DeploymentStatus status,
      @Nullable String code,
      @Nullable String error,
      @Nullable Explanation explanation)
      throws InterruptedException {
    String text =
        error == null ? null : error + (error.endsWith(".") ? " " : ". ") + servesOn(deployment);
    persistently(() -> {
      parts
          .database()
          .useTransaction(handle -> {
            if (DeploymentRows.end(handle, deployment.id(), status, code, text, explanation)) {
              ServiceRows.greenLeaves(handle, deployment.id());
            }
            parts.database().notifyChannel(handle, "deployment", deployment.id());
          });
      registry.unpin(pinReason(deployment));
      return deployment.id();
    });
    try {
      var unused = parts.routing().applyUntilTaken(EDGE_PATIENCE);
    } catch (PlatformException e) {
      LOG.warn("{}: the edge takes its routes later: {}", deployment.group(), e.getMessage());
      parts.routing().changed();
    }
    drainer.wake();
    LOG.info("{} {} {}: {}", deployment.group(), deployment.id(), status, text);
    return persistently(() -> current(deployment.id()));
  }

  /** What the environment serves whatever happened: the second sentence of every failure. */
  private String servesOn(Deployment deployment) {
    String serving =
        deployment.tier().equals("web")
            ? parts.services().sites().stream()
                .filter(s ->
                    s.application().equals(deployment.application())
                        && s.environment().equals(deployment.environment()))
                .map(s -> "release r" + s.release())
                .findFirst()
                .orElse(null)
            : parts
                .services()
                .service(deployment.application(), deployment.environment())
                .flatMap(s -> Optional.ofNullable(s.blue()))
                .flatMap(parts.deployments()::find)
                .map(Deployment::taskDefinition)
                .orElse(null);
    return serving == null
        ? "Nothing served in " + deployment.environment() + " before, so nothing does."
        : deployment.environment() + " still serves " + serving + ".";
  }

  /** Keeps the images of the newest successful deployments, which a rollback may want. */
  private void forgetOld(Deployment deployment) {
    List<Deployment> succeeded =
        parts
            .deployments()
            .succeeded(
                deployment.application(), deployment.environment(), deployment.tier(), PINNED * 4);
    succeeded.stream().skip(PINNED).forEach(old -> registry.unpin(pinReason(old)));
    parts
        .deployments()
        .prune(deployment.application(), deployment.environment(), deployment.tier(), KEPT);
  }

  private static String code(PlatformException e) {
    return switch (e.code()) {
      case INVALID, NOT_FOUND, TOO_LARGE -> "INVALID_REVISION";
      case UNAVAILABLE, CONFLICT, RATE_LIMITED -> "ECS_UPDATE_ERROR";
      case UNAUTHENTICATED, FORBIDDEN, INTERNAL -> "INTERNAL_ERROR";
    };
  }

  private void pin(Deployment deployment, String image) {
    ImageReference reference = ImageReference.parse(image);
    if (reference.digest() != null) {
      registry.pin(reference.repository(), reference.digest(), pinReason(deployment));
    }
  }

  static String pinReason(Deployment deployment) {
    return "deployment " + deployment.id();
  }

  private Environment environment(Deployment deployment) {
    return applications
        .environment(deployment.application(), deployment.environment())
        .orElseThrow(() ->
            PlatformException.notFound(
                "application "
                    + deployment.application()
                    + " has no environment "
                    + deployment.environment()
                    + " any more"));
  }

  private Deployment current(String id) {
    return parts
        .deployments()
        .find(id)
        .orElseThrow(() -> PlatformException.notFound("deployment " + id + " was removed"));
  }

  /** Does it, again and again while the store does not answer. */
  private static <T> T persistently(Step<T> step) throws InterruptedException {
    Instant patience = Instant.now().plus(OUTAGE_PATIENCE);
    while (true) {
      try {
        return step.take();
      } catch (RuntimeException e) {
        if (!Outage.is(e) || Instant.now().isAfter(patience)) {
          throw e;
        }
        Thread.sleep(RETRY);
      }
    }
  }
}
