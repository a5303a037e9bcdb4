package dev.samdan.console;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.Environment;
import dev.samdan.deploy.Deployment;
import dev.samdan.deploy.Live;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One application as its marks show it. */
record ApplicationLife(
    String name, List<EnvironmentLife> environments, List<PipelineView> pipelines, Tally tally) {
  /**
   * One environment.
   *
   * @param since when that came
   * @param green share of the traffic that a version on its way takes
   * @param pressing the execution to look at first: one that failed, waits or moves; null for none
   */
  record EnvironmentLife(
      Environment environment,
      Mark mark,
      String label,
      @Nullable Instant since,
      int green,
      Live live,
      @Nullable ExecutionView pressing,
      Versions versions) {
    /** What its application tier, else its site, serves; empty for nothing. */
    String version() {
      Live.Set primary = live.api() == null ? null : live.api().primary().orElse(null);
      return primary != null
          ? versions.of(environment.application(), primary)
          : live.web() == null ? "" : versions.of(environment.application(), live.web());
    }
  }

  static ApplicationLife of(ConsoleRooms rooms, Words w, String name) {
    List<PipelineView> pipelines = rooms.pipelines().list(name);
    List<EnvironmentLife> environments = new ArrayList<>();
    for (Environment environment : environments(rooms, name)) {
      List<PipelineView> own =
          pipelines.stream().filter(p -> environment.name().equals(p.environment())).toList();
      environments.add(environment(rooms, w, environment, own));
    }
    return new ApplicationLife(name, environments, pipelines, tally(pipelines));
  }

  /** An application's environments, production first. */
  static List<Environment> environments(ConsoleRooms rooms, String application) {
    return rooms.applications().environments(application).stream()
        .sorted(Comparator.comparing(e -> !e.production()))
        .toList();
  }

  /** Of the newest executions of these pipelines. */
  static Tally tally(List<PipelineView> pipelines) {
    int moving = 0;
    int waiting = 0;
    int failed = 0;
    for (PipelineView pipeline : pipelines) {
      ExecutionView latest = pipeline.latestExecution();
      if (latest == null || !delivers(pipeline)) {
        continue;
      }
      if (Approvals.waits(latest)) {
        waiting++;
      } else if (!latest.status().ended()) {
        moving++;
      } else if (failed(latest)) {
        failed++;
      }
    }
    return new Tally(moving, waiting, failed);
  }

  /** Whether it is no check of a pull request, which its own page tells of. */
  static boolean delivers(PipelineView pipeline) {
    return !DerivedPipelines.PULL_REQUEST.equals(pipeline.environment());
  }

  /** A person's no is no failure. */
  static boolean failed(ExecutionView execution) {
    return execution.status() == ExecutionStatus.Failed && !Approvals.rejected(execution);
  }

  private static EnvironmentLife environment(
      ConsoleRooms rooms, Words w, Environment environment, List<PipelineView> pipelines) {
    Live live = rooms.deployments().live(environment.application(), environment.name());
    Optional<ApplicationDeclaration> declared =
        rooms.applications().declaration(environment.application(), environment.name());
    int green = live.activeDeployments().stream().mapToInt(Deployment::greenWeight).max().orElse(0);
    Optional<Live.Set> primary = live.api() == null ? Optional.empty() : live.api().primary();
    Mark.Tier web =
        declared.map(ApplicationDeclaration::web).isEmpty()
            ? Mark.Tier.ABSENT
            : tier(latest(pipelines, "-web"), live.web() != null, false);
    Mark.Tier api =
        declared.map(ApplicationDeclaration::api).isEmpty()
            ? Mark.Tier.ABSENT
            : tier(latest(pipelines, "-api"), primary.isPresent(), green > 0 && green < 100);
    Mark.Tier data =
        declared.map(ApplicationDeclaration::data).isEmpty()
            ? Mark.Tier.ABSENT
            : primary.isPresent() ? Mark.Tier.LIVE : Mark.Tier.NOTHING;
    String label =
        w.say(
            "mark.label",
            environment.application(),
            environment.name(),
            word(w, web, green),
            word(w, api, green),
            word(w, data, green));
    Live.SiteLive site = live.web();
    return new EnvironmentLife(
        environment,
        Mark.of(web, api, data, green),
        label,
        primary.map(Live.Set::since).orElse(site == null ? null : site.since()),
        green,
        live,
        pressing(pipelines),
        new Versions(rooms));
  }

  private static @Nullable ExecutionView pressing(List<PipelineView> pipelines) {
    return pipelines.stream()
        .map(PipelineView::latestExecution)
        .filter(e -> e != null && (!e.status().ended() || failed(e)))
        .min(
            Comparator.comparing((ExecutionView e) -> !failed(e))
                .thenComparing(e -> !Approvals.waits(e)))
        .orElse(null);
  }

  private static @Nullable ExecutionView latest(List<PipelineView> pipelines, String suffix) {
    return pipelines.stream()
        .filter(p -> p.name().endsWith(suffix))
        .map(PipelineView::latestExecution)
        .filter(e -> e != null)
        .findFirst()
        .orElse(null);
  }

  private static Mark.Tier tier(@Nullable ExecutionView latest, boolean live, boolean shifting) {
    if (shifting) {
      return Mark.Tier.SHIFTING;
    }
    if (latest != null && failed(latest)) {
      return Mark.Tier.FAILED;
    }
    if (latest != null && Approvals.waits(latest)) {
      return Mark.Tier.WAITING;
    }
    if (latest != null && !latest.status().ended()) {
      return Mark.Tier.WORKING;
    }
    return live ? Mark.Tier.LIVE : Mark.Tier.NOTHING;
  }

  private static String word(Words w, Mark.Tier tier, int green) {
    return tier == Mark.Tier.SHIFTING ? w.say("mark.SHIFTING", green) : w.say("mark." + tier);
  }

  boolean needsSomeone() {
    return tally.waiting() + tally.failed() > 0;
  }

  /** The mark of production, else of the last environment, else nothing yet. */
  Mark mark() {
    return shown().map(EnvironmentLife::mark).orElse(Mark.EMPTY);
  }

  String label() {
    return shown().map(EnvironmentLife::label).orElse(name);
  }

  private Optional<EnvironmentLife> shown() {
    return environments.stream().findFirst();
  }

  String worst() {
    return tally.failed() > 0
        ? "fail"
        : tally.waiting() > 0 ? "wait" : tally.moving() > 0 ? "run" : "live";
  }
}
