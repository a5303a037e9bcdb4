package dev.samdan.source;

import static dev.samdan.source.GitServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A deploy key against a real ssh server. */
class SshRemoteTest {
  private static final Path SSHD = Path.of("/usr/sbin/sshd");

  @TempDir Path folder;
  private GitRemote remote;
  private Process sshd;
  private int port;
  private Path repositories;

  @BeforeEach
  void serve() throws IOException {
    assumeThat(SSHD).as("Debian's package openssh-server").isExecutable();
    assumeThat(Path.of("/run/sshd")).as("the folder that sshd asks for").isDirectory();
    remote = new GitRemote(Files.createDirectories(folder.resolve("elsewhere")));
    repositories = Files.createDirectories(folder.resolve("git"));
    Path _ = remote.create("app");
    String _ = remote.push("app", "dev", Map.of("a.txt", "1"));
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    key("client");
    start("host");
  }

  @AfterEach
  void close() {
    if (sshd != null) {
      sshd.destroy();
      remote.close();
    }
  }

  private void key(String name) {
    run(
            folder,
            "ssh-keygen",
            "-q",
            "-t",
            "ed25519",
            "-N",
            "",
            "-f",
            folder.resolve(name).toString())
        .orThrow();
  }

  private void start(String hostKey) throws IOException {
    key(hostKey);
    Path settings = folder.resolve(hostKey + ".conf");
    Files.write(
        settings,
        List.of(
            "ListenAddress 127.0.0.1",
            "Port " + port,
            "HostKey " + folder.resolve(hostKey),
            "AuthorizedKeysFile " + folder.resolve("client.pub"),
            "StrictModes no",
            "UsePAM no",
            "PasswordAuthentication no",
            "PidFile none"));
    Files.setPosixFilePermissions(
        folder.resolve(hostKey), PosixFilePermissions.fromString("rw-------"));
    sshd =
        new ProcessBuilder(SSHD.toString(), "-D", "-e", "-f", settings.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("sshd.log").toFile())
            .start();
    await()
        .ignoreExceptions()
        .until(() -> {
          new Socket("127.0.0.1", port).close();
          return true;
        });
  }

  private Map<String, String> ask(Credential credential) {
    String url =
        "ssh://"
            + System.getProperty("user.name")
            + "@127.0.0.1:"
            + port
            + remote.bare("app").toAbsolutePath();
    return new RemoteGit(repositories, RemoteGit.Limits.USUAL)
        .ask(RemoteUrl.parse(url), credential, List.of())
        .refs();
  }

  @Test
  void a_deploy_key_opens_it_nothing_else_does_and_another_server_is_not_trusted()
      throws IOException {
    Credential key = new Credential.DeployKey(Files.readString(folder.resolve("client")));
    assertThat(ask(key)).containsKey("refs/heads/dev");
    assertThatThrownBy(() -> ask(new Credential.None())).hasMessageContaining("Permission denied");
    key("stranger");
    Credential stranger = new Credential.DeployKey(Files.readString(folder.resolve("stranger")));
    assertThatThrownBy(() -> ask(stranger)).hasMessageContaining("Permission denied");
    sshd.destroy();
    await().until(() -> !sshd.isAlive());
    start("other");
    assertThatThrownBy(() -> ask(key)).hasMessageContaining("Host key verification failed");
    try (var left = Files.list(repositories)) {
      assertThat(left.map(p -> p.getFileName().toString())).containsExactly("known_hosts");
    }
  }
}
