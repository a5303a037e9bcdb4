package dev.samdan.deploy;

import dev.samdan.application.HookDeclaration;
import dev.samdan.base.PlatformException;
import dev.samdan.runtime.LogPage;
import dev.samdan.runtime.OneOff;
import dev.samdan.runtime.Task;
import dev.samdan.runtime.TaskDefinition;
import dev.samdan.runtime.Tasks;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Puts together why a deployment failed, from what was seen; a likely cause only where a rule
 * derives one.
 */
final class Explanations {
  private static final int LOG_LINES = 40;
  private static final String EXPECTED = "200-399";
  private static final Map<Integer, String> SIGNALS =
      Map.of(
          1, "HUP", 2, "INT", 3, "QUIT", 4, "ILL", 6, "ABRT", 7, "BUS", 8, "FPE", 9, "KILL", 11,
          "SEGV", 15, "TERM");

  private Explanations() {}

  static Explanation health(
      HealthWatch watch,
      ServicePlan plan,
      TaskDefinition definition,
      Deployment deployment,
      Tasks tasks) {
    Task task = watch.task().orElse(null);
    LogPage log = task == null ? new LogPage(List.of(), 1, 0) : log(tasks, task.id());
    FinalProbe.Answer answer =
        task != null && task.isRunning() ? FinalProbe.ask(task, plan.health()) : null;
    String lastAnswer = answer != null ? answer.text() : watch.lastAnswer().orElse(null);
    Explanation.Process process = task == null ? null : process(task, watch, definition);
    Likely.Facts facts =
        new Likely.Facts(
            watch,
            plan,
            definition.name(),
            deployment.group(),
            task,
            lastAnswer,
            log.lines(),
            task == null ? List.of() : tasks.listeningPorts(task.id()),
            tasks.engineIsAway(deployment.id()));
    return new Explanation(
        task != null && HealthWatch.failedToStart(task) ? "start" : "health",
        headline(facts),
        task == null ? null : task.id(),
        definition.name(),
        task == null || HealthWatch.failedToStart(task)
            ? null
            : new Explanation.Probe("GET", plan.health(), task.port(), EXPECTED, watch.seconds()),
        lastAnswer,
        process,
        Likely.cause(facts),
        log.lines(),
        log.firstLine() - 1);
  }

  static Explanation migration(OneOff migration, OneOff.Result result, String database) {
    String text = String.join(" ", migration.command());
    String headline =
        result.timedOut()
            ? "The migration "
                + text
                + " did not end within "
                + migration.timeout().toMinutes()
                + " min, so it was stopped."
            : "The migration " + text + " ended with " + result.exitCode() + ".";
    return new Explanation(
        "migration",
        headline + " Database " + database + " keeps what the migration did before.",
        migration.logId(),
        migration.taskDefinition().name(),
        null,
        null,
        new Explanation.Process(result.exitCode(), signal(result.exitCode()), 1, null, null),
        Likely.commandMissing(text, result.exitCode(), result.lastLines()),
        result.lastLines(),
        0);
  }

  /** A hook's command that did not end with 0. */
  static Explanation hook(String event, HookDeclaration hook, OneOff oneOff, OneOff.Result result) {
    String headline =
        "The hook "
            + event
            + " ("
            + hook.text()
            + ") "
            + (result.timedOut()
                ? "did not end within " + oneOff.timeout().toSeconds() + " s, so it was stopped."
                : "ended with " + result.exitCode() + ".");
    boolean function = hook.text().matches("[A-Za-z0-9_-]+") && result.exitCode() == 127;
    return new Explanation(
        "hook",
        headline,
        oneOff.logId(),
        oneOff.taskDefinition().name(),
        null,
        null,
        new Explanation.Process(result.exitCode(), signal(result.exitCode()), 1, null, null),
        function
            ? new Explanation.LikelyCause(
                "hook-function",
                hook.text() + " is no command in the image; it may be a Lambda function's name.",
                "Say in samdan.yml what stands for it: tiers.api.hooks." + hook.text() + ".",
                null)
            : Likely.commandMissing(hook.text(), result.exitCode(), result.lastLines()),
        result.lastLines(),
        0);
  }

  /** An address that did not answer as a hook must. */
  static Explanation called(String event, HookDeclaration hook, String what) {
    return facts("hook", "The hook " + event + " at " + hook.text() + " " + what);
  }

  /** An alarm that was raised, with what the newest running task wrote. */
  static Explanation alarm(
      String sentence, TaskDefinition definition, List<Task> running, Tasks tasks) {
    Task task = running.stream().filter(Task::isRunning).findFirst().orElse(null);
    return new Explanation(
        "alarm",
        sentence,
        task == null ? null : task.id(),
        definition.name(),
        null,
        null,
        null,
        null,
        task == null ? List.of() : log(tasks, task.id()).lines(),
        0);
  }

  static Explanation tests(String project, String summary) {
    return facts(
        "tests",
        "The tests of "
            + project
            + " failed before traffic: "
            + summary
            + (summary.endsWith(".") ? "" : "."));
  }

  private static Explanation facts(String check, String headline) {
    return new Explanation(check, headline, null, null, null, null, null, null, List.of(), 0);
  }

  private static String headline(Likely.Facts facts) {
    HealthWatch watch = facts.watch();
    Task task = facts.task();
    String lastAnswer = facts.lastAnswer();
    if (facts.engineIsAway() && !facts.answers()) {
      return "The Docker engine ended, and green was not healthy within " + watch.seconds() + " s.";
    }
    if (task == null) {
      return "No task started within " + watch.seconds() + " s.";
    }
    if (HealthWatch.failedToStart(task)) {
      return "The task could not start: "
          + Objects.requireNonNull(task.stoppedReason()).substring("TaskFailedToStart: ".length());
    }
    if (Likely.ownCheckFails(facts)) {
      return watch
              .unhealthy()
              .map(what -> "T" + what.substring(1))
              .orElse(
                  "A container's own health check did not pass within " + watch.seconds() + " s")
          + ".";
    }
    if (!task.isRunning()) {
      Integer code = task.exitCode();
      String ended = code == null ? "The process ended" : "The process ended with " + code;
      return ended + (watch.exits() > 1 ? ", " + watch.exits() + " times." : ".");
    }
    if (!watch.answered() && (lastAnswer == null || !Character.isDigit(lastAnswer.charAt(0)))) {
      return "Nothing listened on port " + task.port() + " for " + watch.seconds() + " s.";
    }
    String status = lastAnswer == null ? "nothing" : lastAnswer.split(" ", 2)[0];
    return "GET "
        + facts.plan().health()
        + " answered "
        + status
        + " for "
        + watch.seconds()
        + " s. Expected "
        + EXPECTED
        + ".";
  }

  private static Explanation.Process process(
      Task task, HealthWatch watch, TaskDefinition definition) {
    Integer code = task.exitCode();
    Integer limit = definition.container().memory();
    return new Explanation.Process(
        code,
        code == null ? null : signal(code),
        watch.exits(),
        watch.memoryBytes(),
        limit == null ? null : limit * 1024L * 1024L);
  }

  static @Nullable String signal(int exitCode) {
    return exitCode > 128
        ? SIGNALS.getOrDefault(exitCode - 128, String.valueOf(exitCode - 128))
        : null;
  }

  private static LogPage log(Tasks tasks, String task) {
    try {
      return tasks.log(task, -LOG_LINES, LOG_LINES);
    } catch (PlatformException e) {
      return new LogPage(List.of(), 1, 0);
    }
  }
}
