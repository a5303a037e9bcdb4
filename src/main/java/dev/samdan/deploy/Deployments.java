package dev.samdan.deploy;

import dev.samdan.application.Applications;
import dev.samdan.application.JobDeclaration;
import dev.samdan.application.Project;
import dev.samdan.application.Tier;
import dev.samdan.base.Folders;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.edge.Edge;
import dev.samdan.pipeline.ActionProvider;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.registry.Registry;
import dev.samdan.runtime.OneOff;
import dev.samdan.runtime.TaskSet;
import dev.samdan.runtime.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The deploy room's facade: what is deployed where, how it got there, and the way back. */
public final class Deployments implements AutoCloseable {
  private static final Duration REMOVAL_GRACE = Duration.ofSeconds(10);

  private final Parts parts;
  private final Applications applications;
  private final Registry registry;
  private final Drainer drainer;
  private final Runs runs;
  private final Queue queue;
  private final Rollbacks rollbacks;
  private final Servings servings;

  public Deployments(
      Database database,
      Applications applications,
      Registry registry,
      Tasks tasks,
      Edge edge,
      DeploymentSettings settings) {
    DeploymentRows rows = new DeploymentRows(database);
    ServiceRows services = new ServiceRows(database);
    Routing routing = new Routing(applications, services, rows, tasks, edge, settings);
    this.parts =
        new Parts(
            database,
            rows,
            new LifecycleRows(database),
            new WaitRows(database),
            services,
            tasks,
            routing,
            settings);
    this.applications = applications;
    this.registry = registry;
    this.drainer = new Drainer(parts);
    this.runs = new Runs(parts, applications, registry, drainer);
    this.queue = new Queue(rows, runs);
    this.rollbacks = new Rollbacks(parts, queue, runs);
    this.servings = new Servings(parts);
  }

  /**
   * Applies the routes to the edge, resumes or ends what was in progress, and watches from then on.
   */
  public void start() {
    parts.routing().start();
    drainer.start();
    Trial.sweep(parts, applications);
    endUnknownTaskSets();
    rollbacks.resume();
  }

  /** Task sets that nothing serves, such as those of a removal that was cut short. */
  private void endUnknownTaskSets() {
    Set<String> known = parts.services().taskSets();
    for (TaskSet set : parts.tasks().liveTaskSets()) {
      if (!known.contains(set.id())) {
        Thread.ofVirtual().start(() -> parts.tasks().stopTaskSet(set.id(), REMOVAL_GRACE));
      }
    }
  }

  /** Stops watching; what is deployed serves on. */
  @Override
  public void close() {
    rollbacks.close();
    drainer.close();
    parts.routing().close();
  }

  /** Carries out Deploy/AWS/CodeDeployToECS actions. */
  public ActionProvider serviceProvider(TrafficTests tests) {
    return new ServiceProvider(
        applications,
        parts.deployments(),
        new ServicePlans(applications, registry, parts.tasks()),
        queue,
        runs,
        tests);
  }

  /**
   * Carries out trials: an image is started for a moment with an empty database, tested and
   * removed, and touches no environment.
   */
  public ActionProvider trialProvider(TrafficTests tests) {
    return new Trial(
        parts, applications, new ServicePlans(applications, registry, parts.tasks()), tests);
  }

  /** Whether an environment is a trial's, which borrows what the integration environment knows. */
  public static boolean isTrial(String environment) {
    return environment.startsWith(Trial.PREFIX);
  }

  /**
   * Carries out Deploy/AWS/S3 actions, which wait for the application tier's pipeline of the same
   * push.
   */
  public ActionProvider siteProvider(Pipelines pipelines) {
    return new SiteProvider(applications, pipelines, parts, queue, runs);
  }

  /**
   * Newest first; without events and explanation. An empty application or environment means all.
   */
  public List<Deployment> list(String application, String environment, int limit) {
    return parts.deployments().newest(application, environment, "", "", limit).stream()
        .map(d -> d.with(List.of(), null))
        .toList();
  }

  /** Of a group ({@code <app>-<env>-<tier>}), newest first. */
  public List<Deployment> ofGroup(String group, int limit) {
    Project project = applications.project(group);
    return parts
        .deployments()
        .newest(
            project.application(),
            String.valueOf(project.environment()),
            project.tier().text(),
            "",
            limit)
        .stream()
        .map(d -> d.with(List.of(), null))
        .toList();
  }

  /** A deployment with its events and, where it failed, the explanation. */
  public Optional<Deployment> show(String id) {
    return parts
        .deployments()
        .find(id)
        .map(d -> d.with(parts.lifecycle().all(d.id()), d.explanation()));
  }

  /** The deployment that a pipeline's action made. */
  public Optional<Deployment> ofAction(UUID actionExecution) {
    return parts.deployments().ofAction(actionExecution).flatMap(d -> show(d.id()));
  }

  /** What serves in an environment now. */
  public Live live(String application, String environment) {
    return new LiveViews(parts).of(application, environment);
  }

