package dev.samdan.deploy;

import static dev.samdan.deploy.DeploymentsTest.body;
import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.runtime.OneOff;
import dev.samdan.runtime.TaskDefinition;
import dev.samdan.runtime.TaskDefinitionReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which task definition a deployment deploys, and which image in it. */
class TaskDefinitionsTest {
  private static final String REGISTERED =
      """
      {"family": "staff", "containerDefinitions": [{"name": "web", "image": "<IMAGE1_NAME>",
        "environment": [{"name": "VERSION", "value": "%s"}], "portMappings": [{"containerPort": 80}]}]}
      """;

  @TempDir Path home;
  private Platform platform;

  @BeforeEach
  void start() throws IOException {
    platform = new Platform(home);
    platform.declare("c1", Platform.DECLARATION);
  }

  @AfterEach
  void stop() throws InterruptedException {
    platform.close();
  }

  @Test
  void an_appspec_that_names_a_revision_deploys_that_revision_with_the_built_image()
      throws Exception {
    register("one");
    register("two");
    platform.sourceFiles.put("c1", Map.of("api/appspec.yaml", appspec("staff:1", 80)));

    assertThat(platform.deliver("c1", Map.of("VERSION", "image")).status())
        .isEqualTo(ExecutionStatus.Succeeded);

    assertThat(body(platform.dev().url() + "/api/version")).isEqualTo("one");
    TaskDefinition deployed =
        platform.tasks.taskDefinition(platform.newest().taskDefinition()).orElseThrow();
    assertThat(deployed.name()).isEqualTo("staff:3");
    assertThat(deployed.container().image()).isEqualTo(platform.newest().image());
    assertThat(deployed.raw()).contains(platform.newest().image()).doesNotContain("IMAGE1_NAME");

    platform.sourceFiles.put(
        "c2",
        Map.of(
            "api/appspec.yaml",
            appspec("arn:aws:ecs:ap-northeast-2:111122223333:task-definition/staff:3", 80)));
    platform.declare("c2", Platform.DECLARATION);
    platform.deliver("c2", Map.of("VERSION", "image"));
    TaskDefinition next =
        platform.tasks.taskDefinition(platform.newest().taskDefinition()).orElseThrow();
    assertThat(next.container().image()).isEqualTo(platform.newest().image());
    assertThat(next.container().withImage("")).isEqualTo(deployed.container().withImage(""));
  }

  @Test
  void an_unknown_revision_is_refused_with_those_that_there_are() {
    register("one");
    platform.sourceFiles.put("c1", Map.of("api/appspec.yaml", appspec("staff:7", 80)));

    ExecutionView execution = platform.deliver("c1", Map.of("VERSION", "1"));

    assertThat(execution.stages().getLast().actions().getFirst().error())
        .contains(
            "api/appspec.yaml: TaskDefinition: there is no task definition staff:7; there is"
                + " staff:1. 'samdan taskdef register FILE' registers one");
  }

  @Test
  void a_port_that_the_container_does_not_map_is_refused() {
    register("one");
    platform.sourceFiles.put("c1", Map.of("api/appspec.yaml", appspec("staff:1", 81)));

    ExecutionView execution = platform.deliver("c1", Map.of("VERSION", "1"));

    assertThat(execution.stages().getLast().actions().getFirst().error())
        .contains("ContainerPort: 81 is not mapped by web, which has [80]");
  }

  @Test
  void a_placeholder_of_no_image_is_refused_by_its_name() {
    platform.sourceFiles.put(
        "c1",
        Map.of(
            "api/taskdef.json",
            "{\"containerDefinitions\": [{\"name\": \"app\", \"image\": \"<IMAGE_OTHER>\"}]}"));

    ExecutionView execution = platform.deliver("c1", Map.of("VERSION", "1"));

    assertThat(execution.stages().getLast().actions().getFirst().error())
        .contains("container app: <IMAGE_OTHER> stands for no image of this pipeline");
  }

  @Test
  void secrets_of_the_task_definition_and_of_samdan_yml_reach_the_task_and_its_commands()
      throws Exception {
    platform.secrets.put("staff/key", "s3cret");
    platform.secrets.put("team", "red");
    platform.declare(
        "c1", Platform.DECLARATION.replace("health:", "secrets: {TEAM: team}\n    health:"));
    platform.sourceFiles.put(
        "c1",
        Map.of(
            "api/taskdef.json",
            "{\"volumes\": [{\"name\": \"v\"}], \"containerDefinitions\": [{\"name\": \"app\","
                + " \"image\": \"<IMAGE1_NAME>\", \"mountPoints\": [{\"sourceVolume\": \"v\","
                + " \"containerPath\": \"/sync\"}], \"secrets\": [{\"name\": \"KEY\","
                + " \"valueFrom\": \"staff/key\"}]}]}"));

    platform.deliver("c1", Map.of("VERSION", "1"));

    assertThat(body(platform.dev().url() + "/api/env").lines()).contains("KEY=s3cret", "TEAM=red");
    OneOff command =
        platform.deployments.oneOff(
            "sample",
            "dev",
            "x1",
            List.of("sh", "-c", "echo $KEY; echo kept > \"$SAMDAN_ROOT/sync/file\""),
            Map.of(),
            Duration.ofMinutes(1));
    assertThat(platform.tasks.run(command).lastLines()).containsExactly("s3cret");
    assertThat(home.resolve("volumes/sample-dev")).isDirectoryRecursivelyContaining("glob:**/file");
  }

  @Test
  void a_secret_that_does_not_exist_is_named_when_the_task_cannot_start() {
    platform.declare(
        "c1", Platform.DECLARATION.replace("health:", "secrets: {TEAM: team}\n    health:"));

    platform.deliver("c1", Map.of("VERSION", "1"));

    assertThat(platform.newest().error())
        .contains("The task could not start: ResourceInitializationError")
        .contains("team for TEAM does not exist in dev: samdan secret set sample dev NAME");
  }

  private void register(String version) {
    var _ =
        platform.tasks.register(
            TaskDefinitionReader.read("taskdef.json", REGISTERED.formatted(version), null)
                .orThrow());
  }

  private static String appspec(String definition, int port) {
    return """
    version: 0.0
    Resources:
      - TargetService:
          Type: AWS::ECS::Service
          Properties:
            TaskDefinition: "%s"
            LoadBalancerInfo: {ContainerName: web, ContainerPort: %d}
    """
        .formatted(definition, port);
  }
}
