package dev.samdan.application;

import dev.samdan.application.EnvironmentDeclaration.TestWhen;
import dev.samdan.pipeline.ActionDeclaration;
import dev.samdan.pipeline.ExecutionMode;
import dev.samdan.pipeline.PipelineDeclaration;
import dev.samdan.pipeline.StageDeclaration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The pipelines that follow from a declaration, in CodePipeline's structure. */
public final class DerivedPipelines {
  /** Stands in place of an environment in the names of the pipelines that check pull requests. */
  public static final String PULL_REQUEST = "pr";

  /** What starts an image for a moment and runs the tests of deployments against it. */
  public static final String TRIAL = "Test/Custom/Trial";

  private static final String SOURCE_ARTIFACT = "SourceArtifact";
  private static final String BUILD_ARTIFACT = "BuildArtifact";
  private static final String IMAGE_ARTIFACT = "ImageArtifact";

  private DerivedPipelines() {}

  /**
   * {@code <app>-<env>-<tier>}, also the name of its CodeBuild project and of its deployment group.
   */
  public static String name(String application, String environment, Tier tier) {
    return application + "-" + environment + "-" + tier.text();
  }

  /** {@code <app>-base}. */
  public static String baseName(String application) {
    return application + "-base";
  }

  /** The names of all pipelines that follow from a declaration. */
  public static List<String> names(ApplicationDeclaration declaration) {
    List<String> names = new ArrayList<>();
    for (EnvironmentDeclaration environment : declaration.environments()) {
      declaration
          .tiers()
          .forEach(tier -> names.add(name(declaration.name(), environment.name(), tier)));
    }
    ApiTier api = declaration.api();
    if (api != null && api.base() != null) {
      names.add(baseName(declaration.name()));
    }
    return names;
  }

  /**
   * The pipeline that delivers a tier to an environment: Source, Build, Deploy, and Test after the
   * traffic has shifted; production has been tested before and is approved instead.
   */
  public static PipelineDeclaration of(
      ApplicationDeclaration declaration, EnvironmentDeclaration environment, Tier tier) {
    String name = name(declaration.name(), environment.name(), tier);
    List<StageDeclaration> stages = new ArrayList<>();
    stages.add(source(declaration.repositoryOf(tier), environment.branch()));
    if (environment.approval().required()) {
      stages.add(StageDeclaration.of("Approve", approve(declaration, environment, tier)));
    }
    switch (tier) {
      case WEB -> {
        stages.add(StageDeclaration.of("Build", build(name)));
        stages.add(StageDeclaration.of("Deploy", deploySite(name)));
      }
      case API -> {
        ApiTier api = java.util.Objects.requireNonNull(declaration.api());
        stages.add(StageDeclaration.of("Build", build(name), image(declaration.name(), api)));
        stages.add(StageDeclaration.of("Deploy", deployService(declaration.name(), name, api)));
        if (api.tests() != null
            && environment.testWhen() == TestWhen.AFTER_TRAFFIC
            && !environment.production()) {
          stages.add(StageDeclaration.of("Test", test(name)));
        }
      }
    }
    return PipelineDeclaration.of(name, stages);
  }

  /**
   * The pipeline that checks a pull request's change of a tier: its build with its unit tests, and
   * of the application tier the image, started for a moment. Pull requests do not wait for each
   * other.
   */
  public static PipelineDeclaration ofPullRequest(ApplicationDeclaration declaration, Tier tier) {
    String name = name(declaration.name(), PULL_REQUEST, tier);
    List<StageDeclaration> stages = new ArrayList<>();
    stages.add(source(declaration.repositoryOf(tier), declaration.branches().integration()));
    switch (tier) {
      case WEB -> stages.add(StageDeclaration.of("Build", build(name)));
      case API -> {
        ApiTier api = java.util.Objects.requireNonNull(declaration.api());
        stages.add(StageDeclaration.of("Build", build(name)));
        if (api.tests() != null) {
          stages.add(StageDeclaration.of("Image", pullRequestImage(declaration.name(), api)));
          stages.add(StageDeclaration.of("Trial", trial(declaration.name(), name, api)));
        }
      }
    }
    return new PipelineDeclaration(name, 1, ExecutionMode.PARALLEL, stages, List.of(), Map.of());
  }

  /** Its tags never meet those of delivered images. */
  private static ActionDeclaration pullRequestImage(String application, ApiTier api) {
    return ActionDeclaration.of("Image", "Build/AWS/ECRBuildAndPublish")
        .withConfiguration(
            ordered(
                "ECRRepositoryName",
                application + "/api-" + PULL_REQUEST,
                "DockerFilePath",
                api.dockerfile(),
                "ImageTags",
                "#{SourceVariables.CommitId}"))
        .withInputs(BUILD_ARTIFACT)
        .withOutputs(IMAGE_ARTIFACT);
  }

