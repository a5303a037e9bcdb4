package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AppspecFileTest {
  private static final String WHOLE =
      """
      version: 0.0
      Resources:
        - TargetService:
            Type: AWS::ECS::Service
            Properties:
              TaskDefinition: <TASK_DEFINITION>
              LoadBalancerInfo:
                ContainerName: app
                ContainerPort: 80
              PlatformVersion: LATEST
              NetworkConfiguration:
                AwsvpcConfiguration: {Subnets: [subnet-1], SecurityGroups: [sg-1], AssignPublicIp: DISABLED}
              CapacityProviderStrategy:
                - {Base: 1, CapacityProvider: FARGATE_SPOT, Weight: 2}
      Hooks:
        - AfterAllowTraffic: null
        - BeforeAllowTraffic: arn:aws:lambda:ap-northeast-2:111122223333:function:Validate
        - AfterInstall: {run: [sh, check.sh], timeout: 90s}
        - BeforeInstall: ./before.sh --all
        - AfterAllowTestTraffic: https://checks.example.com/go
      """;

  @Test
  void a_whole_file_is_read_without_a_word() {
    AppspecFile.Result result = AppspecFile.read("appspec.yaml", WHOLE);

    assertThat(result.problems()).isEmpty();
    AppspecFile appspec = Objects.requireNonNull(result.appspec());
    assertThat(appspec.isPlaceholder()).isTrue();
    assertThat(appspec.containerName()).isEqualTo("app");
    assertThat(appspec.containerPort()).isEqualTo(80);
    assertThat(appspec.hooks())
        .containsExactly(
            new AppspecFile.Hook("BeforeInstall", "./before.sh --all", List.of(), null, 19, 20),
            new AppspecFile.Hook(
                "AfterInstall", "", List.of("sh", "check.sh"), Duration.ofSeconds(90), 18, 25),
            new AppspecFile.Hook(
                "AfterAllowTestTraffic", "https://checks.example.com/go", List.of(), null, 20, 28),
            new AppspecFile.Hook(
                "BeforeAllowTraffic",
                "arn:aws:lambda:ap-northeast-2:111122223333:function:Validate",
                List.of(),
                null,
                17,
                25));
    assertThat(appspec.hooks().getLast().function()).contains("Validate");
  }

  @Test
  void keys_match_whatever_their_case_and_another_version_is_a_warning() {
    AppspecFile.Result result =
        AppspecFile.read(
            "appspec.yml",
            """
            version: 1
            os: linux
            resources:
              - AnyName:
                  type: AWS::ECS::Service
                  properties:
                    taskDefinition: "<TASK_DEFINITION>"
                    loadBalancerInfo: {containerName: app, containerPort: "80"}
            hooks: [{beforeAllowTraffic: null}]
            """);

    assertThat(result.appspec())
        .isEqualTo(new AppspecFile("<TASK_DEFINITION>", "app", 80, List.of()));
    assertThat(result.problems())
        .extracting(Problem::toString)
        .containsExactly(
            "appspec.yml:1:10: warning: version: 1 is not 0.0, the only version there is",
            "appspec.yml:2:1: warning: os is for EC2 and is passed over here");
  }

  @Test
  void json_is_read_too() {
    assertThat(
            AppspecFile.parse(
                    "appspec.json",
                    """
                    {"version": 0.0, "Resources": [{"T": {"Type": "AWS::ECS::Service", "Properties": {
                    \t"TaskDefinition": "arn:aws:ecs:ap-northeast-2:111122223333:task-definition/staff:7",
                    \t"LoadBalancerInfo": {"ContainerName": "app", "ContainerPort": 8080}}}}]}
                    """)
                .revision())
        .contains("staff:7");
  }

  @Test
  void a_family_without_revision_means_its_newest() {
    for (String name :
        List.of(
            "staff",
            "arn:aws:ecs:r:1:task-definition/staff",
            "arn:aws:ecs:r:1:task-definition/staff:*")) {
      AppspecFile.Result result = AppspecFile.read("appspec.yaml", with("<TASK_DEFINITION>", name));
      assertThat(Objects.requireNonNull(result.appspec()).revision()).contains("staff");
      assertThat(result.problems())
          .singleElement()
          .satisfies(p -> assertThat(p.message()).contains("names no revision"));
    }
  }

  @Test
  void a_file_name_or_an_unreplaced_placeholder_is_no_task_definition() {
    assertThatThrownBy(
            () -> AppspecFile.parse("appspec.yaml", with("<TASK_DEFINITION>", "taskdef.json")))
        .hasMessage(
            "appspec.yaml:6:25: error: TaskDefinition: taskdef.json is a file's name; write"
                + " <TASK_DEFINITION> for it");
    assertThatThrownBy(
            () -> AppspecFile.parse("appspec.yaml", with("<TASK_DEFINITION>", "$TASKDEF")))
        .hasMessageContaining("TaskDefinition: $TASKDEF is neither");
    assertThatThrownBy(() ->
            AppspecFile.parse("appspec.yaml", with("ContainerPort: 80", "ContainerPort: <PORT>")))
        .hasMessageContaining("appspec.yaml:9:26: error: ContainerPort: <PORT> is not a port");
  }

  @Test
  void every_mistake_is_told_where_it_stands() {
    assertThatThrownBy(() ->
            AppspecFile.parse(
                "appspec.yaml",
                """
                version: 0.0
                Resources:
                  - TargetService:
                      Type: AWS::Lambda::Function
                      Properties:
                        LoadBalancerInfo: {ContainerPort: 0}
                Hooks:
                  - AfterInstal: x
                  - AfterInstall: [a, [b]]
                  - AfterInstall: c
                  - BeforeInstall: {timeout: soon}
                """))
        .hasMessage(
            """
            appspec.yaml:4:13: error: Type: AWS::Lambda::Function is not AWS::ECS::Service, the only one deployed here
            appspec.yaml:6:9: error: Properties have no TaskDefinition: write <TASK_DEFINITION>
            appspec.yaml:6:27: error: LoadBalancerInfo has no ContainerName
            appspec.yaml:6:43: error: ContainerPort: 0 is not a port (1 to 65535)
            appspec.yaml:8:5: error: AfterInstal is no lifecycle event of ECS; there are BeforeInstall, AfterInstall, AfterAllowTestTraffic, BeforeAllowTraffic, AfterAllowTraffic
            appspec.yaml:9:23: error: AfterInstall: a command's words must be texts
            appspec.yaml:10:5: error: AfterInstall is given twice
            appspec.yaml:11:20: error: BeforeInstall has nothing to run: write run: with a command or an http(s) address\
            """);
  }

  @Test
  void broken_files_are_answered_with_problems_and_never_with_a_crash() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder(WHOLE);
      for (int change = random.nextInt(6); change >= 0; change--) {
        int at = random.nextInt(Math.max(1, text.length() - 1));
        switch (random.nextInt(3)) {
          case 0 -> text.delete(at, Math.min(text.length(), at + 1));
          case 1 ->
              text.insert(
                  Math.min(at, text.length()), "{}[]:-\"'\n\t<&*!|>#\0".charAt(random.nextInt(17)));
          default -> text.setLength(Math.max(1, at));
        }
      }
      AppspecFile.Result result = AppspecFile.read("appspec.yaml", text.toString());
      assertThat(result.appspec() != null || !result.problems().isEmpty())
          .as("seed %d, text %s", seed, text)
          .isTrue();
    }
  }

  private static String with(String from, String to) {
    return WHOLE.replace(from, to);
  }
}
