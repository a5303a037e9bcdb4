package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/**
 * What a Python team's images are made of on a machine that reaches no public registry: {@code
 * python:3.10} in an installation's registry. Closing it stops the installation and proves that it
 * left no container, and takes its images from the engine.
 */
final class ContainerGround implements AutoCloseable {
  static final Path EXAMPLE = Path.of("examples/fastapi-flutter").toAbsolutePath();
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private final Installation samdan;
  private final List<String> named = new ArrayList<>();

  private ContainerGround(Installation samdan) {
    this.samdan = samdan;
  }

  /** Skips the test, with the reason, where a command that it needs is missing. */
  static void require() {
    require("debootstrap", "--version");
    require("python3", "-m", "venv", "--help");
    Assumptions.assumeTrue(
        "root".equals(System.getProperty("user.name")),
        "debootstrap, which makes python:3.10, needs root");
  }

  /** Makes python:3.10 and pushes it to this installation's registry. */
  static ContainerGround in(Installation samdan) {
    ContainerGround ground = new ContainerGround(samdan);
    Installation.Ran made =
        samdan.run(
            samdan.folder,
            List.of(
                "env",
                "DOCKER_CONFIG=" + samdan.home.resolve("engine/docker"),
                EXAMPLE.resolve("base-images.sh").toString(),
                "localhost:" + samdan.port),
            PATIENCE);
    assertThat(made.status()).as("%s\n%s", made.out(), made.err()).isZero();
    return ground;
  }

  /** Lets the engine itself know an image of the registry by its name at Docker Hub. */
  void nameInEngine(String name) {
    if (docker("images", "--quiet", name).isEmpty()) {
      String own = "localhost:" + samdan.port + "/" + name;
      docker("--config", samdan.home.resolve("engine/docker").toString(), "pull", "--quiet", own);
      docker("tag", own, name);
      named.add(name);
    }
  }

  /** How the engine finds what this installation made. */
  String label() {
    try {
      return "label=dev.samdan.home=" + Files.readString(samdan.home.resolve("engine/id")).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String docker(String... arguments) {
    List<String> command = new ArrayList<>(List.of("docker"));
    command.addAll(List.of(arguments));
    return samdan.run(samdan.folder, command, Duration.ofMinutes(1)).out().strip();
  }

  @Override
  public void close() {
    try {
      String own = label();
      samdan.samdan("app", "delete", "staff", "--yes");
      samdan.samdan("down", "--all");
      assertThat(docker("ps", "--all", "--quiet", "--filter", own)).isEmpty();
      removeImages();
    } finally {
      samdan.close();
    }
  }

  private void removeImages() {
    named.forEach(name -> docker("rmi", name));
    String registry = "localhost:" + samdan.port + "/";
    docker(
            "images",
            "--digests",
            "--format",
            "{{.Repository}}@{{.Digest}} {{.Repository}}:{{.Tag}}")
        .lines()
        .filter(line -> line.startsWith(registry))
        .flatMap(line -> List.of(line.split(" ")).stream())
        .filter(name -> !name.endsWith("<none>"))
        .distinct()
        .forEach(name -> docker("rmi", name));
  }

  private static void require(String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      Assumptions.assumeTrue(
          process.waitFor() == 0,
          String.join(" ", command) + " does not work here; CI installs it");
    } catch (IOException e) {
      Assumptions.abort(command[0] + " is not installed here; CI installs it");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
