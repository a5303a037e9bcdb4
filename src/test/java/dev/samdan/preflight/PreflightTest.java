package dev.samdan.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PreflightTest {
  private final Map<String, String> files = new TreeMap<>();

  PreflightTest() {
    files.put(
        "samdan.yml",
        """
        application: staff
        tiers:
          web:
            source: web
          api:
            source: api
            port: 8080
            base: {dockerfile: docker/Dockerfile-base, rebuild-on: [requirements.txt]}
            tests: buildspec-test.yml
          data:
            migrate: [bash, ./migrate.sh]
        jobs:
          sync: {schedule: 0 3 * * *, command: [bash, ./sync.sh]}
        """);
    files.put(
        "api/buildspec.yml",
        """
        version: 0.2
        phases:
          build:
            commands: [make all]
        artifacts:
          files:
            - app/**/*
            - build/app.jar
            - docker/*
            - migrate.sh
            - .dockerignore
        """);
    files.put("api/buildspec-test.yml", "version: 0.2\nphases: {build: {commands: [pytest]}}\n");
    files.put(
        "api/docker/Dockerfile",
        """
        ARG BASE_IMAGE
        FROM ${BASE_IMAGE}
        WORKDIR /srv
        COPY app ./app
        COPY build/app.jar ./
        COPY docker/*.sh migrate.sh ./
        EXPOSE 8080
        ENTRYPOINT ["bash", "./boot.sh"]
        """);
    files.put("api/docker/Dockerfile-base", "FROM scratch\nCOPY requirements.txt ./\n");
    files.put("api/docker/boot.sh", "");
    files.put("api/docker/sync.sh", "");
    files.put("api/requirements.txt", "");
    files.put("api/migrate.sh", "");
    files.put("api/app/main.py", "");
    files.put("api/.dockerignore", "**/*.pyc\n");
    files.put(
        "api/appspec.yaml",
        """
        version: 0.0
        Resources:
          - TargetService:
              Type: AWS::ECS::Service
              Properties:
                TaskDefinition: <TASK_DEFINITION>
                LoadBalancerInfo:
                  ContainerName: web
                  ContainerPort: 8080
        """);
    files.put(
        "api/taskdef.json",
        """
        {"family": "staff",
         "containerDefinitions": [
           {"name": "web",
            "image": "<IMAGE1_NAME>",
            "portMappings": [{"containerPort": 8080}]}]}
        """);
    files.put("web/buildspec.yml", "version: 0.2\nphases: {build: {commands: [make]}}\n");
  }

  private List<String> findings(String language) {
    return Preflight.check(
            path ->
                Optional.ofNullable(files.get(path)).map(t -> t.getBytes(StandardCharsets.UTF_8)),
            files.keySet(),
            language)
        .stream()
        .map(Problem::toString)
        .toList();
  }

  private void replace(String file, String old, String text) {
    assertThat(files.get(file)).contains(old);
    files.put(file, files.get(file).replace(old, text));
  }

  private void assertOne(String start, String part) {
    assertThat(findings("en")).singleElement().asString().startsWith(start).contains(part);
    assertThat(findings("ko"))
        .singleElement()
        .asString()
        .startsWith(start.replaceFirst("(error|warning): .*", "$1: "))
        .containsPattern("[가-힣]");
  }

  @Test
  void files_that_agree_give_no_finding() {
    assertThat(findings("en")).isEmpty();
  }

  @Test
  void a_missing_buildspec_is_told_where_it_is_named_with_the_one_that_is_there() {
    files.put("api/buildspec.yaml", files.remove("api/buildspec.yml"));
    assertOne(
        "samdan.yml:5:3: error: tiers.api.build",
        "there is no api/buildspec.yml; is it buildspec.yaml?");
  }

  @Test
  void missing_tests_are_told() {
    files.remove("api/buildspec-test.yml");
    assertOne("samdan.yml:9:5: error: tiers.api.tests", "there is no api/buildspec-test.yml");
  }

  @Test
  void what_a_buildspec_says_wrongly_is_told_with_its_own_place() {
    replace("web/buildspec.yml", "commands", "comands");
    assertThat(findings("en")).anyMatch(f -> f.startsWith("web/buildspec.yml:2:18: warning:"));
  }

  @Test
  void an_artifact_that_neither_is_there_nor_is_made_is_told() {
    replace("api/buildspec.yml", "- migrate.sh", "- migrat.sh");
    assertThat(findings("en"))
        .anyMatch(f ->
            f.contains("migrat.sh is neither in the repository") && f.contains("is it migrate.sh?"))
        .anyMatch(f ->
            f.startsWith(
                "api/docker/Dockerfile:6:1: warning: COPY migrate.sh: it is not among the artifacts"
                    + " (api/buildspec.yml:6)"));
  }

  @Test
  void a_dockerfile_outside_of_the_artifacts_is_told() {
    replace("api/buildspec.yml", "- docker/*", "- docker/*.sh");
    assertOne("api/buildspec.yml:6: error: artifacts", "docker/Dockerfile is not among them");
  }

  @Test
  void a_missing_dockerfile_is_told() {
    files.remove("api/docker/Dockerfile");
    assertOne("samdan.yml:5:3: error: tiers.api.dockerfile", "there is no api/docker/Dockerfile");
  }

  @Test
  void a_copied_file_that_is_not_there_is_told_with_what_may_be_meant() {
    replace("api/docker/Dockerfile", "COPY app ./app", "COPY app/mian.py ./app/");
    assertOne(
        "api/docker/Dockerfile:4:1: warning: COPY",
        "no such file in the context; is it app/main.py?");
  }

  @Test
  void a_copied_file_that_dockerignore_keeps_out_is_told_with_the_line_that_does() {
    files.put("api/.dockerignore", "# all\n*.md\nmigrate*\n");
    assertOne("api/docker/Dockerfile:6:1: warning: COPY", "api/.dockerignore:3 keeps it out");
  }

  @Test
  void a_dockerignore_of_many_lines_is_read_once() {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < 20_000; i++) {
      lines.append("none/").append(i).append(".md\n");
    }
    files.put("api/.dockerignore", lines + "migrate*\n");
    assertOne("api/docker/Dockerfile:6:1: warning: COPY", "api/.dockerignore:20001 keeps it out");
  }

  @Test
  void so_many_findings_are_told_as_people_read() {
    files.put("api/.dockerignore", "[\n".repeat(1000));
    assertThat(findings("en")).hasSize(200);
  }

  @Test
  void a_dockerfile_is_found_in_the_artifacts_own_folder_and_in_a_folder() {
    replace("api/buildspec.yml", "artifacts:\n", "artifacts:\n  base-directory: out\n");
    for (String name :
        List.of("docker/Dockerfile", "docker/boot.sh", "migrate.sh", "app/main.py")) {
      files.put("api/out/" + name, String.valueOf(files.get("api/" + name)));
    }
    files.remove("api/docker/Dockerfile");
    assertThat(findings("en")).noneMatch(f -> f.contains("there is no api/docker/Dockerfile"));

    replace("samdan.yml", "    port: 8080\n", "    port: 8080\n    dockerfile: docker\n");
    assertThat(findings("en")).noneMatch(f -> f.contains("error"));
  }

  @Test
  void a_file_that_is_there_and_cannot_be_read_as_text_is_not_missing() {
    files.put("api/docker/Dockerfile", "#".repeat((1 << 20) + 1));
    files.put("api/buildspec-test.yml", "#".repeat((1 << 20) + 1));
    assertThat(findings("en")).noneMatch(f -> f.contains("there is no"));
  }

  @Test
  void the_base_image_is_checked_against_the_folder_itself() {
    replace("api/docker/Dockerfile-base", "requirements.txt", "requirement.txt");
    assertOne("api/docker/Dockerfile-base:2:1: warning: COPY", "is it requirements.txt?");
  }

  @Test
  void a_missing_base_dockerfile_is_told() {
    files.remove("api/docker/Dockerfile-base");
    assertOne(
        "samdan.yml:8:12: error: tiers.api.base.dockerfile",
        "there is no api/docker/Dockerfile-base");
  }

  @Test
  void a_rebuild_on_that_matches_nothing_is_told() {
    replace("samdan.yml", "[requirements.txt]", "[requirement.txt]");
    assertOne(
        "samdan.yml:8:48: warning: tiers.api.base.rebuild-on",
        "no file matches api/requirement.txt; is it requirements.txt?");
  }

  @Test
  void a_base_image_that_nobody_declared_is_told() {
    replace(
        "samdan.yml",
        "    base: {dockerfile: docker/Dockerfile-base, rebuild-on: [requirements.txt]}\n",
        "");
    assertOne("api/docker/Dockerfile:2:1: error: FROM", "samdan.yml declares no base image");
  }

  @Test
  void a_variable_in_from_without_a_value_is_told() {
    replace("api/docker/Dockerfile", "BASE_IMAGE", "BASE_IMAGE_URI");
    assertOne("api/docker/Dockerfile:2:1: warning: FROM", "BASE_IMAGE_URI has no default");
  }

  @Test
  void another_port_than_the_image_exposes_is_told() {
    replace("api/docker/Dockerfile", "EXPOSE 8080", "EXPOSE 3000/tcp");
    assertOne("samdan.yml:7:5: warning: tiers.api.port", "api/docker/Dockerfile:7 exposes 3000");
  }

  @Test
  void a_migration_that_is_not_there_is_told() {
    replace("samdan.yml", "./migrate.sh", "./migrations.sh");
    assertOne("samdan.yml:11:5: warning: tiers.data.migrate", "there is no migrations.sh in api/");
  }

  @Test
  void a_migration_that_is_not_copied_into_the_image_is_told() {
    replace("api/docker/Dockerfile", "docker/*.sh migrate.sh", "docker/*.sh");
    assertOne("samdan.yml:11:5: warning: tiers.data.migrate", "docker/Dockerfile does not copy it");
  }

  @Test
  void a_job_whose_script_is_not_there_is_told() {
    files.remove("api/docker/sync.sh");
    assertOne("samdan.yml:13:3: warning: jobs.sync", "there is no sync.sh in api/");
  }

  @Test
  void a_container_that_the_task_definition_does_not_have_is_told() {
    replace("api/appspec.yaml", "ContainerName: web", "ContainerName: wep");
    assertOne("api/appspec.yaml:8:26: error: ContainerName", "api/taskdef.json");
  }

  @Test
  void a_port_that_the_container_does_not_map_is_told() {
    replace("api/appspec.yaml", "8080", "80");
    assertOne("api/appspec.yaml:9:26: error: ContainerPort", "which maps 8080");
  }

  @Test
  void a_port_that_the_task_definition_overrules_is_told() {
    replace("samdan.yml", "port: 8080", "port: 9090");
    assertThat(findings("en"))
        .anyMatch(f ->
            f.startsWith(
                "samdan.yml:7:5: warning: tiers.api.port: 9090, but api/taskdef.json:5 maps 8080"));
  }

  @Test
  void a_placeholder_that_nothing_replaces_is_told() {
    replace("api/taskdef.json", "IMAGE1_NAME", "IMAGE_NAME");
    assertOne("api/taskdef.json:4:14: error: nothing", "write <IMAGE1_NAME>");
  }

  @Test
  void a_task_definition_without_the_built_image_is_told() {
    replace("api/taskdef.json", "<IMAGE1_NAME>", "nginx:1");
    assertOne("api/taskdef.json:4:14: warning: no container", "write <IMAGE1_NAME> for it");
  }

  @Test
  void a_named_task_definition_that_is_not_there_is_told() {
    replace("samdan.yml", "port: 8080", "taskdef: task-def.json");
    assertOne(
        "samdan.yml:7:5: error: tiers.api.taskdef",
        "there is no api/task-def.json; is it taskdef.json?");
  }

  @Test
  void a_pipeline_file_that_replaces_none_is_told() {
    files.put("pipelines/staff-dev-apis.json", "{}");
    assertOne("pipelines/staff-dev-apis.json: warning: no", "is it staff-dev-api.json?");
  }

  @Test
  void a_missing_folder_is_told_once() {
    replace("samdan.yml", "source: web", "source: site");
    assertOne("samdan.yml:4:5: error: tiers.web.source", "there is no folder site");
  }

  @Test
  void a_samdan_yml_that_is_missing_or_wrong_is_for_others_to_tell() {
    files.put("samdan.yml", "application: [");
    assertThat(findings("en")).isEmpty();
    files.remove("samdan.yml");
    assertThat(findings("en")).isEmpty();
  }

  @Test
  void the_sample_gives_no_finding() throws IOException {
    Map<String, Path> sample = new HashMap<>();
    Path root = Path.of("sample");
    try (Stream<Path> all = Files.walk(root)) {
      all.filter(Files::isRegularFile)
          .forEach(file -> sample.put(root.relativize(file).toString(), file));
    }
    // The demo adds the library that the base image holds.
    sample.put("api/libs/driver.jar", root.resolve("README.md"));
    assertThat(Preflight.check(path -> read(sample.get(path)), sample.keySet(), null)).isEmpty();
  }

  private static Optional<byte[]> read(@org.jspecify.annotations.Nullable Path file) {
    try {
      return file == null ? Optional.empty() : Optional.of(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void many_files_are_not_read() {
    for (int i = 0; i < 10_000; i++) {
      files.put("api/app/module" + i % 100 + "/file" + i + ".py", "");
    }
    AtomicInteger reads = new AtomicInteger();
    assertThat(
            Preflight.check(
                path -> {
                  reads.incrementAndGet();
                  return Optional.ofNullable(files.get(path))
                      .map(t -> t.getBytes(StandardCharsets.UTF_8));
                },
                files.keySet(),
                null))
        .isEmpty();
    assertThat(reads.get()).isLessThan(30);
  }
}
