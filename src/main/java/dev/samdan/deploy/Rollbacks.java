package dev.samdan.deploy;

import dev.samdan.application.Tier;
import dev.samdan.base.PlatformException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deployments that no pipeline carries out: the way back to what a group served before
 * (CodeDeploy's creator {@code codeDeployRollback}), and the end of those that were left in
 * progress.
 */
final class Rollbacks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Rollbacks.class);
  private static final Duration TAKEN_UP_WITHIN = Duration.ofMinutes(3);
  private static final int LOOKED_AT = 50;

  private final Parts parts;
  private final Queue queue;
  private final Runs runs;
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  Rollbacks(Parts parts, Queue queue, Runs runs) {
    this.parts = parts;
    this.queue = queue;
    this.runs = runs;
  }

  /**
   * Goes on with rollbacks that an earlier control began; ends deployments whose pipeline does not
   * come back.
   */
  void resume() {
    for (Deployment deployment : parts.deployments().allActive()) {
      if (deployment.actionExecution() == null) {
        carryOut(deployment);
      } else {
        work("abandoned-" + deployment.id(), () -> endUnlessTakenUp(deployment));
      }
    }
  }

  Deployment begin(String application, String environment, Tier tier, String by) {
    List<Deployment> served =
        parts.deployments().succeeded(application, environment, tier.text(), LOOKED_AT);
    if (served.isEmpty()) {
      throw PlatformException.conflict(
          "nothing was deployed to "
              + application
              + "-"
              + environment
              + "-"
              + tier.text()
              + " yet, so there is no way back");
    }
    Deployment current = served.getFirst();
    Deployment previous =
        served.stream()
            .filter(d -> number(d) < number(current) && isThere(d))
            .findFirst()
            .orElseThrow(() ->
                PlatformException.conflict(
                    current.group()
                        + " has no earlier version that is still kept than the one it serves ("
                        + (current.release() != null ? current.release() : current.taskDefinition())
                        + ")"));
    Object plan = plan(previous, tier);
    Deployment begun =
        queue.beginNow(
            new Beginning(
                application,
                environment,
                tier.text(),
                "codeDeployRollback",
                by,
                null,
                null,
                previous.commit(),
                plan,
                previous.taskDefinition(),
                previous.image(),
                tier == Tier.WEB ? number(previous) : null,
                TrafficShift.ALL_AT_ONCE,
                plan instanceof ServicePlan service ? service.skippedEvents() : Map.of()));
    carryOut(begun);
    return begun;
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }

  private Object plan(Deployment previous, Tier tier) {
    return switch (tier) {
      case API -> parts.deployments().plan(previous.id(), ServicePlan.class).forRollback();
      case WEB -> parts.deployments().plan(previous.id(), SitePlan.class);
    };
  }

  /** A release's number, or a task definition's revision: what is earlier has the smaller one. */
  private static int number(Deployment deployment) {
    String release = deployment.release();
    String definition = deployment.taskDefinition();
    if (release != null) {
      return Integer.parseInt(release.substring(1));
    }
    return definition == null
        ? 0
        : Integer.parseInt(definition.substring(definition.lastIndexOf(':') + 1));
  }

  private boolean isThere(Deployment deployment) {
    return deployment.release() == null
        || Files.isDirectory(
            SiteFolders.release(
                parts.settings().home(),
                deployment.application(),
                deployment.environment(),
                number(deployment)));
  }

  private void carryOut(Deployment deployment) {
    work(
        "rollback-" + deployment.id(),
        () -> {
          var unused =
              deployment.tier().equals("web")
                  ? runs.site(deployment, Run.unattended())
                  : runs.service(deployment, Run.unattended());
        });
  }

  private void endUnlessTakenUp(Deployment deployment) throws InterruptedException {
    Thread.sleep(TAKEN_UP_WITHIN);
    boolean left =
        !runs.isRunning(deployment.id())
            && parts
                .deployments()
                .find(deployment.id())
                .map(d -> !d.status().isFinal())
                .orElse(false);
    if (left) {
      var unused =
          runs.undo(
              deployment,
              DeploymentStatus.Failed,
              "INTERNAL_ERROR",
              "Control was restarted during the deployment, and its pipeline did not take it up"
                  + " again.",
              null);
    }
  }

  private interface Work {
    void run() throws InterruptedException;
  }

  private void work(String name, Work work) {
    Thread thread =
        Thread.ofVirtual()
            .name(name)
            .unstarted(() -> {
              try {
                work.run();
              } catch (InterruptedException e) {
                LOG.debug("{} goes on with the next control", name);
              } catch (RuntimeException e) {
                LOG.warn("{} failed: {}", name, e.toString());
              } finally {
                threads.remove(Thread.currentThread());
              }
            });
    threads.add(thread);
    thread.start();
  }
}
