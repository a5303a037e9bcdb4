package dev.samdan.platform;

import dev.samdan.application.Applications;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.Project;
import dev.samdan.build.BuildSecrets;
import dev.samdan.build.Builds;
import dev.samdan.build.CodeBuildProvider;
import dev.samdan.deploy.Deployments;
import dev.samdan.image.ImageProvider;
import dev.samdan.image.Images;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.registry.Registry;
import dev.samdan.secrets.Secrets;
import dev.samdan.source.Source;
import dev.samdan.source.SourceProvider;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** Which room carries out which action of a pipeline, and what the platform gives to builds. */
final class Actions {
  private final Applications applications;
  private final Secrets secrets;
  private final Builds builds;
  private final Deployments deployments;
  private final BuildTools buildTools;
  private final String url;

  /**
   * @param url where builds reach control
   */
  Actions(
      Applications applications,
      Secrets secrets,
      Builds builds,
      Deployments deployments,
      BuildTools buildTools,
      String url) {
    this.applications = applications;
    this.secrets = secrets;
    this.builds = builds;
    this.deployments = deployments;
    this.buildTools = buildTools;
    this.url = url;
  }

  void register(Pipelines pipelines, Source source, Images images, Registry registry) {
    CodeBuildProvider codeBuild =
        new CodeBuildProvider(builds, applications, (context, project) -> given(project));
    pipelines.register(
        "Source/AWS/CodeStarSourceConnection", new SourceProvider(source, applications));
    pipelines.register("Build/AWS/CodeBuild", codeBuild);
    pipelines.register("Test/AWS/CodeBuild", codeBuild);
    pipelines.register(
        "Build/AWS/ECRBuildAndPublish",
        new ImageProvider(
            images,
            registry,
            applications,
            pipelines,
            source::lastCommitTouching,
            (application, environment, name) ->
                Handed.secret(applications, secrets, application, environment, name)));
    pipelines.register(
        "Deploy/AWS/CodeDeployToECS",
        deployments.serviceProvider(
            (context, project, target) -> Handed.test(codeBuild, context, project, target)));
    pipelines.register("Deploy/AWS/S3", deployments.siteProvider(pipelines));
    pipelines.register(
        DerivedPipelines.TRIAL,
        deployments.trialProvider(
            (context, project, target) -> Handed.test(codeBuild, context, project, target)));
  }

  /** What the platform adds to a project's environment: where the tests find the deployment. */
  private CodeBuildProvider.Given given(Project project) {
    Map<String, String> variables =
        new LinkedHashMap<>(buildTools.variables(project.application()));
    variables.put("SAMDAN_URL", url);
    if (project.kind() == Project.Kind.TEST && project.environment() != null) {
      applications
          .environment(project.application(), project.environment())
          .ifPresent(environment -> variables.put("SAMDAN_TARGET_URL", environment.url()));
    }
    return new CodeBuildProvider.Given(
        variables,
        new BuildSecrets(
            List.of(Objects.requireNonNull(variables.get("AWS_SECRET_ACCESS_KEY"))),
            name ->
                Handed.secret(
                    applications, secrets, project.application(), project.environment(), name),
            () -> Optional.of(buildTools.gitPassword(project.application()))),
        buildTools.folder());
  }
}
