package dev.samdan.source;

import static dev.samdan.source.GitServer.commit;
import static dev.samdan.source.GitServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.rooms.Language;
import dev.samdan.rooms.Message;
import dev.samdan.rooms.Rooms;
import dev.samdan.secrets.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MirrorsTest {
  private static final String FILE =
      """
      application: sample
      tiers:
        web: {source: web}
      environments:
        dev: {branch: dev, room: "Dev room"}
      """;

  @TempDir Path folder;
  private GitServer server;
  private GitRemote remote;
  private Path work;
  private Secrets secrets;
  private Rooms rooms;
  private Mirrors mirrors;
  private final List<Mirrored> moved = new ArrayList<>();

  @BeforeEach
  void serve() throws IOException {
    server = new GitServer(Files.createDirectory(folder.resolve("samdan")));
    remote = new GitRemote(Files.createDirectory(folder.resolve("elsewhere")));
    work = remote.create("team/app");
    server.applications.create("sample", null);
    secrets = new Secrets(server.database, server.folder.resolve("home"), InstantSource.system());
    rooms =
        new Rooms(
            server.database, server.identity, server.applications, server.pipelines, "http://x");
    mirrors = mirrors();
  }

  private Mirrors mirrors() {
    return new Mirrors(
        server.database, server.source, server.deliveries, new RemoteCredentials(secrets), rooms);
  }

  @AfterEach
  void close() {
    mirrors.close();
    rooms.close();
    remote.close();
    server.close();
  }

  private void push(String branch, Map<String, String> files) {
    String _ = commit(work, branch, files);
    run(work, "git", "push", "-q", "--force", "origin", branch).orThrow();
  }

  private Remote connect(@Nullable String token) {
    return mirrors.connect(order(remote.url("team/app"), token), null, "mina");
  }

  private static RemoteOrder order(String url, @Nullable String token) {
    return new RemoteOrder("sample", "sample", url, token, null, 60);
  }

  private Map<String, String> there() {
    return refs(remote.bare("team/app"));
  }

  private Map<String, String> here() {
    return refs(server.folder.resolve("home/git/sample.git"));
  }

  private static Map<String, String> refs(Path bare) {
    return run(
            bare,
            "git",
            "for-each-ref",
            "--format=%(refname) %(objectname)",
            "refs/heads",
            "refs/tags")
        .orThrow()
        .lines()
        .collect(
            java.util.stream.Collectors.toMap(
                line -> line.split(" ")[0], line -> line.split(" ")[1]));
  }

  private List<String> told() {
    return rooms.list(Language.EN).stream()
        .flatMap(room -> rooms.read(room.name(), Language.EN, 0, 100).stream())
        .map(Message::text)
        .toList();
  }

  @Test
  void what_is_pushed_elsewhere_starts_the_pipelines_as_a_push_here_would() {
    push("dev", Map.of("samdan.yml", FILE, "web/index.html", "1"));
    connect(null);
    mirrors.sync("sample", "octocat");
    assertThat(here()).isEqualTo(there());
    assertThat(server.executions())
        .extracting(ExecutionView::pipeline)
        .containsExactly("sample-dev-web");
    assertThat(server.executions().getFirst().triggeredBy()).isEqualTo("octocat");
    push("dev", Map.of("README.md", "nothing of a tier"));
    mirrors.sync("sample", "octocat");
    assertThat(server.executions()).hasSize(1);
    push("dev", Map.of("web/index.html", "2"));
    mirrors.sync("sample", null);
    assertThat(server.executions()).hasSize(2);
    assertThat(server.executions().getFirst().triggeredBy()).startsWith("127.0.0.1:");
  }

  @Test
  void production_is_taken_to_another_branch_only_by_its_own_whoever_pushes_there() {
    String file = FILE + "  prod: {branch: main, room: x}\nbranches: {main: {name: main}}\n";
    String taken = file.replace("branch: main,", "branch: dev,");
    push("main", Map.of("samdan.yml", file, "web/index.html", "1"));
    push("dev", Map.of("web/index.html", "2"));
    connect(null);
    mirrors.sync("sample", null);
    push("dev", Map.of("samdan.yml", taken));
    // A name there says nothing of who has it here.
    mirrors.sync("sample", "mina");
    assertThat(productionsBranch()).isEqualTo("main");
    run(work, "git", "checkout", "-q", "main").orThrow();
    push("main", Map.of("samdan.yml", taken));
    run(work, "git", "checkout", "-q", "dev").orThrow();
    push("dev", Map.of("web/index.html", "3"));
    mirrors.sync("sample", "octocat");
    assertThat(productionsBranch()).isEqualTo("dev");
  }

  private String productionsBranch() {
    return server.applications.environment("sample", "prod").orElseThrow().branch();
  }

  @Test
  void forced_new_and_deleted_branches_and_tags_arrive_together() {
    push("dev", Map.of("a.txt", "1"));
    push("feature/a", Map.of("b.txt", "1"));
    run(work, "git", "tag", "1.0.0").orThrow();
    run(work, "git", "push", "-q", "origin", "1.0.0").orThrow();
    connect(null);
    mirrors.sync("sample", null);
    run(work, "git", "push", "-q", "origin", ":feature/a", ":1.0.0").orThrow();
    run(work, "git", "checkout", "-q", "--orphan", "fresh").orThrow();
    String _ = commit(work, "fresh", Map.of("c.txt", "1"));
    run(work, "git", "push", "-q", "--force", "origin", "fresh:dev", "fresh:feature/a/b").orThrow();
    run(work, "git", "tag", "-a", "-m", "x", "2.0.0").orThrow();
    run(work, "git", "push", "-q", "origin", "2.0.0").orThrow();
    mirrors.sync("sample", null);
    assertThat(here()).isEqualTo(there()).containsKeys("refs/heads/feature/a/b", "refs/tags/2.0.0");
    assertThat(run(server.folder.resolve("home/git/sample.git"), "git", "fsck", "--strict").exit())
        .isZero();
  }

  @Test
  void a_remote_that_has_not_moved_is_asked_and_not_fetched() {
    push("dev", Map.of("a.txt", "1"));
    connect(null);
    mirrors.sync("sample", null);
    int before = remote.requests.get();
    mirrors.sync("sample", null);
    // Protocol 2: the capabilities, then the refs.
    assertThat(remote.requests.get() - before).isEqualTo(2);
  }

  @Test
  void a_token_opens_it_and_stands_in_no_address_log_or_file_afterwards() throws IOException {
    remote.token = "ghp_secret";
    push("dev", Map.of("a.txt", "1"));
    assertThatThrownBy(() -> connect(null)).hasMessageContaining("cannot be read");
    assertThatThrownBy(() -> connect("wrong")).hasMessageContaining("Authentication failed");
    assertThatThrownBy(() ->
            mirrors.connect(order("http://x:ghp_secret@127.0.0.1/team/app.git", null), null, "m"))
        .hasMessageContaining("a password does not belong in an address")
        .hasMessageNotContaining("ghp_secret");
    connect("ghp_secret");
    mirrors.sync("sample", null);
    assertThat(here()).isEqualTo(there());
    try (Stream<Path> files = Files.walk(server.folder.resolve("home"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(
                new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
            .doesNotContain("ghp_secret");
      }
    }
    assertThat(secrets.resolve("sample", null, "sample/token")).isEmpty();
    assertThat(secrets.resolve("sample", "dev", "sample/token")).isEmpty();
  }

  @Test
  void a_credential_stays_for_the_same_server_and_is_never_shown_to_another() throws IOException {
    remote.token = "ghp_secret";
    push("dev", Map.of("a.txt", "1"));
    connect("ghp_secret");
    connect(null);
    mirrors.sync("sample", null);
    assertThat(mirrors.token(mirrors.show("sample"))).contains("ghp_secret");
    try (GitRemote other = new GitRemote(Files.createDirectory(folder.resolve("other")))) {
      Path clone = other.create("team/app");
      String _ = commit(clone, "dev", Map.of("a.txt", "1"));
      run(clone, "git", "push", "-q", "origin", "dev").orThrow();
      mirrors.connect(order(other.url("team/app"), null), null, "mina");
      assertThat(mirrors.token(mirrors.show("sample"))).isEmpty();
    }
  }

  @Test
  void a_wrong_branch_elsewhere_is_told_in_the_room_and_to_whoever_reports() {
    push("dev", Map.of("samdan.yml", FILE));
    connect(null);
    mirrors.sync("sample", null);
    mirrors.start(new Mirrors.Outside(moved::add, _ -> List.of(), _ -> java.util.Optional.empty()));
    push("features/sign-in", Map.of("b.txt", "1"));
    mirrors.sync("sample", "octocat");
    assertThat(moved)
        .singleElement()
        .satisfies(m -> {
          assertThat(m.moves())
              .singleElement()
              .satisfies(move -> {
                assertThat(move.ref()).isEqualTo("refs/heads/features/sign-in");
                assertThat(move.english().message()).contains("is a name of no kind of branch");
                assertThat(move.korean().message()).contains("어떤 종류의 브랜치 이름도 아닙니다");
              });
        });
    assertThat(told())
        .singleElement()
        .asString()
        .contains("octocat pushed what breaks the branch strategy", "feature/sign-in");
    assertThat(here()).isEqualTo(there());
  }

  @Test
  void nobody_pushes_or_branches_where_another_repository_is_followed() {
    push("dev", Map.of("a.txt", "1"));
    connect(null);
    mirrors.sync("sample", null);
    Path clone = server.clone("sample", "clone");
    String _ = commit(clone, "feature/x", Map.of("b.txt", "1"));
    assertThat(run(clone, "git", "push", "origin", "feature/x").output())
        .contains("remote: sample follows " + remote.url("team/app") + ": push there");
    Branches branches = new Branches(server.source, server.applications, server.deliveries::moved);
    assertThatThrownBy(() -> branches.start("sample", "feature", "x", principal()))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("push there");
    mirrors.disconnect("sample");
    assertThat(run(clone, "git", "push", "origin", "feature/x").exit()).isZero();
    assertThatThrownBy(() -> mirrors.sync("sample", null)).hasMessageContaining("follows no other");
  }

  private static dev.samdan.identity.Principal principal() {
    return new dev.samdan.identity.Principal("mina", "Kim Mina", "en");
  }

  @Test
  void commits_that_are_only_here_are_not_lost_when_it_begins_to_follow() {
    push("dev", Map.of("a.txt", "1"));
    server.source.createRepository("sample");
    Path clone = server.clone("sample", "clone");
    GitServer.push(clone, "dev", Map.of("only.txt", "here"));
    Map<String, String> before = here();
    connect(null);
    assertThatThrownBy(() -> mirrors.sync("sample", null))
        .hasMessageContaining("dev here holds commits that are not at");
    assertThat(here()).isEqualTo(before);
    assertThat(mirrors.show("sample").lastError()).contains("push them there first");
    run(clone, "git", "push", "-q", "--force", remote.bare("team/app").toString(), "dev").orThrow();
    mirrors.sync("sample", null);
    assertThat(here()).isEqualTo(there());
  }

  @Test
  void an_outage_is_told_once_and_its_end_too_and_what_moved_meanwhile_is_found() {
    push("dev", Map.of("samdan.yml", FILE, "web/index.html", "1"));
    connect(null);
    mirrors.sync("sample", null);
    remote.goDown();
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(() -> mirrors.sync("sample", null)).isInstanceOf(PlatformException.class);
    }
    assertThat(told()).singleElement().asString().contains("cannot be followed since");
    assertThat(mirrors.show("sample").failingSince()).isNotNull();
    push("dev", Map.of("web/index.html", "2"));
    remote.comeBack();
    mirrors.sync("sample", null);
    assertThat(told()).hasSize(2).last().asString().contains("answers again");
    assertThat(server.executions()).hasSize(2);
    assertThat(mirrors.show("sample").lastError()).isNull();
  }

  @Test
  void a_remote_is_asked_by_itself_from_the_moment_that_it_is_connected() {
    push("dev", Map.of("samdan.yml", FILE, "web/index.html", "1"));
    mirrors.start(new Mirrors.Outside(moved::add, _ -> List.of(), _ -> java.util.Optional.empty()));
    connect(null);
    await().untilAsserted(() -> assertThat(server.executions()).hasSize(1));
    server.database.useHandle(handle -> handle.execute("update remote set next_at = now()"));
    push("dev", Map.of("web/index.html", "2"));
    server.database.useHandle(handle -> handle.execute("update remote set next_at = now()"));
    await().untilAsserted(() -> assertThat(server.executions()).hasSize(2));
  }

  @Test
  void a_repository_that_is_too_large_or_too_slow_is_given_up_and_leaves_nothing() {
    push("dev", Map.of("noise.bin", noise(300_000)));
    RemoteGit.Limits small =
        new RemoteGit.Limits(Duration.ofSeconds(30), Duration.ofSeconds(30), 100_000, 1);
    RemoteGit git = new RemoteGit(server.folder.resolve("home/git"), small);
    server.source.createRepository("sample");
    Mirror.Order order = order(git);
    assertThatThrownBy(() -> new Mirror(server.source, git).update(order, moved::add))
        .hasMessageContaining("larger than");
    assertThat(here()).isEmpty();
    push("feature/a", Map.of("b.txt", "1"));
    assertThatThrownBy(() -> new Mirror(server.source, git).update(order, moved::add))
        .hasMessageContaining("has 2 branches and tags; 1 are the most");
    assertThat(moved).isEmpty();
    assertThat(left()).isEmpty();
  }

  private Mirror.Order order(RemoteGit git) {
    RemoteUrl url = RemoteUrl.parse(remote.url("team/app"));
    Remote of =
        new Remote("sample", "sample", url.text(), 60, java.time.Instant.now(), null, null, null);
    return new Mirror.Order(
        of, url, new Credential.None(), List.of(), server.deliveries.strategy("sample"), "x", true);
  }

  /** Folders that a fetch made and should have removed. */
  private List<Path> left() {
    try (Stream<Path> all = Files.walk(server.folder.resolve("home/git"))) {
      return all.filter(p -> p.getFileName().toString().matches("\\.new-.*|incoming-.*|tmp_.*"))
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String noise(int length) {
    java.util.Random random = new java.util.Random(7);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < length; i++) {
      text.append((char) ('!' + random.nextInt(90)));
    }
    return text.toString();
  }

  @Test
  void an_address_is_one_of_gits() {
    for (String url :
        List.of(
            "https://github.com/team/app.git",
            "git@github.com:team/app.git",
            "ssh://git@github.com:22/team/app",
            "git://example.com/team/app",
            "file:///srv/git/team/app.git")) {
      assertThat(RemoteUrl.parse(url).path()).endsWith("team/app");
    }
    for (String url :
        List.of(
            "ext::sh -c id",
            "--upload-pack=id",
            "-x@host:path",
            "ssh://-oProxyCommand=id/x",
            "https://u:p@host/x",
            "https:///x",
            "file://host/x",
            "git@host:-x",
            "")) {
      assertThatThrownBy(() -> RemoteUrl.parse(url)).isInstanceOf(PlatformException.class);
    }
  }

  @Test
  void gits_own_daemon_and_a_file_are_followed_too() throws Exception {
    push("dev", Map.of("a.txt", "1"));
    mirrors.connect(order("file://" + remote.bare("team/app"), null), null, "mina");
    mirrors.sync("sample", null);
    assertThat(here()).isEqualTo(there());
    try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
      int port = free.getLocalPort();
      free.close();
      Process daemon =
          GitServer.command(
                  folder,
                  "git",
                  "daemon",
                  "--export-all",
                  "--listen=127.0.0.1",
                  "--port=" + port,
                  "--base-path=" + folder.resolve("elsewhere"))
              .start();
      try {
        push("dev", Map.of("a.txt", "2"));
        await()
            .ignoreExceptions()
            .untilAsserted(() ->
                mirrors.connect(
                    order("git://127.0.0.1:" + port + "/team/app.git", null), null, "m"));
        mirrors.sync("sample", null);
        assertThat(here()).isEqualTo(there());
      } finally {
        daemon.descendants().forEach(ProcessHandle::destroy);
        daemon.destroy();
      }
    }
  }
}
