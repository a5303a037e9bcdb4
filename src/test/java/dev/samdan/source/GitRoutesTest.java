package dev.samdan.source;

import static dev.samdan.source.GitServer.commit;
import static dev.samdan.source.GitServer.push;
import static dev.samdan.source.GitServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.source.GitServer.Ended;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GitRoutesTest {
  @TempDir Path folder;
  private GitServer server;

  @BeforeEach
  void serve() {
    server = new GitServer(folder);
    server.source.createRepository("sample");
  }

  @AfterEach
  void close() {
    server.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "2"})
  void git_clones_pushes_and_fetches_in_every_protocol(String version) {
    Path first = server.clone("sample", "first");
    run(first, "git", "config", "protocol.version", version).orThrow();
    push(first, "main", Map.of("a.txt", "1", "sub/b.txt", "2"));
    Path second = folder.resolve("second");
    run(
            folder,
            "git",
            "-c",
            "protocol.version=" + version,
            "clone",
            "-q",
            server.url("sample"),
            "second")
        .orThrow();
    assertThat(second.resolve("sub/b.txt")).hasContent("2");
    push(first, "main", Map.of("a.txt", "3"));
    run(second, "git", "-c", "protocol.version=" + version, "pull", "-q").orThrow();
    assertThat(second.resolve("a.txt")).hasContent("3");
    assertThat(run(second, "git", "fsck", "--strict").exit()).isZero();
  }

  @Test
  void a_shallow_and_a_partial_clone_can_push() throws IOException {
    Path first = server.clone("sample", "first");
    for (int i = 0; i < 5; i++) {
      commit(first, "main", Map.of("a.txt", "" + i, "big" + i + ".txt", "x".repeat(5_000)));
    }
    push(first, "main", Map.of("a.txt", "last"));
    run(folder, "git", "clone", "-q", "--depth", "1", server.url("sample"), "shallow").orThrow();
    Path shallow = folder.resolve("shallow");
    assertThat(run(shallow, "git", "rev-list", "--count", "HEAD").output().strip()).isEqualTo("1");
    identify(shallow);
    push(shallow, "main", Map.of("a.txt", "from shallow"));
    run(shallow, "git", "fetch", "-q", "--unshallow").orThrow();
    assertThat(run(shallow, "git", "rev-list", "--count", "HEAD").output().strip()).isEqualTo("7");
    run(folder, "git", "clone", "-q", "--filter=blob:none", server.url("sample"), "partial")
        .orThrow();
    Path partial = folder.resolve("partial");
    assertThat(partial.resolve("a.txt")).hasContent("from shallow");
    identify(partial);
    push(partial, "main", Map.of("a.txt", "from partial"));
    assertThat(server.source.readFile("sample", "main", "a.txt").orElseThrow())
        .asString()
        .isEqualTo("from partial");
  }

  @Test
  void a_wrong_token_is_refused_and_says_why() {
    Ended ended = run(folder, "git", "clone", server.url("sample", "wrong"), "clone");
    assertThat(ended.exit()).isNotZero();
    assertThat(ended.output())
        .contains("this token is not known or was revoked")
        .contains("Authentication failed");
    String without = "http://127.0.0.1:" + server.port() + "/git/sample.git";
    assertThat(run(folder, "git", "clone", without, "clone").output())
        .contains("could not read Username");
  }

  @Test
  void an_unknown_repository_is_told_with_those_there_are() {
    Ended ended = run(folder, "git", "clone", server.url("smaple"), "clone");
    assertThat(ended.exit()).isNotZero();
    assertThat(ended.output())
        .contains("remote: there is no repository 'smaple'; there are: sample");
    assertThat(run(folder, "git", "clone", server.url("..%2f..%2fetc"), "clone").exit())
        .isNotZero();
  }

  @Test
  void ten_thousand_files_are_pushed_and_cloned() {
    Path clone = server.clone("sample", "clone");
    Map<String, String> files = new HashMap<>();
    for (int i = 0; i < 10_000; i++) {
      files.put("folder" + i % 100 + "/file" + i + ".txt", "content of " + i);
    }
    writeOnly(clone, files);
    run(clone, "git", "checkout", "-q", "-B", "main").orThrow();
    run(clone, "git", "add", "-A").orThrow();
    run(clone, "git", "commit", "-q", "-m", "Many files").orThrow();
    run(clone, "git", "push", "-q", "origin", "main").orThrow();
    assertThat(server.source.changedFiles("sample", null, "main")).hasSize(10_000);
    run(folder, "git", "clone", "-q", server.url("sample"), "other").orThrow();
    assertThat(folder.resolve("other/folder99/file9999.txt")).hasContent("content of 9999");
  }

  @Test
  @Tag("soak")
  void a_hundred_megabytes_of_history_are_pushed_and_cloned() throws IOException {
    Path clone = server.clone("sample", "clone");
    Random random = new Random(42);
    byte[] noise = new byte[1 << 20];
    for (int i = 0; i < 100; i++) {
      random.nextBytes(noise);
      Files.write(clone.resolve("noise" + i % 10 + ".bin"), noise);
      commit(clone, "main", Map.of("a.txt", "" + i));
    }
    run(clone, "git", "push", "-q", "origin", "main").orThrow();
    run(folder, "git", "clone", "-q", server.url("sample"), "other").orThrow();
    Path other = folder.resolve("other");
    assertThat(run(other, "git", "rev-list", "--count", "HEAD").output().strip()).isEqualTo("100");
    assertThat(run(other, "git", "fsck", "--strict").exit()).isZero();
    run(folder, "git", "clone", "-q", "--depth", "1", server.url("sample"), "shallow").orThrow();
    assertThat(folder.resolve("shallow/a.txt")).hasContent("99");
  }

  @Test
  @Tag("soak")
  void a_hundred_thousand_objects_are_pushed_at_once() throws Exception {
    Path seed = folder.resolve("seed");
    run(folder, "git", "init", "-q", "--bare", "-b", "main", seed.toString()).orThrow();
    Process imported = GitServer.command(seed, "git", "fast-import", "--quiet").start();
    try (var stream = new java.io.PrintStream(imported.getOutputStream(), false)) {
      for (int i = 1; i <= 25_000; i++) {
        String text = "change " + i;
        stream.printf(
            "commit refs/heads/main\n"
                + "committer M <m@x> %d +0000\n"
                + "data 1\n"
                + "x\n"
                + "M 100644 inline d%d/f%d\n"
                + "data %d\n"
                + "%s\n",
            1_700_000_000 + i, i % 50, i % 500, text.length(), text);
      }
    }
    assertThat(imported.waitFor()).isZero();
    String counted = run(seed, "git", "rev-list", "--objects", "--count", "main").orThrow().strip();
    assertThat(Integer.parseInt(counted)).isGreaterThanOrEqualTo(100_000);
    run(seed, "git", "push", "-q", server.url("sample"), "main").orThrow();
    assertThat(server.source.tips("sample")).containsKey("main");
  }

  @Test
  void a_large_push_is_packed_with_a_bitmap_and_clones_go_on_being_whole() throws IOException {
    Path clone = server.clone("sample", "clone");
    byte[] noise = new byte[2 << 20];
    new Random(42).nextBytes(noise);
    Files.write(clone.resolve("noise.bin"), noise);
    push(clone, "main", Map.of("a.txt", "1"));
    Path packs = folder.resolve("home/git/sample.git/objects/pack");
    await()
        .atMost(java.time.Duration.ofMinutes(1))
        .untilAsserted(() -> {
          try (Stream<Path> files = Files.list(packs)) {
            assertThat(files).anyMatch(f -> f.toString().endsWith(".bitmap"));
          }
        });
    push(clone, "main", Map.of("a.txt", "2"));
    run(folder, "git", "clone", "-q", server.url("sample"), "other").orThrow();
    assertThat(folder.resolve("other/a.txt")).hasContent("2");
    assertThat(folder.resolve("other/noise.bin")).hasBinaryContent(noise);
    assertThat(run(folder.resolve("other"), "git", "fsck", "--strict").exit()).isZero();
  }

  @Test
  void a_push_may_have_options() {
    Path clone = server.clone("sample", "clone");
    commit(clone, "main", Map.of("a.txt", "1"));
    run(clone, "git", "push", "-q", "-o", "note=hello", "origin", "main").orThrow();
    assertThat(server.source.tips("sample")).containsKey("main");
  }

  @Test
  void a_long_negotiation_with_a_compressed_request_works() {
    Path first = server.clone("sample", "first");
    push(first, "main", Map.of("a.txt", "0"));
    Path second = server.clone("sample", "second");
    for (int i = 0; i < 60; i++) {
      commit(second, "local" + i, Map.of("b" + i + ".txt", "x"));
    }
    push(first, "main", Map.of("a.txt", "1"));
    for (String version : List.of("0", "2")) {
      run(second, "git", "-c", "protocol.version=" + version, "fetch", "-q", "origin").orThrow();
    }
    assertThat(run(second, "git", "show", "origin/main:a.txt").output()).isEqualTo("1");
  }

  @Test
  void concurrent_pushes_to_branches_of_their_own_all_arrive_and_to_one_branch_one_wins()
      throws Exception {
    Path first = server.clone("sample", "first");
    push(first, "main", Map.of("a.txt", "0"));
    List<Path> clones = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Path clone = server.clone("sample", "clone" + i);
      commit(clone, "main", Map.of("a.txt", "by " + i));
      clones.add(clone);
    }
    List<Ended> own =
        together(
            clones, c -> run(c, "git", "push", "-q", "origin", "main:feature/" + c.getFileName()));
    assertThat(own).allMatch(e -> e.exit() == 0);
    assertThat(server.source.tips("sample")).hasSize(7);
    List<Ended> one = together(clones, c -> run(c, "git", "push", "-q", "origin", "main"));
    assertThat(one).filteredOn(e -> e.exit() == 0).hasSize(1);
    assertThat(run(gitDir(), "git", "fsck", "--strict").exit()).isZero();
  }

  @Test
  void an_atomic_push_moves_all_or_nothing() {
    Path first = server.clone("sample", "first");
    push(first, "main", Map.of("a.txt", "0"));
    Path second = server.clone("sample", "second");
    push(first, "main", Map.of("a.txt", "1"));
    commit(second, "main", Map.of("a.txt", "2"));
    run(second, "git", "fetch", "-q").orThrow();
    run(second, "git", "branch", "other").orThrow();
    Ended ended = run(second, "git", "push", "--atomic", "origin", "other", "main");
    assertThat(ended.exit()).isNotZero();
    assertThat(server.source.tips("sample")).containsOnlyKeys("main");
  }

  @Test
  void a_push_that_is_killed_leaves_nothing() throws Exception {
    Path clone = server.clone("sample", "clone");
    byte[] noise = new byte[45 << 20];
    new Random(7).nextBytes(noise);
    Files.write(clone.resolve("noise.bin"), noise);
    commit(clone, "main", Map.of("a.txt", "1"));
    Process push =
        GitServer.command(clone, "setsid", "git", "push", "-q", "origin", "main").start();
    await()
        .atMost(30, TimeUnit.SECONDS)
        .pollInterval(10, TimeUnit.MILLISECONDS)
        .until(() -> !incoming().isEmpty());
    kill(push);
    await().atMost(30, TimeUnit.SECONDS).untilAsserted(() -> assertThat(incoming()).isEmpty());
    assertThat(server.source.tips("sample")).isEmpty();
    assertThat(packs()).isEmpty();
    run(clone, "git", "push", "-q", "origin", "main").orThrow();
    assertThat(server.source.tips("sample")).containsKey("main");
  }

  /** The whole session: git push's own children send the pack. */
  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Test
  void damaged_objects_are_refused() throws IOException {
    Path clone = server.clone("sample", "clone");
    commit(clone, "main", Map.of("a.txt", "1"));
    Path bad = folder.resolve("bad");
    String tree = run(clone, "git", "rev-parse", "HEAD^{tree}").orThrow().strip();
    Files.writeString(bad, "tree " + tree + "\nauthor no-date\ncommitter no-date\n\nbad\n");
    String commit =
        run(clone, "git", "hash-object", "-t", "commit", "-w", "--literally", bad.toString())
            .orThrow()
            .strip();
    Ended ended = run(clone, "git", "push", "origin", commit + ":refs/heads/bad");
    assertThat(ended.exit()).isNotZero();
    assertThat(ended.output()).contains("unpack").doesNotContain("HTTP 500");
    assertThat(server.source.tips("sample")).isEmpty();
  }

  @Test
  void an_object_that_memory_does_not_bear_is_refused_with_what_to_do() throws IOException {
    Path clone = server.clone("sample", "clone");
    try (RandomAccessFile zeros = new RandomAccessFile(clone.resolve("zeros").toFile(), "rw")) {
      zeros.setLength(Runtime.getRuntime().maxMemory() / 5 + 1);
    }
    commit(clone, "main", Map.of("a.txt", "1"));
    Ended ended = run(clone, "git", "push", "origin", "main");
    assertThat(ended.exit()).isNotZero();
    assertThat(ended.output()).contains("the most that is received", "git rev-list --objects");
    assertThat(server.source.tips("sample")).isEmpty();
    assertThat(incoming()).isEmpty();
  }

  private List<String> incoming() {
    return objects("incoming-");
  }

  private List<String> packs() {
    return objects("pack-");
  }

  private List<String> objects(String prefix) {
    List<String> names = new ArrayList<>();
    for (String place : List.of("objects", "objects/pack")) {
      try (Stream<Path> entries = Files.list(gitDir().resolve(place))) {
        entries
            .map(p -> p.getFileName().toString())
            .filter(n -> n.startsWith(prefix))
            .forEach(names::add);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
    return names;
  }

  private Path gitDir() {
    return folder.resolve("home/git/sample.git");
  }

  private static void identify(Path clone) {
    run(clone, "git", "config", "user.name", "Kim Mina").orThrow();
    run(clone, "git", "config", "user.email", "mina@example.com").orThrow();
  }

  private static void writeOnly(Path clone, Map<String, String> files) {
    files.forEach((name, text) -> {
      try {
        Path file = clone.resolve(name);
        Files.createDirectories(java.util.Objects.requireNonNull(file.getParent()));
        Files.writeString(file, text);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    });
  }

  private static List<Ended> together(
      List<Path> clones, java.util.function.Function<Path, Ended> action) throws Exception {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Callable<Ended>> tasks =
          clones.stream().map(c -> (Callable<Ended>) () -> action.apply(c)).toList();
      List<Ended> ended = new ArrayList<>();
      for (Future<Ended> future : threads.invokeAll(tasks)) {
        ended.add(future.get());
      }
      return ended;
    }
  }
}
