package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a build on the machine may use, and what is left of it. */
class HostBuildTest {
  @TempDir Path temporary;

  private Path work;
  private Path source;
  private Path log;
  private final String id = "app-dev-api:" + UUID.randomUUID();

  @BeforeEach
  void folders() throws IOException {
    work = Files.createDirectories(temporary.toRealPath().resolve("work"));
    source = Files.createDirectories(work.resolve("src"));
    log = temporary.resolve("log");
  }

  private BuildResult run(String buildspec, BuildLimits limits) throws Exception {
    Files.writeString(source.resolve("buildspec.yml"), buildspec);
    BuildRequest request =
        new BuildRequest(
            id,
            source,
            Map.of(),
            "buildspec.yml",
            "buildspec.yml",
            Map.of(),
            BuildSecrets.NONE,
            work,
            temporary.resolve("home"),
            log,
            Map.of(),
            new BuildTerms(
                limits,
                new Workplace.Machine(null),
                new CacheFolder(temporary.resolve("caches"), InstantSource.system())),
            Optional.empty());
    return new BuildRunner(request, InstantSource.system(), phases -> {}, () -> {}).run();
  }

  private BuildResult run(String buildspec) throws Exception {
    return run(buildspec, new BuildLimits(0, 0, Duration.ofMinutes(2)));
  }

