package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.platform.SampleRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** The sample application of an installation, changed and delivered as its team would. */
final class Sample {
  static final String DEV = "sample-dev.localhost";
  static final String PRODUCTION = "sample.localhost";
  static final String DEV_ROOM = "52g Studio Dev Test";
  static final String PRODUCTION_ROOM = "52g Studio";

  /** One delivery on a machine that does much else besides. */
  static final Duration PATIENCE = Duration.ofMinutes(5);

  private static final String VERSION = "NAME = \"";

  private final Installation samdan;
  private final SampleRepository repository;

  private Sample(Installation samdan) {
    this.samdan = samdan;
    this.repository =
        SampleRepository.prepare(
            Path.of("sample").toAbsolutePath(),
            Path.of("target/lib").toAbsolutePath(),
            samdan.folder.resolve("sample"));
  }

  /** Creates the application; nothing of it is pushed yet. */
  static Sample create(Installation samdan) {
    assertThat(samdan.json("app", "create", "sample").toString()).contains("sample");
    return new Sample(samdan);
  }

  SampleRepository repository() {
    return repository;
  }

  /** Makes the API call itself by this version and commits. */
  String version(String version) {
    return change(
        "api/src/sample/Version.java",
        text -> {
          int start = text.indexOf(VERSION) + VERSION.length();
          return text.substring(0, start) + version + text.substring(text.indexOf('"', start));
        },
        "Call it " + version);
  }

  String change(String file, UnaryOperator<String> change, String message) {
    repository.edit(file, change);
    return repository.commit(message);
  }

  String text(String file) {
    try {
      return Files.readString(repository.folder().resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String push(String branch) {
    repository.push(URI.create(samdan.url() + "/git/sample.git"), samdan.token(), branch);
    return repository.head();
  }

  /** Pushes the first time, when every tier is delivered, and waits until both are live. */
  String deliverToDev() {
    String commit = push("dev");
    succeeds("sample-dev-api", commit);
    succeeds("sample-dev-web", commit);
    return commit;
  }

  JsonNode ends(String pipeline, String commit) {
    String id = samdan.awaitEnd(pipeline, commit, PATIENCE).path("id").asString();
    return samdan.api("/executions/" + id);
  }

  JsonNode succeeds(String pipeline, String commit) {
    JsonNode execution = ends(pipeline, commit);
    assertThat(execution.path("status").asString())
        .as("%s%n%s", execution.toPrettyString(), samdan.controlLog())
        .isEqualTo("Succeeded");
    return execution;
  }

  JsonNode fails(String pipeline, String commit) {
    JsonNode execution = ends(pipeline, commit);
    assertThat(execution.path("status").asString())
        .as(execution.toPrettyString())
        .isEqualTo("Failed");
    return execution;
  }

  /** What the edge says that the version is, for these hosts. */
  String versionAt(String host) {
    Installation.Answer answer = samdan.edge(host, "/api/version");
    return answer.status() + " " + answer.body();
  }

  /** The environment's part of the status. */
  JsonNode status(String environment) {
    for (JsonNode each : samdan.json("status").path("applications").path(0).path("environments")) {
      if (each.path("name").asString().equals(environment)) {
        return each;
      }
    }
    throw new AssertionError("there is no environment " + environment + " in the status");
  }

  List<Long> taskPids(String environment) {
    List<Long> pids = new ArrayList<>();
    for (JsonNode task : status(environment).path("tiers").path("api").path("tasks")) {
      if (task.path("status").asString().equals("RUNNING")) {
        pids.add(task.path("pid").asLong());
      }
    }
    return pids.stream().sorted().toList();
  }

  /** The action of an execution by its name. */
  static JsonNode action(JsonNode execution, String name) {
    for (JsonNode stage : execution.path("stages")) {
      for (JsonNode action : stage.path("actions")) {
        if (action.path("name").asString().equals(name)) {
          return action;
        }
      }
    }
    throw new AssertionError("there is no action " + name + " in " + execution.toPrettyString());
  }
}
