package dev.samdan.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Problem;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TaskDefinitionReaderTest {
  private static final String WHOLE =
      """
      {
        "family": "staff", "networkMode": "awsvpc", "cpu": "1 vCPU", "memory": "2GB",
        "requiresCompatibilities": ["FARGATE"],
        "executionRoleArn": "arn:aws:iam::111122223333:role/exec", "taskRoleArn": null,
        "runtimePlatform": {"cpuArchitecture": "X86_64"},
        "volumes": [
          {"name": "sync", "host": {}},
          {"name": "folder", "host": {"sourcePath": "/srv/data"}},
          {"name": "scratch", "dockerVolumeConfiguration": {"scope": "task"}}
        ],
        "containerDefinitions": [
          {
            "name": "app", "image": "<IMAGE1_NAME>", "cpu": 256, "memory": 512, "memoryReservation": 256,
            "portMappings": [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp", "appProtocol": "http"}],
            "environment": [{"name": "TZ", "value": "Asia/Seoul"}],
            "secrets": [{"name": "DB", "valueFrom": "arn:aws:secretsmanager:r:1:secret:rds!db-AbCdEf:password::"}],
            "entryPoint": [], "command": ["boot.sh"], "workingDirectory": "/app", "user": "1000:1000",
            "healthCheck": {"command": ["CMD-SHELL", "curl -f http://localhost/"], "interval": 10, "retries": 5},
            "dependsOn": [{"containerName": "cache", "condition": "HEALTHY"}, {"containerName": "init", "condition": "SUCCESS"}],
            "startTimeout": 60, "stopTimeout": 20,
            "restartPolicy": {"enabled": true, "ignoredExitCodes": [0, 3], "restartAttemptPeriod": 60},
            "mountPoints": [{"sourceVolume": "sync", "containerPath": "/sample/sync_data", "readOnly": false}],
            "volumesFrom": [{"sourceContainer": "cache", "readOnly": true}],
            "ulimits": [{"name": "nofile", "softLimit": 1024, "hardLimit": 4096}],
            "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/ecs/staff"}},
            "linuxParameters": {"initProcessEnabled": true, "capabilities": {"drop": ["ALL"]},
              "tmpfs": [{"containerPath": "/tmp", "size": 32}]},
            "readonlyRootFilesystem": true, "dockerLabels": {"team": "staff"},
            "extraHosts": [{"hostname": "db", "ipAddress": "10.0.0.2"}]
          },
          {"name": "cache", "image": "team/cache:1", "healthCheck": {"command": ["CMD", "ping"]}},
          {"name": "init", "image": "team/init:1", "essential": false}
        ]
      }
      """;

  @Test
  void every_field_that_is_honoured_is_read() {
    TaskDefinitionReader.Result result = TaskDefinitionReader.read("taskdef.json", WHOLE);

    assertThat(result.problems()).isEmpty();
    TaskDefinitionInput definition = Objects.requireNonNull(result.definition());
    assertThat(definition.family()).isEqualTo("staff");
    assertThat(definition.networkMode()).isEqualTo("awsvpc");
    assertThat(definition.raw()).isEqualTo(WHOLE);
    assertThat(definition.volumes())
        .containsExactly(
            new Volume("sync", null, false),
            new Volume("folder", "/srv/data", false),
            new Volume("scratch", null, true));
    assertThat(definition.containerDefinitions().getFirst())
        .isEqualTo(
            new ContainerBuilder("app", "<IMAGE1_NAME>")
                .cpu(256)
                .memory(512)
                .memoryReservation(256)
                .containerPort(8080)
                .portMappings(List.of(new PortMapping(8080, 8080, "tcp")))
                .environment(Map.of("TZ", "Asia/Seoul"))
                .secrets(
                    List.of(
                        new SecretVariable(
                            "DB", "arn:aws:secretsmanager:r:1:secret:rds!db-AbCdEf:password::")))
                .command(List.of("boot.sh"))
                .workingDirectory("/app")
                .user("1000:1000")
                .healthCheck(
                    new ContainerHealthCheck(
                        List.of("CMD-SHELL", "curl -f http://localhost/"), 10, 5, 5, 0))
                .dependsOn(
                    List.of(
                        new Dependency("cache", Dependency.Condition.HEALTHY),
                        new Dependency("init", Dependency.Condition.SUCCESS)))
                .startTimeout(60)
                .stopTimeout(20)
                .restartPolicy(new RestartPolicy(true, List.of(0, 3), 60))
                .mountPoints(List.of(new MountPoint("sync", "/sample/sync_data", false)))
                .volumesFrom(List.of(new VolumeFrom("cache", true)))
                .ulimits(List.of(new Ulimit("nofile", 1024, 4096)))
                .logConfiguration(
                    new LogConfiguration("awslogs", Map.of("awslogs-group", "/ecs/staff")))
                .linuxParameters(
                    new LinuxParameters(
                        true,
                        List.of(),
                        List.of("ALL"),
                        null,
                        List.of(new LinuxParameters.Tmpfs("/tmp", 32, List.of())),
                        null,
                        null))
                .options(
                    new ContainerOptions(
                        true,
                        false,
                        false,
                        false,
                        false,
                        null,
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of("db", "10.0.0.2"),
                        Map.of("team", "staff"),
                        List.of(),
                        Map.of()))
                .build());
  }

  @Test
  void a_described_definition_with_nulls_and_output_members_is_read_without_a_word() {
    TaskDefinitionReader.Result result =
        TaskDefinitionReader.read(
            "taskdef.json",
            """
            \uFEFF{"taskDefinitionArn": "arn:x", "revision": 3, "status": "ACTIVE", "requiresAttributes": [{}],
            \t"compatibilities": ["EC2"], "registeredAt": 1.7e9, "cpu": null, "memory": null, "volumes": [], "tags": null,
             "containerDefinitions": [{"name": "app", "image": "a/b:1", "cpu": 0, "command": null, "links": null,
               "linuxParameters": null, "healthCheck": null, "dependsOn": null, "essential": null,
               "portMappings": [{"containerPort": 8000, "hostPort": 0, "protocol": "tcp"}]}]}
            """,
            "sample-dev");

    assertThat(result.problems()).isEmpty();
    assertThat(Objects.requireNonNull(result.definition()).family()).isEqualTo("sample-dev");
    ContainerDefinition container = result.definition().containerDefinitions().getFirst();
    assertThat(container.essential()).isTrue();
    assertThat(container.containerPort()).isEqualTo(8000);
  }

  @Test
  void every_mistake_is_told_where_it_stands() {
    assertThat(
            errors(
                """
                {"family": "a b", "cpu": "much", "networkMode": "vpc",
                 "volumes": [{"name": "e", "efsVolumeConfiguration": {"fileSystemId": "fs-1"}}],
                 "containerDefinitions": [
                  {"name": "app", "cpu": "much", "essential": false, "memory": 128, "memoryReservation": 256},
                  {"name": "app", "image": "x", "essential": "no",
                   "portMappings": [{"containerPort": 99999}],
                   "environment": [{"name": "A", "value": "1"}], "secrets": [{"name": "A", "valueFrom": "x"}],
                   "healthCheck": {"command": ["curl"], "interval": 1},
                   "dependsOn": [{"containerName": "db", "condition": "UP"}, {"containerName": "db2", "condition": "START"}],
                   "mountPoints": [{"sourceVolume": "v", "containerPath": "data"}]}]}
                """))
        .contains(
            "taskdef.json:1:12: error: family: a b is not 1 to 255 letters, digits, '-' or '_'",
            "taskdef.json:1:26: error: cpu: much is not a number of CPU units such as 256, or \"1"
                + " vCPU\"",
            "taskdef.json:1:49: error: networkMode: vpc is not one of bridge, host, awsvpc, none,"
                + " default",
            "taskdef.json:2:54: error: volumes[0].efsVolumeConfiguration: is a file system of AWS,"
                + " which is not here; leave it out, and the volume is one of this machine that"
                + " outlives deployments",
            "taskdef.json:4:3: error: containerDefinitions[0]: has no image",
            "taskdef.json:4:26: error: containerDefinitions[0].cpu: much is not a whole number",
            "taskdef.json:4:64: error: containerDefinitions[0].memory: 128 must be more than"
                + " memoryReservation, 256",
            "taskdef.json:5:12: error: containerDefinitions[1].name: app is given twice",
            "taskdef.json:5:46: error: containerDefinitions[1].essential: must be true or false",
            "taskdef.json:6:39: error: containerDefinitions[1].portMappings[0].containerPort: 99999"
                + " is not from 1 to 65535",
            "taskdef.json:7:71: error: containerDefinitions[1].secrets[0].name: A is in environment"
                + " too; keep one of them",
            "taskdef.json:8:31: error: containerDefinitions[1].healthCheck.command: must begin with"
                + " CMD or CMD-SHELL and name a command, such as [\"CMD-SHELL\", \"curl -f"
                + " http://localhost/ || exit 1\"]",
            "taskdef.json:8:53: error: containerDefinitions[1].healthCheck.interval: 1 is not from"
                + " 5 to 300",
            "taskdef.json:9:55: error: containerDefinitions[1].dependsOn[0].condition: UP is not"
                + " one of START, COMPLETE, SUCCESS, HEALTHY",
            "taskdef.json:9:17: error: containerDefinitions[1].dependsOn: 'db2' is no container of"
                + " this task definition; it has app",
            "taskdef.json:10:59: error: containerDefinitions[1].mountPoints[0].containerPath: data"
                + " is not a path in the container; it begins with /",
            "taskdef.json:10:19: error: containerDefinitions[1].mountPoints: 'v' is not declared in"
                + " volumes; add {\"name\": \"v\"} there");
  }

  @Test
  void containers_that_wait_for_each_other_or_for_an_essential_ones_end_are_refused() {
    assertThat(
            errors(
                """
                {"containerDefinitions": [
                 {"name": "a", "image": "x", "dependsOn": [{"containerName": "b", "condition": "SUCCESS"}]},
                 {"name": "b", "image": "x", "dependsOn": [{"containerName": "a", "condition": "START"}]}]}
                """))
        .containsExactlyInAnyOrder(
            "taskdef.json:2:43: error: containerDefinitions[0].dependsOn: b is essential, so its"
                + " end ends the task; say \"essential\": false there to wait for SUCCESS",
            "taskdef.json:2:43: error: containerDefinitions[0].dependsOn: a waits for itself in a"
                + " circle");
  }

  @Test
  void containers_that_take_each_others_volumes_are_refused() {
    assertThat(
            errors(
                """
                {"containerDefinitions": [
                 {"name": "a", "image": "x", "volumesFrom": [{"sourceContainer": "b"}]},
                 {"name": "b", "image": "x", "volumesFrom": [{"sourceContainer": "a"}]}]}
                """))
        .singleElement()
        .asString()
        .endsWith("containerDefinitions[0].volumesFrom: a takes the volumes of itself in a circle");
  }

  @Test
  void what_is_not_json_and_what_nobody_knows_is_told() {
    assertThat(errors("{\"containerDefinitions\": [{\"containerPort\": $PORT}]}"))
        .singleElement()
        .asString()
        .startsWith("taskdef.json:1:")
        .contains("not valid JSON: ");
    assertThat(errors("[]"))
        .containsExactly(
            "taskdef.json:1:1: error: not a task definition: it must be a JSON object");
    assertThat(errors("")).isNotEmpty();
    assertThat(
            TaskDefinitionReader.read(
                    "taskdef.json",
                    "{\"containerDefinitions\": [{\"name\": \"a\", \"image\": \"x\", \"cmd\":"
                        + " []}]}")
                .problems())
        .extracting(Problem::toString)
        .containsExactly(
            "taskdef.json:1:55: warning: containerDefinitions[0].cmd is not known; it is kept and"
                + " has no effect");
    assertThat(
            TaskDefinitionReader.read("t.json", "{\"containerDefinitions\": []}", null).problems())
        .extracting(Problem::message)
        .contains("the family is missing");
  }

  @Test
  void broken_documents_are_answered_with_problems_and_never_with_a_crash() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder(WHOLE);
      for (int change = random.nextInt(4); change >= 0; change--) {
        int at = random.nextInt(text.length());
        switch (random.nextInt(3)) {
          case 0 -> text.deleteCharAt(at);
          case 1 -> text.insert(at, "{}[]:,\"0-nt\\\0".charAt(random.nextInt(13)));
          default ->
              text.replace(
                  at,
                  Math.min(text.length(), at + 5),
                  List.of("null", "[]", "{}", "1", "\"\"").get(random.nextInt(5)));
        }
      }
      TaskDefinitionReader.Result result =
          TaskDefinitionReader.read("taskdef.json", text.toString());
      assertThat(result.definition() != null || !result.problems().isEmpty())
          .as("seed %d, text %s", seed, text)
          .isTrue();
    }
  }

  private static List<String> errors(String text) {
    return TaskDefinitionReader.read("taskdef.json", text).problems().stream()
        .filter(Problem::isError)
        .map(Problem::toString)
        .toList();
  }
}