  /** Processes with this word in their command line. */
  private static List<Path> processes(String word) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(p -> p.getFileName().toString().matches("\\d+"))
          .filter(p -> {
            try {
              return Files.readString(p.resolve("cmdline")).contains(word);
            } catch (IOException e) {
              return false;
            }
          })
          .toList();
    }
  }

  @Test
  void nothing_leaves_a_build_whatever_session_and_environment_it_gives_itself() throws Exception {
    String seconds = "6" + ProcessHandle.current().pid() + ".5";
    BuildResult result =
        run(
            """
            version: 0.2
            phases:
              build:
                commands:
                  - cd / && env -i setsid sh -c '(setsid sleep %1$s > /dev/null 2>&1 < /dev/null &) &'
                  - (env -i sleep %1$s &) > /dev/null 2>&1
                  - sleep 0.2; ps -ef 2> /dev/null | grep -c "[s]leep" || true
            """
                .formatted(seconds));
    assertThat(result.message()).isEmpty();
    assertThat(processes(seconds)).isEmpty();
  }

  @Test
  void a_build_stands_behind_what_is_live() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases: {build: {commands: ['echo "nice $(nice)"', 'echo "io $(ionice)"', 'echo "oom $(cat /proc/self/oom_score_adj)"']}}
            """);
    assertThat(result.message()).isEmpty();
    assertThat(Files.readAllLines(log))
        .contains("io best-effort: prio 7", "oom 500")
        .anySatisfy(line -> assertThat(line).matches("nice ([5-9]|1[0-9])"));
  }

  @Test
  void memory_beyond_the_limit_ends_the_command_and_not_the_build() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases:
              build:
                commands:
                  - head -c 400000000 /dev/zero | tail -c 350000000 | wc -c | grep -q 350000000
              post_build: {commands: [echo still here]}
            """,
            new BuildLimits(1, 64, Duration.ofMinutes(2)));
    assertThat(result.status()).isEqualTo(BuildStatus.FAILED);
    assertThat(Files.readAllLines(log)).contains("still here");
    assertThat(Path.of("/sys/fs/cgroup/memory/samdan-builds", id.substring(id.indexOf(':') + 1)))
        .doesNotExist();
  }

  @Test
  void a_cache_is_found_by_its_key_or_by_the_beginning_of_one() throws Exception {
    String buildspec =
        """
        version: 0.2
        phases:
          build:
            commands:
              - ls deps 2> /dev/null || echo "no deps"
              - mkdir -p deps/sub && echo %1$s > "deps/sub/%1$s"
        cache: {paths: ['deps/**/*', '/root/.m2', /opt/x], key: "deps-%1$s", fallback-keys: [deps-]}
        """;
    assertThat(run(buildspec.formatted("one")).message()).isEmpty();
    assertThat(Files.readString(log))
        .contains(
            "Cache: /root/.m2 is kept with the application's HOME",
            "Cache: /opt/x stays on this machine",
            "Cache: there is none of deps-one",
            "no deps",
            "Cache: kept as deps-one");
    fresh();
    assertThat(run(buildspec.formatted("two")).message()).isEmpty();
    assertThat(Files.readString(log))
        .contains("Cache: restoring deps-one", "\nsub\n", "Cache: kept as deps-two");
    fresh();
    assertThat(run(buildspec.formatted("two")).message()).isEmpty();
    assertThat(source.resolve("deps/sub/one")).content().isEqualTo("one\n");
    assertThat(Files.readString(log))
        .contains("Cache: restoring deps-two", "Cache: deps-two is kept already");
  }

  @Test
  void a_cache_path_with_two_stars_reaches_any_depth() throws Exception {
    String buildspec =
        """
        version: 0.2
        phases:
          build:
            commands:
              - find . -name kept -type f | sort
              - mkdir -p "a b/node_modules" c/d/e/node_modules c/d/other lib
              - for at in . "a b/node_modules" c/d/e/node_modules c/d/other lib; do echo x > "$at/kept"; done
              - echo x > c/d/e/one.jar; echo x > two.jar
        cache: {paths: ['**/node_modules/**/*', '**/*.jar', 'l*/**/kept', './**/none'], key: deep}
        """;
    assertThat(run(buildspec).message()).isEmpty();
    fresh();

    assertThat(run(buildspec).message()).isEmpty();

    assertThat(Files.readAllLines(log))
        .containsSequence("./a b/node_modules/kept", "./c/d/e/node_modules/kept", "./lib/kept")
        .doesNotContain("./c/d/other/kept", "./kept");
    assertThat(source.resolve("c/d/e/one.jar")).exists();
    assertThat(source.resolve("two.jar")).exists();
  }

  @Test
  void an_applications_caches_are_bounded_and_the_least_recently_used_goes() throws Exception {
    CacheFolder caches =
        new CacheFolder(temporary.resolve("bounded"), java.time.InstantSource.system());
    for (String key : List.of("one", "two")) {
      caches.keep(key, ofGigabytes(key));
    }
    // A file system may keep times by the second: the order is the clock's, not the disk's.
    CacheFolder later =
        new CacheFolder(caches.folder(), () -> java.time.Instant.now().plus(Duration.ofMinutes(1)));
    assertThat(later.find("one", List.of())).isPresent();

    new CacheFolder(caches.folder(), () -> java.time.Instant.now().plus(Duration.ofMinutes(2)))
        .keep("three", ofGigabytes("three"));

    assertThat(caches.find("one", List.of())).isPresent();
    assertThat(caches.find("two", List.of())).isEmpty();
    assertThat(caches.find("three", List.of())).isPresent();
    assertThat(CacheFolder.isLargerThan(caches.folder(), 3L << 30)).isTrue();
    assertThat(CacheFolder.isLargerThan(caches.folder(), 5L << 30)).isFalse();
  }

  /** An entry of 2 GiB that takes no room: a file with a hole. */
  private Path ofGigabytes(String key) throws IOException {
    Path made = Files.createDirectories(temporary.resolve("made-" + key));
    try (var file = new java.io.RandomAccessFile(made.resolve("source.tar").toFile(), "rw")) {
      file.setLength(2L << 30);
    }
    return made;
  }

  private void fresh() throws IOException {
    Folders.delete(work);
    Files.createDirectories(source);
  }

  @Test
  void a_failed_build_keeps_no_cache_and_one_without_a_key_has_the_projects() throws Exception {
    String buildspec =
        """
        version: 0.2
        phases: {build: {commands: ['cat kept || true', 'echo %s > kept', '%s']}}
        cache: {paths: [kept]}
        """;
    assertThat(run(buildspec.formatted("wrong", "false")).status()).isEqualTo(BuildStatus.FAILED);
    assertThat(temporary.resolve("caches")).doesNotExist();
    fresh();
    assertThat(run(buildspec.formatted("first", "true")).message()).isEmpty();
    fresh();
    assertThat(run(buildspec.formatted("second", "true")).message()).isEmpty();
    assertThat(Files.readAllLines(log)).contains("first");
    fresh();
    assertThat(run(buildspec.formatted("third", "true")).message()).isEmpty();
    assertThat(Files.readAllLines(log)).contains("second");
  }

  @Test
  void runtimes_that_are_not_here_are_told_with_their_line() throws Exception {
    BuildResult result =
        run(
            """
            version: 0.2
            phases:
              install:
                runtime-versions:
                  java: corretto%d
                  dotnet: 1.0
              build: {commands: ['true']}
            """
                .formatted(Runtime.version().feature()));
    assertThat(result.message()).isEmpty();
    assertThat(Files.readString(log))
        .contains("java corretto" + Runtime.version().feature() + ": ")
        .contains("buildspec.yml:6: warning: runtime-versions.dotnet: 1.0 is not here; ")
        .contains("Skipping install of runtimes.");
  }
}
