package dev.samdan.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.pipeline.ActionDeclaration;
import dev.samdan.pipeline.PipelineDeclaration;
import dev.samdan.pipeline.StageDeclaration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class DerivedPipelinesTest {
  private final ApplicationDeclaration declaration =
      ApplicationFileTest.valid(ApplicationFileTest.WHOLE);

  @Test
  void dev_builds_deploys_and_tests_the_api() {
    PipelineDeclaration pipeline = derive("dev", Tier.API);
    assertThat(pipeline.name()).isEqualTo("sample-dev-api");
    assertThat(pipeline.stages())
        .extracting(StageDeclaration::name)
        .containsExactly("Source", "Build", "Deploy", "Test");
    assertThat(action(pipeline, 0, 0).configuration())
        .containsEntry("FullRepositoryId", "sample")
        .containsEntry("BranchName", "dev");
    assertThat(action(pipeline, 1, 0).configuration())
        .containsEntry("ProjectName", "sample-dev-api");
    assertThat(action(pipeline, 1, 1).runOrder()).isEqualTo(2);
    assertThat(action(pipeline, 1, 1).configuration())
        .containsEntry("ECRRepositoryName", "sample/api")
        .containsEntry("DockerFilePath", "docker/Dockerfile")
        .containsEntry("ImageTags", "#{SourceVariables.CommitId}");
    assertThat(action(pipeline, 2, 0).configuration())
        .containsEntry("DeploymentGroupName", "sample-dev-api")
        .doesNotContainKey("AppSpecTemplatePath");
    assertThat(action(pipeline, 3, 0).configuration())
        .containsEntry("ProjectName", "sample-dev-api-test");
  }

  @Test
  void production_asks_before_it_builds() {
    assertThat(derive("prod", Tier.API).stages())
        .extracting(StageDeclaration::name)
        .containsExactly("Source", "Approve", "Build", "Deploy");
    assertThat(derive("prod", Tier.WEB).stages())
        .extracting(StageDeclaration::name)
        .containsExactly("Source", "Approve", "Build", "Deploy");
  }

  @Test
  void the_base_image_has_a_pipeline_of_its_own() {
    ApiTier.BaseImage base =
        Objects.requireNonNull(Objects.requireNonNull(declaration.api()).base());
    PipelineDeclaration pipeline = DerivedPipelines.base(declaration, base, "dev");
    assertThat(pipeline.name()).isEqualTo("sample-base");
    assertThat(action(pipeline, 1, 0).configuration())
        .containsEntry("ECRRepositoryName", "sample/api-base")
        .containsEntry("DockerFilePath", "docker/Dockerfile-base");
  }

  private PipelineDeclaration derive(String environment, Tier tier) {
    return DerivedPipelines.of(
        declaration, declaration.environment(environment).orElseThrow(), tier);
  }

  private static ActionDeclaration action(PipelineDeclaration pipeline, int stage, int action) {
    return pipeline.stages().get(stage).actions().get(action);
  }
}
