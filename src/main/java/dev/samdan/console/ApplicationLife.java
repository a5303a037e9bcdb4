package dev.samdan.console;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Environment;
import dev.samdan.deploy.Deployment;
import dev.samdan.deploy.Live;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One application as its marks show it. */
record ApplicationLife(
    String name, List<EnvironmentLife> environments, int moving, int waiting, int failed) {
  /** One environment; {@code version} is what its application tier, else its site, serves. */
  record EnvironmentLife(
      Environment environment,
      Mark mark,
      String label,
      String version,
      @Nullable Live live,
      List<PipelineView> pipelines) {}

  static ApplicationLife of(ConsoleRooms rooms, Words w, String name) {
    List<PipelineView> pipelines = rooms.pipelines().list(name);
    List<EnvironmentLife> environments = new ArrayList<>();
    for (Environment environment : rooms.applications().environments(name)) {
      List<PipelineView> own =
          pipelines.stream().filter(p -> environment.name().equals(p.environment())).toList();
      environments.add(environment(rooms, w, environment, own));
    }
    int moving = count(pipelines, ExecutionStatus.InProgress);
    int waiting =
        (int)
            pipelines.stream()
                .filter(p -> p.latestExecution() != null && Approvals.waits(p.latestExecution()))
                .count();
    return new ApplicationLife(
        name, environments, moving - waiting, waiting, count(pipelines, ExecutionStatus.Failed));
  }

  private static int count(List<PipelineView> pipelines, ExecutionStatus status) {
    return (int)
        pipelines.stream()
            .map(PipelineView::latestExecution)
            .filter(e -> e != null && e.status() == status)
            .count();
  }

  private static EnvironmentLife environment(
      ConsoleRooms rooms, Words w, Environment environment, List<PipelineView> pipelines) {
    Live live = rooms.deployments().live(environment.application(), environment.name());
    Optional<ApplicationDeclaration> declared =
        rooms.applications().declaration(environment.application(), environment.name());
    int green = live.activeDeployments().stream().mapToInt(Deployment::greenWeight).max().orElse(0);
    Mark.Tier web =
        declared.map(ApplicationDeclaration::web).isEmpty()
            ? Mark.Tier.ABSENT
            : tier(pipelines, "-web", live.web() != null, false);
    Mark.Tier api =
        declared.map(ApplicationDeclaration::api).isEmpty()
            ? Mark.Tier.ABSENT
            : tier(
                pipelines,
                "-api",
                live.api() != null && live.api().primary().isPresent(),
                green > 0);
    boolean apiLive = live.api() != null && live.api().primary().isPresent();
    Mark.Tier data =
        declared.map(ApplicationDeclaration::data).isEmpty()
            ? Mark.Tier.ABSENT
            : apiLive ? Mark.Tier.LIVE : Mark.Tier.NOTHING;
    String label =
        w.say(
            "mark.label",
            environment.application(),
            environment.name(),
            word(w, web),
            word(w, api),
            word(w, data));
    return new EnvironmentLife(
        environment, Mark.of(web, api, data, green), label, version(live), live, pipelines);
  }

  /**
   * What a tier serves under, for people: the task definition's revision, else the site's release.
   */
  private static String version(Live live) {
    if (live.api() != null && live.api().primary().isPresent()) {
      return live.api().primary().get().taskDefinition();
    }
    return live.web() == null ? "" : live.web().release();
  }

  private static Mark.Tier tier(
      List<PipelineView> pipelines, String suffix, boolean live, boolean shifting) {
    ExecutionView latest =
        pipelines.stream()
            .filter(p -> p.name().endsWith(suffix))
            .map(PipelineView::latestExecution)
            .filter(e -> e != null)
            .findFirst()
            .orElse(null);
    if (shifting) {
      return Mark.Tier.SHIFTING;
    }
    if (latest != null && latest.status() == ExecutionStatus.Failed) {
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

  private static String word(Words w, Mark.Tier tier) {
    return w.say("mark." + tier);
  }

  boolean needsSomeone() {
    return waiting + failed > 0;
  }

  /** The mark of production, else of the last environment, else nothing yet. */
  Mark mark() {
    return environments.stream()
        .filter(e -> e.environment().production())
        .findFirst()
        .or(() -> environments.isEmpty() ? Optional.empty() : Optional.of(environments.getLast()))
        .map(EnvironmentLife::mark)
        .orElse(Mark.of(Mark.Tier.NOTHING, Mark.Tier.NOTHING, Mark.Tier.NOTHING, 0));
  }

  String label() {
    return environments.stream()
        .filter(e -> e.environment().production())
        .findFirst()
        .or(() -> environments.isEmpty() ? Optional.empty() : Optional.of(environments.getLast()))
        .map(EnvironmentLife::label)
        .orElse(name);
  }

  String worst() {
    return failed > 0 ? "fail" : waiting > 0 ? "wait" : moving > 0 ? "run" : "live";
  }
}
