package dev.samdan.console;

import dev.samdan.application.Environment;
import dev.samdan.base.PlatformException;
import dev.samdan.jobs.Job;
import dev.samdan.jobs.TaskRun;
import dev.samdan.runtime.LogPage;
import java.util.ArrayList;
import java.util.List;

/** Makes the pages of jobs and of commands that ran once. */
final class JobPages {
  private static final int RUNS = 50;
  private static final int LINES = 2_000;

  private final ConsoleRooms rooms;
  private final Words words;

  JobPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  Asked.Shown shown(Asked asked) {
    String application = asked.application();
    rooms.applications().show(application);
    String chosen = Shells.or(asked.query("job"), "");
    List<Job> jobs = rooms.jobs().list(application);
    List<TaskRun> runs = rooms.jobs().runs(application, "", chosen, RUNS);
    String root = "/applications/" + application + "/jobs";
    List<Filter> filters = new ArrayList<>();
    filters.add(Filter.of(words.say("filter.all"), root, chosen.isEmpty()));
    jobs.stream()
        .map(j -> j.declaration().name())
        .distinct()
        .forEach(name ->
            filters.add(
                Filter.of(name, root + "?job=" + Brief.encoded(name), name.equals(chosen))));
    JobsPage page =
        new JobsPage(
            headline(jobs),
            application,
            jobs.stream().map(this::line).toList(),
            filters.size() > 2 ? filters : List.of(),
            runs.stream().map(this::run).toList(),
            ApplicationLife.environments(rooms, application).stream()
                .map(Environment::name)
                .toList());
    return new Asked.Shown("jobs", asked.around().tab("jobs", page.headline(), application), page);
  }

  private String headline(List<Job> jobs) {
    if (jobs.isEmpty()) {
      return words.say("jobs.none");
    }
    long bad =
        jobs.stream()
            .filter(j -> j.last() != null && state(j.last()).tone().equals("fail"))
            .count();
    return bad > 0 ? words.count("jobs.failed", bad) : words.say("jobs.quiet");
  }

  private JobsPage.Line line(Job job) {
    TaskRun last = job.last();
    return new JobsPage.Line(
        job.declaration().name(),
        job.environment(),
        job.declaration().schedule().expression(),
        job.declaration().schedule().zone(),
        String.join(" ", job.declaration().command()),
        job.next() == null ? words.say("jobs.never") : words.coming(job.next()),
        last == null ? State.todo(words) : state(last),
        last == null ? "" : words.at(last.startedAt()),
        last == null ? "" : "/task-runs/" + last.id());
  }

  private JobsPage.Run run(TaskRun run) {
    return new JobsPage.Run(
        run.id(),
        name(run),
        run.environment(),
        state(run),
        run.exitCode() == null ? "" : words.say("why.exit", run.exitCode()),
        by(run),
        When.at(words, run.startedAt()),
        PipelinePages.time(words, run.startedAt(), run.endedAt()));
  }

  private static String name(TaskRun run) {
    return run.job() == null ? String.join(" ", run.command()) : run.job();
  }

  private String by(TaskRun run) {
    return run.by().equals("schedule") ? words.say("jobs.schedule") : run.by();
  }

  private State state(TaskRun run) {
    String name = run.status().name();
    return switch (run.status()) {
      case RUNNING -> new State("run", "run", words.say("state.InProgress"), name);
      case SUCCEEDED -> new State("", "done", words.say("state.Succeeded"), name);
      case FAILED -> new State("fail", "fail", words.say("state.Failed"), name);
      case TIMED_OUT -> new State("fail", "fail", words.say("state.TimedOut"), name);
      case STOPPED -> new State("", "stop", words.say("state.Stopped"), name);
      case LOST -> new State("fail", "fail", words.say("state.Lost"), name);
      case SKIPPED -> new State("none", "todo", words.say("state.Skipped"), name);
      case MISSED -> new State("fail", "fail", words.say("state.Missed"), name);
    };
  }

  /** One run. */
  Asked.Shown run(Asked asked) {
    String id = asked.path("run");
    TaskRun run =
        rooms
            .jobs()
            .run(id)
            .orElseThrow(() -> PlatformException.notFound(words.say("error.nothing")));
    List<OverviewPage.Fact> facts = new ArrayList<>();
    facts.add(new OverviewPage.Fact(words.say("fact.command"), String.join(" ", run.command())));
    facts.add(new OverviewPage.Fact(words.say("fact.environment"), run.environment()));
    if (run.taskDefinition() != null) {
      facts.add(new OverviewPage.Fact(words.say("fact.taskdef"), run.taskDefinition()));
    }
    if (run.exitCode() != null) {
      facts.add(new OverviewPage.Fact(words.say("fact.exit"), String.valueOf(run.exitCode())));
    }
    LogPage log = new LogPage(List.of(), 1, 0);
    String silence = words.say("run.silent");
    try {
      log = rooms.jobs().log(id, -LINES, LINES);
    } catch (PlatformException e) {
      silence = words.say("run.removed");
    }
    List<LogPanel.Line> lines = new ArrayList<>();
    for (int i = 0; i < log.lines().size(); i++) {
      lines.add(LogPanels.line(log.firstLine() + i, log.lines().get(i), false));
    }
    State state = state(run);
    RunPage page =
        new RunPage(
            id,
            words.say("run." + run.status(), name(run)),
            words.say(
                    "run.lead",
                    words.at(run.startedAt()),
                    PipelinePages.time(words, run.startedAt(), run.endedAt()),
                    by(run))
                + (run.detail() == null ? "" : " " + run.detail()),
            state,
            run.status() == TaskRun.Status.RUNNING,
            facts,
            lines,
            log.firstLine() - 1,
            silence);
    Shell shell =
        asked
            .around()
            .below(
                "run",
                page.headline(),
                run.application(),
                new Shell.Crumb(words.say("jobs"), "/applications/" + run.application() + "/jobs"),
                new Shell.Crumb(name(run), null));
    return new Asked.Shown("run", shell, page);
  }
}
