package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code samdan up} in the foreground, as a service manager keeps it, and beside what runs. */
class UpTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void up_lives_as_long_as_control_and_tells_how_it_ended() throws IOException {
    try (Installation samdan = new Installation()) {
      samdan.environment.put("LC_ALL", "C");
      CompletableFuture<Installation.Ran> up = inForeground(samdan, 1);
      assertThat(controlsEnvironment(samdan)).contains("\0LC_ALL=C.UTF-8\0");
      otherOptionsAreRefused(samdan);

      ProcessHandle.of(controlsPid(samdan)).ifPresent(ProcessHandle::destroyForcibly);
      Installation.Ran broken = up.join();
      assertThat(broken.status()).as(broken.err()).isEqualTo(1);
      assertThat(broken.err()).contains("control ended by itself");

      up = inForeground(samdan, 2);
      assertThat(samdan.samdan("down").status()).isZero();
      Installation.Ran ended = up.join();
      assertThat(ended.status()).as(ended.err()).isZero();
    }
  }

  @Test
  void a_build_that_down_interrupts_is_no_failure_and_goes_on_after_up() {
    try (Installation samdan = Installation.up()) {
      Sample sample = Sample.create(samdan);
      String commit = sample.push("dev");
      await("the build")
          .atMost(Sample.PATIENCE)
          .pollInterval(Duration.ofMillis(50))
          .until(() -> building(samdan, "sample-dev-api"));
      assertThat(samdan.samdan("down").status()).isZero();
      Installation.Ran up = samdan.start();
      assertThat(up.status()).as("%s\n%s", up.err(), samdan.controlLog()).isZero();
      sample.succeeds("sample-dev-api", commit);
      sample.succeeds("sample-dev-web", commit);
    }
  }

  private static boolean building(Installation samdan, String pipeline) {
    JsonNode executions = samdan.api("/executions?pipeline=" + pipeline).path("executions");
    return !executions.isEmpty()
        && Sample.action(
                samdan.api("/executions/" + executions.get(0).path("id").asString()), "Build")
            .path("status")
            .asString()
            .equals("InProgress");
  }

  private static void otherOptionsAreRefused(Installation samdan) {
    Installation.Ran other =
        samdan.samdan("up", "--detach", "--bind", "0.0.0.0", "--machine-access", "shop");
    assertThat(other.status()).isEqualTo(1);
    assertThat(other.err())
        .contains("--bind 127.0.0.1, not 0.0.0.0; --machine-access '', not shop: 'samdan down'");
    Installation.Ran same = samdan.samdan("up", "--detach", "--machine-access", "");
    assertThat(same.status()).as(same.err()).isZero();
    Installation.Ran plain = samdan.samdan("up", "--detach");
    assertThat(plain.status()).as(plain.err()).isZero();
  }

  /** Returns once it waits, for the so manieth time here. */
  private static CompletableFuture<Installation.Ran> inForeground(Installation samdan, int time) {
    CompletableFuture<Installation.Ran> up =
        CompletableFuture.supplyAsync(() ->
            samdan.samdan(
                "up",
                "--port",
                String.valueOf(samdan.port),
                "--edge-port",
                String.valueOf(samdan.edgePort)));
    await("up in the foreground")
        .atMost(PATIENCE)
        .until(() -> up.isDone() || waiting(samdan) == time);
    assertThat(up).as(samdan.controlLog()).isNotDone();
    return up;
  }

  private static long waiting(Installation samdan) throws IOException {
    try (Stream<Path> files = Files.list(samdan.folder)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("out"))
          .filter(file -> text(file).contains("Ctrl-C stops control"))
          .count();
    }
  }

  private static long controlsPid(Installation samdan) {
    return samdan.json("status").path("control").path("pid").asLong();
  }

  private static String controlsEnvironment(Installation samdan) {
    return "\0" + text(Path.of("/proc/" + controlsPid(samdan) + "/environ"));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
