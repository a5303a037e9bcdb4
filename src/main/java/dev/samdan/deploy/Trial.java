package dev.samdan.deploy;

import dev.samdan.application.Applications;
import dev.samdan.application.Project;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.ActionProvider;
import dev.samdan.runtime.OneOff;
import dev.samdan.runtime.Task;
import dev.samdan.runtime.TaskDefinition;
import dev.samdan.runtime.TaskSet;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts an image for a moment, with an empty database and no route, runs the tests of deployments
 * against it, and takes everything away again. A trial that was cut short begins anew.
 */
final class Trial implements ActionProvider {
  /** Begins the names of trials' environments, which no declaration can have. */
  static final String PREFIX = "trial-";

  private static final Logger LOG = LoggerFactory.getLogger(Trial.class);
  private static final Duration GRACE = Duration.ofSeconds(3);
  private static final Duration MIGRATION_TIMEOUT = Duration.ofMinutes(10);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int LOG_LINES = 20;

  private final Parts parts;
  private final Applications applications;
  private final ServicePlans plans;
  private final TrafficTests tests;

  Trial(Parts parts, Applications applications, ServicePlans plans, TrafficTests tests) {
    this.parts = parts;
    this.applications = applications;
    this.plans = plans;
    this.tests = tests;
  }

  @Override
  public Duration limit() {
    return BOUNDS_ITSELF;
  }

  @Override
  public ActionOutcome run(ActionContext context) throws InterruptedException {
    Place place =
        new Place(
            context.application(),
            PREFIX + context.actionExecutionId().toString().substring(0, 13));
    remove(parts, place);
    try {
      Project group =
          applications.project(
              context.configuration().getOrDefault("DeploymentGroupName", ""),
              context.application(),
              context.environment());
      return run(context, group, place);
    } catch (NotYetThere e) {
      return ActionOutcome.failed("TrialFailed", e.text());
    } catch (PlatformException e) {
      return context.cancelled()
          ? new ActionOutcome.Stopped()
          : ActionOutcome.failed("TrialFailed", e.text());
    } finally {
      remove(parts, place);
    }
  }

  /** Where a trial lives: an environment of its own. */
  private record Place(String application, String environment) {}

  private ActionOutcome run(ActionContext context, Project group, Place place)
      throws InterruptedException, NotYetThere {
    ServicePlan plan = plans.of(context, group).plan();
    TaskDefinition definition = parts.tasks().register(plan.taskDefinition());
    try {
      Map<String, String> variables =
          plan.database()
              ? parts
                  .database()
                  .tierDatabases()
                  .ensure(place.application(), place.environment())
                  .environment()
              : Map.of();
      migrate(context, plan, definition, place, variables);
      context.summary("starting " + definition.name());
      String set = place.environment() + "-" + context.attempt();
      TaskSet _ =
          parts
              .tasks()
              .createTaskSet(
                  set,
                  place.application(),
                  place.environment(),
                  group.tier().text(),
                  definition,
                  1,
                  variables);
      Task task = healthy(context, set, plan.health());
      context.summary("testing " + definition.name());
      TrafficTests.Outcome outcome =
          tests.run(
              context,
              group.name() + "-test",
              URI.create("http://" + task.host() + ":" + task.port()));
      return outcome.passed()
          ? ActionOutcome.succeeded(
              outcome.summary().isEmpty() ? "tests passed" : outcome.summary())
          : context.cancelled()
              ? new ActionOutcome.Stopped()
              : ActionOutcome.failed("TestsFailed", outcome.summary());
    } finally {
      remove(parts, place);
      parts.tasks().forget(definition);
    }
  }

  private void migrate(
      ActionContext context,
      ServicePlan plan,
      TaskDefinition definition,
      Place place,
      Map<String, String> variables)
      throws InterruptedException {
    if (plan.migrate().isEmpty()) {
      return;
    }
    context.summary("migrating an empty database");
    OneOff.Result result =
        parts
            .tasks()
            .run(
                new OneOff(
                    place.environment() + "-migrate",
                    place.application(),
                    place.environment(),
                    definition,
                    plan.migrate(),
                    variables,
                    MIGRATION_TIMEOUT));
    if (!result.succeeded()) {
      throw PlatformException.invalid(
          "the migration "
              + String.join(" ", plan.migrate())
              + (result.timedOut() ? " did not end" : " ended with " + result.exitCode())
              + " on an empty database\n"
              + String.join("\n", result.lastLines()));
    }
  }

  private Task healthy(ActionContext context, String set, String path) throws InterruptedException {
    long end = System.nanoTime() + parts.settings().healthDeadline().toNanos();
    String last = "nothing answered";
    while (System.nanoTime() < end && !context.cancelled()) {
      List<Task> tasks = parts.tasks().tasks(set);
      Optional<Task> running = tasks.stream().filter(Task::isRunning).findFirst();
      if (running.isPresent()) {
        FinalProbe.Answer answer = FinalProbe.ask(running.get(), path);
        if (answer != null && answer.status() >= 200 && answer.status() < 400) {
          return running.get();
        }
        last = answer == null ? "nothing answered" : answer.text();
      }
      if (tasks.stream().filter(t -> t.status() == Task.Status.STOPPED).count() > 2) {
        throw PlatformException.invalid(
            "the task ended three times before it was healthy\n" + log(tasks));
      }
      Thread.sleep(LOOK);
    }
    throw PlatformException.invalid(
        "it was not healthy within "
            + parts.settings().healthDeadline().toSeconds()
            + " s: GET "
            + path
            + ": "
            + last
            + "\n"
            + log(parts.tasks().tasks(set)));
  }

  private String log(List<Task> tasks) {
    return tasks.isEmpty()
        ? ""
        : String.join(
            "\n", parts.tasks().log(tasks.getFirst().id(), -LOG_LINES, LOG_LINES).lines());
  }

  /**
   * Takes away what trials left that a control died in; before any begins. Where an engine is away,
   * it stays until the next start.
   */
  static void sweep(Parts parts, Applications applications) {
    Set<Place> places = new LinkedHashSet<>();
    for (TaskSet set : parts.tasks().liveTaskSets()) {
      if (set.environment().startsWith(PREFIX)) {
        places.add(new Place(set.application(), set.environment()));
      }
    }
    parts
        .database()
        .tierDatabases()
        .environments(PREFIX)
        .forEach((environment, application) -> places.add(new Place(application, environment)));
    // What is declared is no trial's, whatever its name.
    places.removeIf(p -> applications.environment(p.application(), p.environment()).isPresent());
    for (Place place : places) {
      try {
        remove(parts, place);
      } catch (PlatformException e) {
        LOG.warn(
            "{} of {} is removed at the next start: {}",
            place.environment(),
            place.application(),
            e.text());
      }
    }
  }

  private static void remove(Parts parts, Place place) {
    for (TaskSet set : parts.tasks().liveTaskSets()) {
      if (set.application().equals(place.application())
          && set.environment().equals(place.environment())) {
        parts.tasks().stopTaskSet(set.id(), GRACE);
      }
    }
    parts.tasks().remove(place.application(), place.environment(), true);
    parts.database().tierDatabases().drop(place.application(), place.environment());
  }
}
