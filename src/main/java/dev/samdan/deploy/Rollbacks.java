package dev.samdan.deploy;

import dev.samdan.application.Tier;
import dev.samdan.base.PlatformException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
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
        previous(served, this::isThere)
            .orElseThrow(() ->
                PlatformException.conflict(
                    current.group()
                        + " has no earlier version that is still kept than the one it serves ("
                        + version(current)
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
                plan instanceof SitePlan site ? site.release() : null,
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

  /**
   * What was served before the version that is served now. Where that came by a rollback, it counts
   * from when it was delivered, so that a second rollback goes one further back.
   *
   * @param served successful deployments of a group, newest first
   */
  static Optional<Deployment> previous(List<Deployment> served, Predicate<Deployment> isThere) {
    String now = version(served.getFirst());
    return served.stream()
        .dropWhile(d -> !(version(d).equals(now) && d.creator().equals("user")))
        .filter(d -> !version(d).equals(now) && isThere.test(d))
        .findFirst();
  }

  /** What it brought: a site's release, or a task definition of whatever family. */
  private static String version(Deployment deployment) {
    String release = deployment.release();
    return release != null ? release : String.valueOf(deployment.taskDefinition());
  }

  private boolean isThere(Deployment deployment) {
    String release = deployment.release();
    return release == null
        || Files.isDirectory(
            SiteFolders.release(
                parts.settings().home(),
                deployment.application(),
                deployment.environment(),
                Integer.parseInt(release.substring(1))));
  }

  private void carryOut(Deployment deployment) {
    work(
        "rollback-" + deployment.id(),
        () -> {
          var unused =
              deployment.tier().equals("web")
                  ? runs.site(deployment, () -> {}, Run.unattended())
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