  private static ActionDeclaration trial(String application, String name, ApiTier api) {
    ActionDeclaration deploy = deployService(application, name, api);
    return ActionDeclaration.of("Trial", TRIAL)
        .withConfiguration(deploy.configuration())
        .withInputs(SOURCE_ARTIFACT, IMAGE_ARTIFACT);
  }

  /** The pipeline that builds the base image; the branch is the one whose change starts it. */
  public static PipelineDeclaration base(
      ApplicationDeclaration declaration, ApiTier.BaseImage base, String branch) {
    ActionDeclaration build =
        ActionDeclaration.of("Base", "Build/AWS/ECRBuildAndPublish")
            .withConfiguration(
                ordered(
                    "ECRRepositoryName",
                    declaration.name() + "/api-base",
                    "DockerFilePath",
                    base.dockerfile(),
                    "ImageTags",
                    "#{SourceVariables.CommitId}"))
            .withInputs(SOURCE_ARTIFACT);
    return PipelineDeclaration.of(
        baseName(declaration.name()),
        List.of(
            source(declaration.repositoryOf(Tier.API), branch),
            StageDeclaration.of("Build", build)));
  }

  private static StageDeclaration source(String repository, String branch) {
    return StageDeclaration.of(
        "Source",
        ActionDeclaration.of("Source", "Source/AWS/CodeStarSourceConnection")
            .withConfiguration(
                ordered(
                    "ConnectionArn",
                    "samdan",
                    "FullRepositoryId",
                    repository,
                    "BranchName",
                    branch))
            .withOutputs(SOURCE_ARTIFACT)
            .withNamespace("SourceVariables"));
  }

  private static ActionDeclaration approve(
      ApplicationDeclaration declaration, EnvironmentDeclaration environment, Tier tier) {
    return ActionDeclaration.of("Approve", "Approval/AWS/Manual")
        .withConfiguration(
            Map.of(
                "CustomData",
                "Release "
                    + declaration.name()
                    + " "
                    + tier.text()
                    + " to "
                    + environment.name()
                    + "?"));
  }

  private static ActionDeclaration build(String project) {
    return ActionDeclaration.of("Build", "Build/AWS/CodeBuild")
        .withConfiguration(Map.of("ProjectName", project))
        .withInputs(SOURCE_ARTIFACT)
        .withOutputs(BUILD_ARTIFACT)
        .withNamespace("BuildVariables");
  }

  private static ActionDeclaration image(String application, ApiTier api) {
    return ActionDeclaration.of("Image", "Build/AWS/ECRBuildAndPublish")
        .withRunOrder(2)
        .withConfiguration(
            ordered(
                "ECRRepositoryName",
                application + "/api",
                "DockerFilePath",
                api.dockerfile(),
                "ImageTags",
                "#{SourceVariables.CommitId}"))
        .withInputs(BUILD_ARTIFACT)
        .withOutputs(IMAGE_ARTIFACT);
  }

  /**
   * Paths are relative to the tier's folder; an appspec or task definition that is not named is
   * derived.
   */
  private static ActionDeclaration deployService(String application, String group, ApiTier api) {
    Map<String, String> configuration =
        ordered(
            "ApplicationName",
            application,
            "DeploymentGroupName",
            group,
            "TaskDefinitionTemplateArtifact",
            SOURCE_ARTIFACT,
            "AppSpecTemplateArtifact",
            SOURCE_ARTIFACT,
            "Image1ArtifactName",
            IMAGE_ARTIFACT,
            "Image1ContainerName",
            "IMAGE1_NAME");
    if (api.taskdef() != null) {
      configuration.put("TaskDefinitionTemplatePath", api.taskdef());
    }
    if (api.appspec() != null) {
      configuration.put("AppSpecTemplatePath", api.appspec());
    }
    return ActionDeclaration.of("Deploy", "Deploy/AWS/CodeDeployToECS")
        .withConfiguration(configuration)
        .withInputs(SOURCE_ARTIFACT, IMAGE_ARTIFACT)
        .withNamespace("DeployVariables");
  }

  private static ActionDeclaration deploySite(String site) {
    return ActionDeclaration.of("Deploy", "Deploy/AWS/S3")
        .withConfiguration(ordered("BucketName", site, "Extract", "true"))
        .withInputs(BUILD_ARTIFACT)
        .withNamespace("DeployVariables");
  }

  private static ActionDeclaration test(String name) {
    return ActionDeclaration.of("Test", "Test/AWS/CodeBuild")
        .withConfiguration(Map.of("ProjectName", name + "-test"))
        .withInputs(SOURCE_ARTIFACT);
  }

  private static Map<String, String> ordered(String... pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put(pairs[i], pairs[i + 1]);
    }
    return map;
  }
}
