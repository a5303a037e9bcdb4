package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.Digest;
import dev.samdan.base.Glob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSelectionTest {
  @TempDir Path temporary;
  private Path source;

  @BeforeEach
  void files() throws IOException {
    source = Files.createDirectories(temporary.toRealPath().resolve("src"));
    for (String file :
        List.of(
            "a.txt",
            ".hidden",
            "dir/b.txt",
            "dir/deep/c.txt",
            "out-1/x",
            "out-2/y",
            "odd[1].txt")) {
      Files.createDirectories(source.resolve(file).getParent());
      Files.writeString(source.resolve(file), file);
    }
  }

  private FileSelection.Found find(String base, String... patterns) throws IOException {
    return find(List.of(), base, false, false, patterns);
  }

  private FileSelection.Found find(
      List<Glob> exclude, String base, boolean flat, boolean links, String... patterns)
      throws IOException {
    return selected(
        file -> true,
        false,
        selection -> selection.find(List.of(patterns), base, exclude, flat, links));
  }

  private interface Finding {
    FileSelection.Found in(FileSelection selection) throws IOException;
  }

  private FileSelection.Found selected(Predicate<Path> mayRead, boolean over, Finding finding)
      throws IOException {
    try (BuildLog log =
        new BuildLog(
            temporary.resolve("log"),
            List.of(),
            BuildLog.LIMIT,
            InstantSource.system(),
            () -> {})) {
      return finding.in(
          new FileSelection(
              source,
              Map.of("NAME", "deep", "TMP", temporary.toRealPath().toString()),
              mayRead,
              Map.of(),
              () -> over,
              log));
    }
  }

  @Test
  void folders_that_may_not_be_read_and_those_of_the_kernel_are_not_searched() throws IOException {
    Files.createSymbolicLink(source.resolve("kernel"), Path.of("/proc"));
    assertThat(find(".", "kernel/*").files()).isEmpty();
    assertThat(
            selected(
                    path -> !path.endsWith("deep"),
                    false,
                    s -> s.find(List.of("dir/**/*"), ".", List.of(), false, false))
                .files())
        .containsOnlyKeys("dir/b.txt");
  }

  @Test
  void the_search_ends_with_the_build() {
    assertThatThrownBy(() ->
            selected(
                path -> true, true, s -> s.find(List.of("**/*"), ".", List.of(), false, false)))
        .hasMessage("the build ended while its files were looked for");
  }

  @Test
  void patterns_mean_what_they_mean_to_ant() throws IOException {
    assertThat(find(".", "**/*").files())
        .hasSize(7)
        .containsKeys("a.txt", ".hidden", "dir/deep/c.txt");
    assertThat(find(".", "dir/*").files()).containsOnlyKeys("dir/b.txt");
    assertThat(find(".", "dir/**/*").files()).containsOnlyKeys("dir/b.txt", "dir/deep/c.txt");
    assertThat(find(".", "./a.txt", "odd[1].txt").files()).containsOnlyKeys("a.txt", "odd[1].txt");
    assertThat(find(".", "dir/$NAME/*", "${NAME}x").files()).containsOnlyKeys("dir/deep/c.txt");
    assertThat(find(".", "dir").files()).isEmpty();
    assertThat(find(".", "../log").files()).isEmpty();
  }

  @Test
  void base_directories_are_taken_off_and_may_be_patterns() throws IOException {
    assertThat(find("dir", "**/*").files()).containsOnlyKeys("b.txt", "deep/c.txt");
    assertThat(find("./out-*", "**/*").files()).containsOnlyKeys("x", "y");
    assertThat(find("missing", "**/*").baseExists()).isFalse();
    assertThat(find("$TMP/src/dir", "*").files()).containsOnlyKeys("b.txt");
    assertThat(find(".", "$TMP/src/dir/*").files()).containsOnlyKeys("b.txt");
  }

  @Test
  void excluded_files_stay_away_and_paths_are_discarded() throws IOException {
    assertThat(find(List.of(Glob.parse("**/*.txt")), ".", false, false, "**/*").files())
        .containsOnlyKeys(".hidden", "out-1/x", "out-2/y");
    assertThat(find(List.of(), ".", true, false, "dir/**/*").files())
        .containsOnlyKeys("b.txt", "c.txt");
  }

  @Test
  void a_zip_keeps_modes_and_links_and_depends_on_nothing_else() throws IOException {
    Path script = source.resolve("run.sh");
    Files.writeString(script, "#!/bin/sh\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    Files.createSymbolicLink(source.resolve("link"), Path.of("dir/b.txt"));
    Path first = temporary.resolve("1.zip");
    Path second = temporary.resolve("2.zip");
    Zips.write(first, find(List.of(), ".", false, true, "**/*").files(), true);
    Files.setLastModifiedTime(script, FileTime.fromMillis(0));
    Zips.write(second, find(List.of(), ".", false, true, "**/*").files(), true);
    assertThat(Digest.of(first)).isEqualTo(Digest.of(second));
    Path target = temporary.resolve("unpacked");
    Zips.unpack(first, target);
    assertThat(target.resolve("run.sh")).isExecutable();
    assertThat(target.resolve("a.txt").toFile().canExecute()).isFalse();
    assertThat(Files.readSymbolicLink(target.resolve("link"))).isEqualTo(Path.of("dir/b.txt"));
    Path followed = temporary.resolve("3.zip");
    Zips.write(followed, find(".", "link").files(), false);
    Zips.unpack(followed, temporary.resolve("followed"));
    assertThat(temporary.resolve("followed/link")).isRegularFile().content().isEqualTo("dir/b.txt");
  }
}
