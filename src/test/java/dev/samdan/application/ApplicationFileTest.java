package dev.samdan.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.EnvironmentDeclaration.Approval;
import dev.samdan.application.EnvironmentDeclaration.TestWhen;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ApplicationFileTest {
  static final String WHOLE =
      """
      application: sample
      tiers:
        web:
          source: web
          build: buildspec.yml
          spa: true
        api:
          source: api
          build: buildspec.yml
          dockerfile: docker/Dockerfile
          base: {dockerfile: docker/Dockerfile-base, rebuild-on: [requirements.txt]}
          port: 8080
          health: /health
          paths: [/api/**, /docs/**]
          desired-count: 2
          environment: {TZ: Asia/Seoul}
          volumes: [/sample/sync_data]
          deployment-config: ECSAllAtOnce
          tests: buildspec-test.yml
        data:
          engine: postgresql
          migrate: [bash, ./migrate.sh]
      environments:
        dev:  {branch: dev,  room: "52g Studio Dev Test", test-when: after-traffic}
        prod: {branch: main, room: "52g Studio", approval: required, domains: [staff.example.com]}
      """;

  @Test
  void the_whole_example_is_read() {
    ApplicationDeclaration declaration = valid(WHOLE);
    assertThat(declaration.name()).isEqualTo("sample");
    assertThat(declaration.web())
        .isEqualTo(new WebTier(null, "web", BuildDeclaration.of("buildspec.yml"), true));
    assertThat(declaration.api())
        .isEqualTo(
            new ApiTier(
                null,
                "api",
                BuildDeclaration.of("buildspec.yml"),
                "docker/Dockerfile",
                new ApiTier.BaseImage("docker/Dockerfile-base", List.of("requirements.txt")),
                8080,
                "/health",
                List.of("/api/**", "/docs/**"),
                2,
                Map.of("TZ", "Asia/Seoul"),
                List.of("/sample/sync_data"),
                "ECSAllAtOnce",
                BuildDeclaration.of("buildspec-test.yml"),
                null,
                null,
                Map.of(),
                Map.of(),
                DeploymentPolicy.USUAL));
    assertThat(declaration.jobs()).isEmpty();
    assertThat(declaration.data())
        .isEqualTo(new DataTier("postgresql", List.of("bash", "./migrate.sh")));
    assertThat(declaration.environments())
        .containsExactly(
            new EnvironmentDeclaration(
                "dev",
                "dev",
                "52g Studio Dev Test",
                TestWhen.AFTER_TRAFFIC,
                Approval.NONE,
                List.of()),
            new EnvironmentDeclaration(
                "prod",
                "main",
                "52g Studio",
                TestWhen.AFTER_TRAFFIC,
                new Approval(true, false),
                List.of("staff.example.com")));
  }

  @Test
  void everything_but_the_name_and_one_tier_has_a_default() {
    ApplicationDeclaration declaration = valid("application: shop\ntiers: {web:, api:, data:}\n");
    assertThat(declaration.web())
        .isEqualTo(new WebTier(null, "web", BuildDeclaration.of("buildspec.yml"), true));
    ApiTier api = Objects.requireNonNull(declaration.api());
    assertThat(api.port()).isZero();
    assertThat(api.desiredCount()).isEqualTo(2);
    assertThat(api.dockerfile()).isEqualTo("docker/Dockerfile");
    assertThat(api.base()).isNull();
    assertThat(api.tests()).isNull();
    assertThat(api.paths()).containsExactly("/api/**");
    assertThat(declaration.data()).isEqualTo(new DataTier("postgresql", List.of()));
    assertThat(declaration.environments())
        .extracting(
            e -> e.name() + " " + e.branch() + " " + e.room() + " " + e.approval().required())
        .containsExactly("dev dev shop dev false", "prod main shop prod true");
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of("tiers: {web: {source: .}}", "web.source", ""),
        Arguments.of("tiers: {web: {source: ./front/}}", "web.source", "front"),
        Arguments.of(
            "tiers: {web: {source: web, repository: sample-web}}", "web.repository", "sample-web"),
        Arguments.of(
            "tiers: {api: {deployment-config: CodeDeployDefault.ECSCanary10Percent5Minutes}}",
            "api.deployment-config",
            "ECSCanary10Percent5Minutes"),
        Arguments.of(
            "tiers: {api: {environment: {N: 010, EMPTY: , ON: yes}}}",
            "api.environment",
            "{N=010, EMPTY=, ON=yes}"),
        Arguments.of(
            "tiers: {api: , data: {migrate: ./migrate.sh --all}}",
            "data.migrate",
            "[sh, -c, ./migrate.sh --all]"),
        Arguments.of("tiers: {api: {volumes: [/data/]}}", "api.volumes", "[/data]"),
        Arguments.of(
            "tiers: {api: {build: {image: tools:1, cpus: 2, memory: 512, timeout: 5}}}",
            "api.build",
            "BuildDeclaration[buildspec=buildspec.yml, image=tools:1, cpus=2, memoryMiB=512,"
                + " timeoutMinutes=5]"),
        Arguments.of(
            "tiers: {api: {tests: {buildspec: t.yml}}}",
            "api.tests",
            "BuildDeclaration[buildspec=t.yml, image=null, cpus=0, memoryMiB=0,"
                + " timeoutMinutes=60]"),
        Arguments.of(
            "tiers: {api: }\nenvironments: {prod: {approval: {four-eyes: true}}}",
            "approval",
            "Approval[required=true, fourEyes=true]"),
        Arguments.of(
            "tiers: {api: }\nenvironments: {prod: {approval: none}}",
            "approval",
            "Approval[required=false, fourEyes=false]"),
        Arguments.of(
            "tiers: {api: }\nbranches: {dev: {direct-push: refuse}}\nenvironments: {qa: }",
            "branch",
            "qa"),
        Arguments.of(
            "tiers: {api: }\nenvironments: {qa: {test-when: before-traffic}}",
            "test-when",
            "BEFORE_TRAFFIC"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void a_value_is_kept_as(String text, String what, String expected) {
    ApplicationDeclaration declaration = valid("application: a\n" + text + "\n");
    EnvironmentDeclaration environment = declaration.environments().getLast();
    Object found =
        switch (what) {
          case "web.source" -> Objects.requireNonNull(declaration.web()).source();
          case "web.repository" -> declaration.repositoryOf(Tier.WEB);
          case "api.deployment-config" ->
              Objects.requireNonNull(declaration.api()).deploymentConfig();
          case "api.environment" -> Objects.requireNonNull(declaration.api()).environment();
          case "api.build" -> Objects.requireNonNull(declaration.api()).build();
          case "api.tests" ->
              Objects.requireNonNull(Objects.requireNonNull(declaration.api()).tests());
          case "api.volumes" -> Objects.requireNonNull(declaration.api()).volumes();
          case "data.migrate" -> Objects.requireNonNull(declaration.data()).migrate();
          case "approval" -> environment.approval();
          case "branch" -> environment.branch();
          case "test-when" -> environment.testWhen();
          default -> throw new IllegalArgumentException(what);
        };
    assertThat(found).hasToString(expected);
  }

  static Stream<Arguments> problems() {
    return Stream.of(
        Arguments.of(
            "tiers: {api: {port: 80800}}",
            "2:21: tiers.api.port: 80800 is not a port (1 to 65535)"),
        Arguments.of(
            "tiers: {api: {port: http}}", "2:21: tiers.api.port: http is not a port (1 to 65535)"),
        Arguments.of(
            "tiers: {api: {tests: {image: tools}}}",
            "2:22: tiers.api.tests: names no buildspec; write {buildspec: buildspec-test.yml, …}"),
        Arguments.of(
            "tiers: {api: {build: {image: 'a b'}}}",
            "2:30: tiers.api.build.image: a b is not an image's name, such as build-tools:1"),
        Arguments.of(
            "tiers: {api: {build: {memory: 2GB}}}",
            "2:31: tiers.api.build.memory: 2GB is not a memory in MiB (64 to 1048576)"),
        Arguments.of(
            "tiers: {api: {prot: 80}}", "2:15: tiers.api.prot: unknown key; did you mean 'port'?"),
        Arguments.of(
            "tiers: {backend: {port: 80}, api: }",
            "2:9: tiers.backend: unknown key; known here: web, api, data"),
        Arguments.of(
            "tiers: {api: }\nenviroments: {}",
            "3:1: enviroments: unknown key; did you mean 'environments'?"),
        Arguments.of("tiers: {}", "2:8: tiers: neither web nor api is declared"),
        Arguments.of("environments: {}", "1:1: tiers: neither web nor api is declared"),
        Arguments.of("tiers: [api]", "2:8: tiers: must be a mapping of keys and values"),
        Arguments.of(
            "tiers: {api: {source: ../x}}",
            "2:23: tiers.api.source: ../x leaves the folder that it is relative to"),
        Arguments.of(
            "tiers: {api: {source: /x}}",
            "2:23: tiers.api.source: /x is not a folder in the repository; write a path without a"
                + " leading /"),
        Arguments.of(
            "tiers: {api: {paths: [api]}}",
            "2:23: tiers.api.paths: api is not a path; it must begin with /"),
        Arguments.of(
            "tiers: {api: {desired-count: 0}}",
            "2:30: tiers.api.desired-count: 0 is not a number of tasks (1 to 100)"),
        Arguments.of(
            "tiers: {api: {environment: {1X: y}}}",
            "2:29: tiers.api.environment: 1X is not a variable's name (letters, digits and _, no"
                + " digit first)"),
        Arguments.of(
            "tiers: {api: {volumes: [data]}}",
            "2:25: tiers.api.volumes: data is not a folder in the container; it must begin with /"
                + " and name one"),
        Arguments.of(
            "tiers: {api: {deployment-config: ECSCanary10Percent5Minute}}",
            "2:34: tiers.api.deployment-config: ECSCanary10Percent5Minute is not a deployment"
                + " configuration; did you mean 'ECSCanary10Percent5Minutes'?"),
        Arguments.of(
            "tiers: {api: , data: {engine: mysql}}",
            "2:31: tiers.data.engine: mysql is not an engine; the data tier is postgresql"),
        Arguments.of("tiers: {web: {spa: 1}}", "2:20: tiers.web.spa: 1 is neither true nor false"),
        Arguments.of(
            "tiers: {api: }\nenvironments: {trial-a: }",
            "3:16: environments: trial-a begins with trial-, as the environments of trials do,"
                + " which come and go; name it otherwise"),
        Arguments.of(
            "tiers: {api: }\nenvironments: {Dev: }",
            "3:16: environments: Dev is not an environment's name"
                + " (a to z, 0 to 9 and -, begins with a letter, at most 20 characters)"),
        Arguments.of(
            "tiers: {api: }\nenvironments: {dev: {branch: a..b}}",
            "3:30: environments.dev.branch: a..b is not a branch's name"),
        Arguments.of(
            "tiers: {api: }\nenvironments: {dev: {test-when: never}}",
            "3:33: environments.dev.test-when: never is not one of: before-traffic, after-traffic"),
        Arguments.of(
            "tiers: {api: }\nenvironments: {dev: {domains: [a.com, A.com]}}",
            "3:39: environments.dev.domains: A.com is given twice, first in environments.dev"),
        Arguments.of(
            "tiers: {api: }\nenvironments: {dev: {domains: [shop.localhost]}}",
            "3:32: environments.dev.domains: shop.localhost is below localhost, where each"
                + " environment has its address already"),
        Arguments.of(
            "tiers: {api: }\nenvironments: {dev: {domains: ['*.localhost']}}",
            "3:32: environments.dev.domains: *.localhost is below localhost, where each"
                + " environment has its address already"),
        Arguments.of(
            "tiers: {api: }\nenvironments: {dev: {room: \"a\\u0007b\"}}",
            "3:28: environments.dev.room: a\u0007b is not a room's name (1 to 100 characters on one"
                + " line)"),
        Arguments.of(
            "tiers: {api: }\nenvironments: {prod: , production: }",
            "3:15: environments: prod and production are one address; keep one of them"),
        Arguments.of("tiers: {api: }\ntiers: {web: }", "3:1: 'tiers' is given twice"),
        Arguments.of(
            "tiers: {api: {port: [1]}}", "2:21: tiers.api.port: must be a text, not a list"));
  }

  @ParameterizedTest
  @MethodSource("problems")
  void a_problem_says_what_and_where(String text, String expected) {
    ApplicationFile.Parsed parsed =
        ApplicationFile.parse("samdan.yml", "application: a\n" + text + "\n");
    assertThat(parsed.declaration()).isNull();
    assertThat(parsed.errors()).isEqualTo("samdan.yml:" + expected);
  }

  @Test
  void all_problems_are_told_at_once_in_the_order_of_the_file() {
    ApplicationFile.Parsed parsed =
        ApplicationFile.parse(
            "samdan.yml",
            """
            application: My App
            tiers:
              api:
                prot: 80800
                port: 0
            environments:
              dev: {brnch: dev}
            """);
    assertThat(parsed.errors().lines().map(line -> line.replaceFirst(": .*", "")))
        .containsExactly("samdan.yml:1:14", "samdan.yml:4:5", "samdan.yml:5:11", "samdan.yml:7:9");
  }

  @Test
  void an_empty_file_and_text_that_is_not_yaml_are_problems() {
    assertThat(ApplicationFile.parse("samdan.yml", "").errors())
        .startsWith("samdan.yml:1:1: the file is empty");
    assertThat(ApplicationFile.parse("samdan.yml", "a: [").errors())
        .startsWith("samdan.yml:1:5: not valid YAML");
    assertThat(ApplicationFile.parse("samdan.yml", "- a\n").errors()).contains("must be a mapping");
  }

  @Test
  void a_file_of_another_application_is_refused() {
    assertThat(ApplicationFile.parseFor("shop", WHOLE).errors())
        .isEqualTo("samdan.yml:1:14: application: sample is not this application, which is shop");
  }

  static ApplicationDeclaration valid(String text) {
    ApplicationFile.Parsed parsed = ApplicationFile.parse("samdan.yml", text);
    assertThat(parsed.errors()).isEmpty();
    return Objects.requireNonNull(parsed.declaration());
  }
}
