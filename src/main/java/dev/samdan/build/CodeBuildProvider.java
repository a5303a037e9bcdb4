package dev.samdan.build;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Applications;
import dev.samdan.application.BuildDeclaration;
import dev.samdan.application.Project;
import dev.samdan.application.Tier;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.pipeline.ActionDeclaration.OutputArtifact;
import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.ActionProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * CodePipeline's CodeBuild action, for Build and Test (CodePipeline user guide, "CodeBuild action
 * reference").
 */
public final class CodeBuildProvider implements ActionProvider {
  private final Builds builds;
  private final Applications applications;
  private final BiFunction<ActionContext, Project, Given> given;

  /**
   * @param given what the platform adds to a project's environment, such as SAMDAN_TARGET_URL for
   *     tests
   */
  public CodeBuildProvider(
      Builds builds, Applications applications, BiFunction<ActionContext, Project, Given> given) {
    this.builds = builds;
    this.applications = applications;
    this.given = given;
  }

  /**
   * Variables for a build, and what its log may not show.
   *
   * @param tools folder of commands that come first on PATH of a build on the machine; null for
   *     none
   */
  public record Given(Map<String, String> variables, BuildSecrets secrets, @Nullable Path tools) {
    public Given {
      variables = Map.copyOf(variables);
    }

    /** Without the values. */
    @Override
    public String toString() {
      return variables.keySet().toString();
    }
  }

  @Override
  public Duration limit() {
    return BOUNDS_ITSELF;
  }

  @Override
  public ActionOutcome run(ActionContext context) throws InterruptedException {
    String name = context.configuration().getOrDefault("ProjectName", "");
    Map<String, Path> outputs = new HashMap<>();
    List<OutputArtifact> declared = context.action().outputArtifacts();
    for (OutputArtifact output : declared) {
      outputs.put(declared.size() == 1 ? "" : output.name(), context.output(output.name()));
    }
    BuildResult result =
        build(
            context, name, outputs, context.configuration().get("EnvironmentVariables"), Map.of());
    return outcome(context, result);
  }

  /**
   * Runs a project on behalf of another action, such as the tests of a deployment before traffic;
   * its first input (or PrimarySource) is the source.
   */
  public BuildResult runProject(
      ActionContext context, String project, Map<String, String> environment)
      throws InterruptedException {
    return build(context, project, Map.of(), null, environment);
  }

  private BuildResult build(
      ActionContext context,
      String name,
      Map<String, Path> outputs,
      @Nullable String declared,
      Map<String, String> environment)
      throws InterruptedException {
    Project project = applications.project(name, context.application(), context.environment());
    ApplicationDeclaration declaration = declaration(project, context.revision().commit());
    List<String> inputs = context.action().inputArtifacts();
    String primary = context.configuration().getOrDefault("PrimarySource", inputs.getFirst());
    Map<String, Path> secondary = new HashMap<>();
    inputs.stream()
        .filter(i -> !i.equals(primary))
        .forEach(i -> secondary.put(i, context.input(i)));
    Given added = given.apply(context, project);
    ActionVariables own = ActionVariables.of(declared, added.secrets());
    Map<String, String> all = new LinkedHashMap<>(added.variables());
    all.putAll(own.values());
    all.putAll(environment);
    BuildOrder order =
        new BuildOrder(
            project,
            context.revision(),
            context.input(primary),
            declaration.sourceOf(project.tier()).orElse(""),
            secondary,
            declared(declaration, project),
            all,
            added.secrets().hiding(own.hidden()),
            outputs,
            added.tools(),
            new BuildOrder.Asker(
                "codepipeline/" + context.pipeline(),
                context.pipeline(),
                context.executionId(),
                context.actionExecutionId()));
    RunningBuild build = builds.prepare(order);
    context.externalId(build.id(), null);
    context.onCancel(build::cancel);
    return build.run(phase -> context.summary(phase.name()));
  }

  private ApplicationDeclaration declaration(Project project, String commit) {
    String environment = project.environment() == null ? "" : project.environment();
    return applications
        .declarationAt(project.application(), commit)
        .or(() -> applications.declaration(project.application(), environment))
        .orElseThrow(
            () -> PlatformException.notFound("no valid samdan.yml is known for " + project.name()));
  }

  private static BuildDeclaration declared(ApplicationDeclaration declaration, Project project) {
    boolean tests = project.kind() == Project.Kind.TEST;
    BuildDeclaration declared =
        switch (project.tier()) {
          case WEB -> declaration.web() == null || tests ? null : declaration.web().build();
          case API ->
              declaration.api() == null
                  ? null
                  : tests ? declaration.api().tests() : declaration.api().build();
        };
    if (declared == null) {
      String key =
          project.tier() == Tier.API && tests
              ? "tiers.api.tests"
              : "tiers." + project.tier().text();
      throw PlatformException.invalid(
          project.name() + " has nothing to run: samdan.yml declares no " + key);
    }
    return declared;
  }

  private static ActionOutcome outcome(ActionContext context, BuildResult result) {
    String passes = Reports.passes(result.reports());
    Map<String, String> facts = new LinkedHashMap<>();
    if (!result.reports().isEmpty()) {
      for (ReportCase.Status status : ReportCase.Status.values()) {
        long count = result.reports().stream().mapToLong(r -> r.count(status)).sum();
        facts.put(
            "tests"
                + status.name().charAt(0)
                + status.name().substring(1).toLowerCase(java.util.Locale.ROOT),
            Long.toString(count));
      }
    }
    return switch (result.status()) {
      case SUCCEEDED ->
          new ActionOutcome.Succeeded(
              passes.isEmpty() ? "built" : passes, result.exportedVariables());
      case STOPPED ->
          context.cancelled() ? new ActionOutcome.Stopped() : failed("BuildStopped", result, facts);
      case TIMED_OUT -> failed("BuildTimedOut", result, facts);
      case FAULT, IN_PROGRESS -> failed("BuildFault", result, facts);
      case FAILED ->
          failed(
              Reports.failures(result.reports()).isEmpty() ? "BuildFailed" : "TestsFailed",
              result,
              facts);
    };
  }

  private static ActionOutcome failed(String code, BuildResult result, Map<String, String> facts) {
    return new ActionOutcome.Failed(code, result.message(), facts);
  }
}