  /**
   * Puts a group ({@code <app>-<env>-<tier>}) back on what it served before: a deployment on its
   * way is stopped, which leaves blue; else by a new deployment of the previous task definition or
   * site release. Returns once it is recorded; it runs on its own.
   */
  public Deployment rollback(String group, String by) {
    Project project = applications.project(group);
    if (project.kind() != Project.Kind.BUILD || project.environment() == null) {
      throw PlatformException.invalid(
          "'" + group + "' is not a deployment group: they are named <app>-<env>-<tier>");
    }
    Optional<Deployment> active =
        parts
            .deployments()
            .active(project.application(), project.environment(), project.tier().text());
    boolean blueIsThere =
        project.tier() == Tier.API
            && parts
                .services()
                .service(project.application(), project.environment())
                .map(s -> s.blue() != null)
                .orElse(false);
    return active.isPresent() && blueIsThere
        ? stop(active.get().id(), by + " rolled it back.")
        : rollbacks.begin(project.application(), project.environment(), project.tier(), by);
  }

  /**
   * Ends a deployment on its way, with all traffic back on blue.
   *
   * @param reason a sentence that says who wants it and why; it is the deployment's error
   * @return the deployment as it was; CONFLICT where it has ended
   */
  public Deployment stop(String id, String reason) {
    Deployment deployment = existing(id);
    if (!parts.waits().requestStop(id, reason)) {
      throw PlatformException.conflict(
          id + " has ended already: it " + deployment.status().name().toLowerCase(Locale.ROOT));
    }
    if (!runs.isRunning(id)) {
      try {
        return runs.stopped(deployment, reason);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return deployment;
  }

  /**
   * Ends a deployment's wait (CodeDeploy API, ContinueDeployment): one that is Ready lets green
   * take traffic, one that is Baking ends blue. CONFLICT where it does not wait.
   */
  public Deployment goOn(String id) {
    Deployment deployment = existing(id);
    if (!parts.waits().letGoOn(id)) {
      throw PlatformException.conflict(
          id + " waits for nobody: it is " + deployment.status().name());
    }
    return deployment;
  }

  /**
   * Lets green take all of the traffic now, without the steps that are left; CONFLICT where no
   * shift is on its way.
   */
  public Deployment shiftNow(String id) {
    Deployment deployment = existing(id);
    if (shift(deployment).isEmpty() || !parts.waits().shiftAtOnce(id)) {
      throw PlatformException.conflict(
          id + " has no shift on its way: it is " + deployment.status().name());
    }
    return deployment;
  }

  /**
   * The shift of a deployment that moves the traffic step by step.
   *
   * @param next green's share after the next step, in percent
   * @param nextAt when that step comes
   * @param allAt when green takes all, if nothing ends the shift before
   */
  public record Shift(int next, Instant nextAt, Instant allAt) {}

  /** Where the traffic of a deployment goes next; empty where no steps are left. */
  public Optional<Shift> shift(Deployment deployment) {
    return parts
        .services()
        .service(deployment.application(), deployment.environment())
        .filter(s -> deployment.id().equals(s.green()))
        .flatMap(s ->
            TrafficShift.of(deployment.configuration())
                .after(s.greenWeight(), s.greenWeightSince()));
  }

  /**
   * Takes the answer of a hook that was called (CodeDeploy API,
   * PutLifecycleEventHookExecutionStatus); CONFLICT where none is waited for.
   */
  public void hookAnswered(String id, UUID execution, boolean succeeded) {
    if (!parts.lifecycle().hookAnswers(existing(id).id(), execution, succeeded)) {
      throw PlatformException.conflict(
          id + " waits for no answer of the hook execution " + execution);
    }
  }

  private Deployment existing(String id) {
    return parts
        .deployments()
        .find(id)
        .orElseThrow(() ->
            PlatformException.notFound(
                "there is no deployment " + id + ": 'samdan deployment list' shows them"));
  }

  /**
   * What the application tier of an environment serves.
   *
   * @param deployment that brought it
   * @param taskDefinition {@code family:revision}
   */
  public record Serving(
      String application,
      String environment,
      String deployment,
      String taskDefinition,
      List<JobDeclaration> jobs) {}

  /** What serves in all environments, by what takes all or most of the traffic. */
  public List<Serving> serving() {
    return servings.all();
  }

  /**
   * A command to run once in what an environment serves, with its variables; CONFLICT where nothing
   * serves.
   *
   * @param variables given beside those that the tasks have
   */
  public OneOff oneOff(
      String application,
      String environment,
      String id,
      List<String> command,
      Map<String, String> variables,
      Duration timeout) {
    return servings.oneOff(application, environment, id, command, variables, timeout);
  }

  /**
   * Stops what an environment runs, takes its routes away, and forgets it; its volumes only where
   * asked.
   */
  public void remove(String application, String environment, boolean volumes) {
    for (Deployment deployment :
        parts.deployments().newest(application, environment, "", "", 500)) {
      registry.unpin(Runs.pinReason(deployment));
    }
    List<String> sets = parts.services().remove(application, environment);
    parts.routing().changed();
    sets.forEach(set -> parts.tasks().stopTaskSet(set, REMOVAL_GRACE));
    parts.tasks().remove(application, environment, volumes);
    Folders.delete(SiteFolders.site(parts.settings().home(), application, environment));
    parts.database().tierDatabases().drop(application, environment);
  }

  /**
   * Has the edge read a site's files anew, and browsers ask again; NOT_FOUND where no release is
   * served.
   */
  public void readSiteAgain(String application, String environment) {
    if (!parts.services().siteReadAgain(application, environment)) {
      throw PlatformException.notFound(
          environment + " of " + application + " serves no site: samdan site list shows those");
    }
    parts.routing().changed();
  }

  /**
   * Builds the routes anew from what is recorded and hands them to the edge, as after a new
   * environment.
   */
  public void refreshRoutes() {
    parts.routing().changed();
  }
}
