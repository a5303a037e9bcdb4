package dev.samdan.platform;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.Applications;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.identity.Access;
import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Right;
import dev.samdan.identity.Scope;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The docker of builds, before a program that prints what it was given. */
class BuildToolsTest {
  private static final String ECR = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com";
  @TempDir Path home;
  private final Database database = TestDatabase.fresh();
  private BuildTools tools;
  private Identity identity;
  private AccessKeys keys;

  @BeforeEach
  void install() throws Exception {
    identity = new Identity(database, InstantSource.system());
    identity.ensureOwner("Admin");
    keys = new AccessKeys(database, home, InstantSource.system());
    tools = new BuildTools(home, "http://localhost:7070", keys, identity, "admin");
    tools.install();
    Applications applications = new Applications(database);
    applications.create("shop", null);
    applications.create("other", null);
    Path real = Files.createDirectories(home.resolve("real")).resolve("docker");
    Files.writeString(
        real,
        """
        #!/bin/sh
        previous=
        for a; do
          echo "$a"
          case $previous in -f | --file) cat "$a" ;; esac
          previous=$a
        done
        exit 7
        """);
    assertThat(real.toFile().setExecutable(true)).isTrue();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void the_password_for_git_reads_one_application_and_nothing_else() {
    Access access = identity.authenticateToken(tools.gitPassword("shop")).orElseThrow();
    assertThat(access.may(Right.READ, "shop")).isTrue();
    assertThat(access.may(Right.PUSH, "shop")).isFalse();
    assertThat(access.may(Right.READ, "other")).isFalse();
  }

  @Test
  void names_of_ecr_mean_this_registry() throws Exception {
    assertThat(docker("push", ECR + "/team/api:1 2"))
        .containsExactly("push", "localhost:7070/team/api:1 2");
    assertThat(docker("tag", ECR + "/a:latest", ECR + "/a:b"))
        .containsExactly("tag", "localhost:7070/a:latest", "localhost:7070/a:b");
    assertThat(docker("login", "--username", "AWS", "--password-stdin", ECR + "/team/api"))
        .containsExactly(
            "login", "--username", "AWS", "--password-stdin", "localhost:7070/team/api");
    assertThat(docker("run", "--rm", "debian:12", "sh", "-c", "echo " + ECR + "; echo '*'"))
        .containsExactly("run", "--rm", "debian:12", "sh", "-c", "echo " + ECR + "; echo '*'");
  }

  @Test
  void a_dockerfile_is_built_with_its_names_mapped_and_stays_as_it_is() throws Exception {
    Path file = home.resolve("Dockerfile");
    String text = "ARG A=1\nFROM " + ECR + "/base:1\nENV KEPT=" + ECR + "\n";
    Files.writeString(file, text);

    List<String> given =
        docker("build", "-t", ECR + "/a:1", "-f", file.toString(), home.toString());

    assertThat(given)
        .startsWith("build", "-t", "localhost:7070/a:1", "-f", file.toString())
        .contains("--file", "FROM localhost:7070/base:1", "ENV KEPT=" + ECR)
        .endsWith(home.toString());
    assertThat(Files.readString(file)).isEqualTo(text);
    try (var left = Files.list(Files.createDirectories(home.resolve("tmp")))) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  void the_builds_of_an_application_share_an_access_key_that_opens_no_other_application() {
    Map<String, String> variables = tools.variables("shop");
    assertThat(variables).isEqualTo(tools.variables("shop"));
    assertThat(tools.variables("other").get("AWS_ACCESS_KEY_ID"))
        .isNotEqualTo(variables.get("AWS_ACCESS_KEY_ID"));
    AccessKeys.Known key = keys.find(id(variables)).orElseThrow();
    assertThat(key.secret()).isEqualTo(variables.get("AWS_SECRET_ACCESS_KEY"));
    for (Right right : Right.values()) {
      assertThat(key.access().may(right, "other")).as("%s", right).isFalse();
      assertThat(key.access().may(right, "shop"))
          .as("%s", right)
          .isEqualTo(Set.of(Right.READ, Right.PUSH, Right.DEPLOY).contains(right));
      // Images whose repositories belong to no application, such as those that all build on.
      assertThat(key.access().may(right, null))
          .as("%s", right)
          .isEqualTo(Set.of(Right.READ, Right.PUSH).contains(right));
    }
  }

  @Test
  void the_key_ends_with_its_application() {
    String id = id(tools.variables("shop"));
    database.useHandle(h -> h.execute("delete from application where name = 'shop'"));
    assertThat(keys.find(id)).isEmpty();
  }

  @Test
  void the_key_that_all_builds_had_is_revoked_and_nobody_elses() {
    Scope all = new Scope(null, Set.of(Right.READ, Right.PUSH, Right.DEPLOY), false);
    String old = keys.issue("admin", "build scripts", all, null).accessKeyId();
    String own = keys.issue("admin", "build scripts").accessKeyId();
    String shop = id(tools.variables("shop"));

    tools.install();

    assertThat(keys.find(old)).isEmpty();
    assertThat(keys.find(own)).isPresent();
    assertThat(keys.find(shop)).isPresent();
  }

  private static String id(Map<String, String> variables) {
    return String.valueOf(variables.get("AWS_ACCESS_KEY_ID"));
  }

  @Test
  void start_dockerd_asks_the_engine_that_runs_already() throws Exception {
    Path real = home.resolve("real/docker");
    Files.writeString(real, "#!/bin/sh\necho version of the engine\n");
    assertThat(run(0, "start-dockerd")).isEmpty();

    Files.writeString(real, "#!/bin/sh\necho Cannot connect to the Docker daemon >&2\nexit 1\n");

    assertThat(run(1, "start-dockerd"))
        .first()
        .asString()
        .contains("Cannot connect to the Docker daemon");
    assertThat(run(1, "start-dockerd"))
        .last()
        .asString()
        .contains("start-dockerd: no Docker engine answers this build", "systemctl start docker");
  }

  @Test
  void aws_still_knows_get_login() throws Exception {
    Path real = home.resolve("real/aws");
    Files.writeString(
        real,
        "#!/bin/sh\ncase \"$*\" in *password*) echo pass ;; *) echo \"$@\" ;; esac\nexit 7\n");
    assertThat(real.toFile().setExecutable(true)).isTrue();
    assertThat(run(7, "aws", "sts", "get-caller-identity"))
        .containsExactly("sts get-caller-identity");
    Files.writeString(real, "#!/bin/sh\necho pass\n");
    assertThat(run(0, "aws", "ecr", "get-login", "--no-include-email", "--region", "eu-west-1"))
        .containsExactly(
            "docker login -u AWS -p pass https://000000000000.dkr.ecr.eu-west-1.amazonaws.com");
    assertThat(run(0, "aws", "ecr", "get-login", "--registry-ids", "1", "2", "--region=r"))
        .containsExactly(
            "docker login -u AWS -p pass -e none https://1.dkr.ecr.r.amazonaws.com",
            "docker login -u AWS -p pass -e none https://2.dkr.ecr.r.amazonaws.com");
  }

  private List<String> docker(String... arguments) throws Exception {
    List<String> words = new ArrayList<>(List.of("docker"));
    words.addAll(List.of(arguments));
    return run(7, words.toArray(String[]::new));
  }

  private List<String> run(int status, String... words) throws Exception {
    List<String> command = new ArrayList<>(List.of(words));
    command.set(0, home.resolve("build-tools").resolve(words[0]).toString());
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.putAll(tools.variables("shop"));
    environment.remove("AWS_ACCOUNT_ID");
    environment.put(
        "PATH", home.resolve("build-tools") + ":" + home.resolve("real") + ":/usr/bin:/bin");
    environment.put("TMPDIR", Files.createDirectories(home.resolve("tmp")).toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isEqualTo(status);
    return output.lines().toList();
  }
}
