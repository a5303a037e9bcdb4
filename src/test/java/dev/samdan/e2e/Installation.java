package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.Json;
import dev.samdan.base.ProcessId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * Samdan as a user has it: the packaged program in processes of its own, on an empty home and free
 * ports. Closing it stops everything and proves that nothing is left behind.
 */
final class Installation implements AutoCloseable {
  private static final Path JAR = Path.of("target/samdan.jar").toAbsolutePath();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

  final Path folder;
  final Path home;
  final int port;
  final int edgePort;

  /** Set for every command that runs here, beside what the tests themselves have. */
  final Map<String, String> environment = new HashMap<>();

  /** What a command printed and ended with. */
  record Ran(int status, String out, String err) {
    JsonNode json() {
      assertThat(status).as("%s\n%s", out, err).isZero();
      return Json.tree(out);
    }
  }

  /** An answer of the edge or of control. */
  record Answer(int status, String body, Map<String, List<String>> headers) {}

  Installation() {
    try {
      folder = Files.createTempDirectory("samdan-e2e");
      home = folder.resolve("home");
      port = freePort();
      edgePort = freePort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static Installation up() {
    Installation installation = new Installation();
    Ran up = installation.start();
    assertThat(up.status())
        .as("%s\n%s\n%s", up.out(), up.err(), installation.controlLog())
        .isZero();
    return installation;
  }

  Ran start() {
    return samdan(
        "up", "--detach", "--port", String.valueOf(port), "--edge-port", String.valueOf(edgePort));
  }

  String controlLog() {
    try {
      Path log = home.resolve("control/log");
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Runs a verb of the program. */
  Ran samdan(String... arguments) {
    List<String> command = new ArrayList<>(program());
    command.add("dev.samdan.platform.Main");
    command.addAll(List.of(arguments));
    return run(folder, command, Duration.ofMinutes(3));
  }

  /** Runs a verb with {@code --json} and reads what it prints. */
  JsonNode json(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.add("--json");
    return samdan(all.toArray(String[]::new)).json();
  }

  static List<String> program() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Dsamdan.source=" + Path.of("").toAbsolutePath(),
        "-cp",
        JAR.toString());
  }

  Ran run(Path directory, List<String> command, Duration patience) {
    try {
      Path out = Files.createTempFile(folder, "out", "");
      Path err = Files.createTempFile(folder, "err", "");
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      builder.environment().put("SAMDAN_HOME", home.toString());
      builder.environment().put("GIT_TERMINAL_PROMPT", "0");
      builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
      builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
      Process process = builder.start();
      boolean ended = process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
      if (!ended) {
        process.destroyForcibly();
      }
      assertThat(ended)
          .as(
              "%s ended within %s\n%s\n%s",
              command, patience, Files.readString(out), Files.readString(err))
          .isTrue();
      return new Ran(process.exitValue(), Files.readString(out), Files.readString(err));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Asks the edge as a browser would ask this host. */
  Answer edge(String host, String path) {
    // The JDK's client keeps the Host header for itself, so the name is resolved by hand.
    return RawHttp.get("127.0.0.1", edgePort, host, path);
  }

  Answer get(String url) {
    return send(HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(60)).build());
  }

  Answer post(String url, String json) {
    return send(
        HttpRequest.newBuilder(URI.create(url))
            .timeout(Duration.ofSeconds(60))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build());
  }

  static Answer send(HttpRequest request) {
    try {
      HttpResponse<String> response =
          HTTP.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      return new Answer(response.statusCode(), response.body(), response.headers().map());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  String url() {
    return "http://localhost:" + port;
  }

  String token() {
    try {
      return Json.tree(Files.readString(home.resolve("credentials"))).path("token").asString();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** The newest execution of a pipeline, whole. */
  JsonNode newestExecution(String pipeline) {
    JsonNode list = json("execution", "list", "--pipeline", pipeline).path("executions");
    return list.isEmpty() ? list : json("execution", "show", list.get(0).path("id").asString());
  }

  /** Waits until the newest execution of a pipeline for this commit has ended; gives it whole. */
  JsonNode awaitEnd(String pipeline, String commit, Duration patience) {
    return await("the end of " + pipeline + " at " + commit)
        .atMost(patience)
        .pollInterval(Duration.ofMillis(300))
        .ignoreExceptionsInstanceOf(java.io.UncheckedIOException.class)
        .until(
            () -> api("/executions?pipeline=" + pipeline + "&commit=" + commit).path("executions"),
            list ->
                !list.isEmpty()
                    && !List.of("InProgress", "Stopping")
                        .contains(list.get(0).path("status").asString()))
        .get(0);
  }

  /** Waits until a pipeline's execution of this commit asks for approval. */
  void awaitApproval(String pipeline, String commit, Duration patience) {
    await("the approval of " + pipeline)
        .atMost(patience)
        .pollInterval(Duration.ofMillis(300))
        .ignoreExceptionsInstanceOf(java.io.UncheckedIOException.class)
        .until(() -> {
          JsonNode list =
              api("/executions?pipeline=" + pipeline + "&commit=" + commit).path("executions");
          return !list.isEmpty()
              && waitsForApproval(api("/executions/" + list.get(0).path("id").asString()));
        });
  }

  private static boolean waitsForApproval(JsonNode execution) {
    for (JsonNode stage : execution.path("stages")) {
      for (JsonNode action : stage.path("actions")) {
        if (action.path("provider").asString("").equals("Manual")
            && action.path("status").asString("").equals("InProgress")) {
          return true;
        }
      }
    }
    return false;
  }

  /** The API's answer to a GET. */
  JsonNode api(String path) {
    Answer answer =
        send(
            HttpRequest.newBuilder(URI.create(url() + "/api/v1" + path))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", "Bearer " + token())
                .build());
    assertThat(answer.status()).as(answer.body()).isEqualTo(200);
    return Json.tree(answer.body());
  }

  /** The messages of a room, newest first, as one text. */
  String room(String name) {
    StringBuilder text = new StringBuilder();
    json("room", "read", name)
        .path("messages")
        .forEach(m ->
            text.append(m.path("text").asString())
                .append('\n')
                .append(m.path("detail").asString(""))
                .append('\n'));
    return text.toString();
  }

  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * Every process of this machine whose command line or environment names this installation's home.
   */
  List<String> processes() {
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.filter(p -> p.pid() != ProcessHandle.current().pid())
          .filter(p -> ProcessId.of(p.pid()).isPresent())
          .filter(p -> mentionsHome(p.pid()))
          .map(p -> p.pid() + " " + p.info().commandLine().orElse("?"))
          .toList();
    }
  }

  private boolean mentionsHome(long pid) {
    for (String file : List.of("cmdline", "environ")) {
      try {
        if (new String(
                Files.readAllBytes(Path.of("/proc/" + pid + "/" + file)),
                StandardCharsets.ISO_8859_1)
            .contains(home.toString())) {
          return true;
        }
      } catch (IOException e) {
        // The process ended while it was looked at, or is another user's.
        continue;
      }
    }
    return false;
  }

  @Override
  public void close() {
    try {
      Ran down = samdan("down", "--all");
      assertThat(down.status()).as("%s\n%s", down.out(), down.err()).isZero();
      await("every process to be gone")
          .atMost(Duration.ofSeconds(60))
          .until(() -> processes().isEmpty());
      assertThat(controlLog()).doesNotContain("Uncaught exception");
    } finally {
      delete(folder);
    }
  }

  private static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
