package dev.samdan.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Json;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The verbs that need no server, each as the process that a person starts. */
class LocalVerbsTest {
  @TempDir Path folder;

  private record Ended(int status, String out, String err) {}

  private ProcessBuilder samdan(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"));
    command.add("-Djava.io.tmpdir=" + Files.createDirectories(folder.resolve("tmp")));
    command.addAll(List.of("-cp", classPath()));
    command.add(Main.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.redirectOutput(folder.resolve("stdout").toFile());
    builder.redirectError(folder.resolve("stderr").toFile());
    return builder;
  }

  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(part -> Path.of(part).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  private Ended run(String... arguments) throws Exception {
    return run(samdan(arguments));
  }

  private Ended run(ProcessBuilder samdan) throws Exception {
    Process process = samdan.start();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Ended(
        process.exitValue(),
        Files.readString(folder.resolve("stdout")),
        Files.readString(folder.resolve("stderr")));
  }

  private void write(String file, String text) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  @Test
  void build_answers_json_on_stdout_and_the_log_on_stderr() throws Exception {
    write(
        "app/buildspec.yml",
        """
        version: 0.2
        env: {exported-variables: [WHAT]}
        phases:
          build:
            commands: ['echo "from $WHAT" > one', 'mkdir docs', 'echo two > docs/two']
        artifacts:
          files: one
          secondary-artifacts:
            manual: {base-directory: docs, files: '**/*'}
        """);
    Ended ended = run("build", "app", "--json", "--artifacts", "out", "--env", "WHAT=a=b");
    assertThat(ended.status()).as(ended.err()).isZero();
    JsonNode document = Json.tree(ended.out());
    assertThat(document.path("status").asString()).isEqualTo("SUCCEEDED");
    assertThat(document.path("phases").valueStream().map(p -> p.path("name").asString()))
        .containsSubsequence("DOWNLOAD_SOURCE", "BUILD", "UPLOAD_ARTIFACTS");
    assertThat(document.path("artifacts").valueStream().map(JsonNode::asString))
        .containsExactly("manual/two", "one");
    assertThat(document.path("exportedVariables").path("WHAT").asString()).isEqualTo("a=b");
    assertThat(folder.resolve("out/one")).content().isEqualTo("from a=b\n");
    assertThat(ended.err()).contains("Entering phase BUILD");
  }

  @Test
  void a_failed_build_ends_with_1_and_names_no_phase_that_was_not_reached() throws Exception {
    write(
        "app/other.yml",
        "version: 0.2\nphases:\n  pre_build:\n    commands: [echo no, 'exit 3']\n");
    Ended ended = run("build", "app", "--buildspec", "other.yml", "--json");
    assertThat(ended.status()).isEqualTo(1);
    JsonNode document = Json.tree(ended.out());
    assertThat(document.path("status").asString()).isEqualTo("FAILED");
    assertThat(document.path("phases").valueStream().map(p -> p.path("name").asString()))
        .containsExactly("DOWNLOAD_SOURCE", "INSTALL", "PRE_BUILD");
    assertThat(ended.err()).contains("`exit 3` ended with 3, other.yml:4");
  }

  @Test
  void an_interrupted_build_leaves_no_process_and_no_file() throws Exception {
    write(
        "app/buildspec.yml",
        "version: 0.2\nphases:\n  build:\n    commands: ['sleep 987 & sleep 986']\n");
    Process process = samdan("build", "app").start();
    Path log = folder.resolve("stderr");
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(log).contains("Running command") && !sleeping().isEmpty());
    process.destroy();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(sleeping()).isEmpty();
    try (Stream<Path> left = Files.list(folder.resolve("tmp"))) {
      assertThat(left.filter(f -> f.getFileName().toString().startsWith("samdan-"))).isEmpty();
    }
  }

  private static List<ProcessHandle> sleeping() {
    return ProcessHandle.allProcesses()
        .filter(p -> commandLine(p).contains("sleep\u000098"))
        .toList();
  }

  private static String commandLine(ProcessHandle process) {
    try {
      return Files.readString(
          Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // Gone meanwhile.
    }
  }

  @Test
  void validate_tells_all_problems_with_their_places_and_ends_with_1() throws Exception {
    write("buildspec.yml", "version: 0.9\nphases:\n  build:\n    comands: [make]\n");
    write("docker/Dockerfile", "FROM scratch\nCOPPY a b\n");
    Ended ended = run("validate", "buildspec.yml", "docker", "gone.yml");
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.out().lines())
        .anyMatch(l -> l.startsWith("buildspec.yml:1:10: error: version: 0.9"))
        .anyMatch(l -> l.startsWith("buildspec.yml:4:5: warning: phases.build.comands"))
        .anyMatch(l -> l.startsWith("docker/Dockerfile:2:1: error: 'COPPY' is no instruction"))
        .anyMatch(l -> l.startsWith("gone.yml:1:1: error: there is no such file"));
  }

  @Test
  void validate_of_a_folder_checks_its_files_against_each_other() throws Exception {
    write("app/samdan.yml", "application: staff\ntiers:\n  api: {source: .}\n");
    write(
        "app/buildspec.yml",
        "version: 0.2\nphases: {build: {commands: [make]}}\nartifacts: {files: [docker/*]}\n");
    write("app/docker/Dockerfile", "FROM scratch\nCOPY a.txt /\n");
    write("app/a.txt", "");
    Ended ended = run("validate", "app");
    assertThat(ended.out().lines())
        .singleElement()
        .asString()
        .startsWith(
            "app/docker/Dockerfile:2:1: warning: COPY a.txt: it is not among the artifacts");
    assertThat(ended.status()).isZero();
  }

  @Test
  void validate_answers_json() throws Exception {
    write("spec", "version: 0.2\nphases: {build: {commands: [make], run_as: me}}\n");
    Ended ended = run("validate", "spec", "--json");
    assertThat(ended.status()).isZero();
    JsonNode document = Json.tree(ended.out());
    assertThat(document.path("valid").asBoolean()).isTrue();
    assertThat(document.path("files").get(0).path("kind").asString()).isEqualTo("buildspec");
    assertThat(document.path("problems").get(0).path("line").asInt()).isEqualTo(2);
    assertThat(document.path("problems").get(0).path("severity").asString()).isEqualTo("warning");
  }

  @Test
  void without_a_file_or_a_folder_it_is_a_question_of_usage() throws Exception {
    assertThat(run("validate").status()).isEqualTo(2);
    assertThat(run("build").status()).isEqualTo(2);
    assertThat(run("build", "app", "--env", "nothing").status()).isEqualTo(2);
  }

  @Test
  void a_unit_of_systemd_has_the_environment_and_hides_what_may_be_a_password() throws Exception {
    Path home = folder.resolve("my home 100%");
    Path unit = folder.resolve("samdan.service");
    ProcessBuilder install =
        samdan("service", "install", "--unit", unit.toString(), "--home", home.toString());
    String url = "postgresql://samdan:a\"$b%\\@db/samdan";
    install.environment().put("SAMDAN_DATABASE_URL", url);
    install.environment().remove("DOCKER_HOST");
    Ended ended = run(install);
    assertThat(ended.status()).as(ended.err()).isZero();
    String inUnit = home.toString().replace("%", "%%");
    assertThat(unit)
        .content()
        .contains(
            "StartLimitIntervalSec=0\n",
            "Environment=\"HOME=" + System.getProperty("user.home") + "\"\n",
            "Environment=\"SAMDAN_HOME=" + inUnit + "\"\n",
            "EnvironmentFile=" + inUnit + "/service.env\n",
            "ExecStart=\"" + folder + "/samdan\" up\n",
            "Restart=on-failure\n")
        .doesNotContain("postgresql:");
    Path carried = home.resolve("service.env");
    assertThat(carried)
        .hasContent("SAMDAN_DATABASE_URL=\"postgresql://samdan:a\\\"\\$b%\\\\@db/samdan\"");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(carried)))
        .isEqualTo("rw-------");

    install.environment().remove("SAMDAN_DATABASE_URL");
    assertThat(run(install).status()).isZero();
    assertThat(unit).content().doesNotContain("EnvironmentFile");
    assertThat(carried).doesNotExist();
  }

  @Test
  void up_names_the_port_that_another_program_listens_on_and_the_way_out() throws Exception {
    InetAddress local = InetAddress.getLoopbackAddress();
    try (ServerSocket other = new ServerSocket(0, 5, local);
        ServerSocket free = new ServerSocket(0, 5, local)) {
      String taken = String.valueOf(other.getLocalPort());
      int open = free.getLocalPort();
      free.close();
      String home = folder.resolve("home").toString();
      Ended port = run("up", "--detach", "--home", home, "--port", taken);
      assertThat(port.status()).isEqualTo(1);
      assertThat(port.err()).contains("port " + taken + " on 127.0.0.1 is taken", "--port");

      Ended edge =
          run(
              "up",
              "--detach",
              "--home",
              home,
              "--port",
              String.valueOf(open),
              "--edge-port",
              taken);
      assertThat(edge.status()).isEqualTo(1);
      assertThat(edge.err()).contains("port " + taken + " on 127.0.0.1 is taken", "--edge-port");
    }
  }
}
