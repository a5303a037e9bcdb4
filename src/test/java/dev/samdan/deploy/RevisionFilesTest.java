package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.runtime.TaskDefinitionInput;
import org.junit.jupiter.api.Test;

class RevisionFilesTest {
  @Test
  void a_described_task_definition_with_nulls_and_output_fields_is_read() {
    TaskDefinitionInput input =
        TaskdefFile.parse(
            "taskdef.json",
            """
            {"taskDefinitionArn": "arn:x", "revision": 3, "status": "ACTIVE", "requiresAttributes": [], "cpu": "1 vCPU",
             "memory": null, "containerDefinitions": [{"name": "app", "image": "a/b:1", "cpu": 0, "command": null,
             "environment": [{"name": "A", "value": "1"}], "mountPoints": [{"sourceVolume": "v", "containerPath": "/v"}],
             "portMappings": [{"containerPort": 8000, "hostPort": 0}]}]}
            """,
            "sample-dev",
            8080);

    assertThat(input.family()).isEqualTo("sample-dev");
    assertThat(input.cpu()).isEqualTo("1 vCPU");
    assertThat(input.memory()).isNull();
    assertThat(input.containerDefinitions())
        .singleElement()
        .satisfies(c -> {
          assertThat(c.essential()).isTrue();
          assertThat(c.containerPort()).isEqualTo(8000);
          assertThat(c.environment()).containsEntry("A", "1");
          assertThat(c.command()).isEmpty();
          assertThat(c.volumes()).containsExactly("/v");
        });
  }

  @Test
  void all_problems_of_a_task_definition_are_told_at_once() {
    assertThatThrownBy(() ->
            TaskdefFile.parse(
                "taskdef.json",
                "{\"containerDefinitions\": [{\"name\": \"app\", \"cpu\": \"much\", \"essential\":"
                    + " false}]}",
                "f",
                8080))
        .hasMessageContaining("a container has no image")
        .hasMessageContaining("cpu: much is not a whole number")
        .hasMessageContaining("no container is essential");
  }
}
