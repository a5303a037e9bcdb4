package dev.samdan.source;

import static dev.samdan.source.GitServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceTest {
  @TempDir Path folder;
  private Source source;
  private Path work;

  @BeforeEach
  void open() throws IOException {
    source = new Source(folder.resolve("home"));
    source.createRepository("sample");
    work = Files.createDirectory(folder.resolve("work"));
    git("init", "-q", "-b", "main");
    git("config", "user.name", "Kim Mina");
    git("config", "user.email", "mina@example.com");
    git("remote", "add", "origin", folder.resolve("home/git/sample.git").toString());
  }

  @AfterEach
  void close() {
    source.close();
  }

  @Test
  void a_commit_is_known_by_id_short_id_and_branch() throws IOException {
    String id = commit("First line\n\nSecond", "a.txt", "1");
    Commit commit = source.commit("sample", "main");
    assertThat(commit.id()).isEqualTo(id);
    assertThat(commit.message()).isEqualTo("First line\n\nSecond");
    assertThat(commit.subject()).isEqualTo("First line");
    assertThat(commit.author()).isEqualTo("Kim Mina");
    assertThat(commit.authorEmail()).isEqualTo("mina@example.com");
    assertThat(source.commit("sample", commit.shortId())).isEqualTo(commit);
    assertThat(source.tips("sample")).containsExactly(Map.entry("main", id));
    assertThatThrownBy(() -> source.commit("sample", "f".repeat(40)))
        .hasMessageContaining("has no branch or commit");
    assertThatThrownBy(() -> source.commit("other", "main"))
        .hasMessage("there is no repository 'other'; there are: sample");
  }

  @Test
  void changed_files_are_those_added_edited_and_deleted() throws IOException {
    String first = commit("1", "a.txt", "1", "b.txt", "1", "c/d.txt", "1");
    Files.delete(work.resolve("b.txt"));
    String second = commit("2", "a.txt", "2", "한글 이름.txt", "1");
    assertThat(source.changedFiles("sample", first, second))
        .containsExactlyInAnyOrder("a.txt", "b.txt", "한글 이름.txt");
    assertThat(source.changedFiles("sample", null, first))
        .containsExactly("a.txt", "b.txt", "c/d.txt");
    assertThat(source.changedFiles("sample", first, first)).isEmpty();
  }

  @Test
  void a_file_is_read_at_its_commit() throws IOException {
    String first = commit("1", "c/d.txt", "one");
    commit("2", "c/d.txt", "two");
    assertThat(source.readFile("sample", first, "c/d.txt").orElseThrow())
        .asString()
        .isEqualTo("one");
    assertThat(source.readFile("sample", "main", "c/d.txt").orElseThrow())
        .asString()
        .isEqualTo("two");
    assertThat(source.readFile("sample", "main", "c")).isEmpty();
    assertThat(source.readFile("sample", "main", "none")).isEmpty();
  }

  @Test
  void the_zip_of_a_commit_is_reproducible_and_keeps_modes_and_links() throws IOException {
    Files.writeString(work.resolve("run.sh"), "#!/bin/sh\n");
    assertThat(work.resolve("run.sh").toFile().setExecutable(true)).isTrue();
    Files.createSymbolicLink(work.resolve("link"), Path.of("c/d.txt"));
    String id = commit("1", "c/d.txt", "one", "empty.txt", "");
    Path zip = folder.resolve("a.zip");
    source.zip("sample", id, zip);
    source.zip("sample", id, folder.resolve("again/b.zip"));
    assertThat(Digest.of(zip)).isEqualTo(Digest.of(folder.resolve("again/b.zip")));
    try (ZipFile file = ZipFile.builder().setPath(zip).get()) {
      ZipArchiveEntry link = file.getEntry("link");
      assertThat(link.isUnixSymlink()).isTrue();
      assertThat(file.getUnixSymlink(link)).isEqualTo("c/d.txt");
      assertThat(file.getEntry("run.sh").getUnixMode()).isEqualTo(0100755);
      assertThat(file.getEntry("c/d.txt").getUnixMode()).isEqualTo(0100644);
      assertThat(file.getInputStream(file.getEntry("c/d.txt")))
          .asString(StandardCharsets.UTF_8)
          .isEqualTo("one");
    }
    run(folder, "python3", "-m", "zipfile", "-t", zip.toString()).orThrow();
    assertThat(folder.toFile().list((d, name) -> name.endsWith(".part"))).isEmpty();
  }

  @Test
  void the_last_commit_that_touched_a_path_is_found() throws IOException {
    String first =
        commit(
            "1", "api/requirements.txt", "1", "api/docker/Dockerfile-base", "1", "api/a.py", "1");
    commit("2", "api/a.py", "2");
    assertThat(touching("api/requirements.txt")).isEqualTo(first);
    assertThat(touching("api/requirements.txt", "api/docker/Dockerfile-base")).isEqualTo(first);
    String third = commit("3", "api/requirements.txt", "2");
    commit("4", "README.md", "2");
    assertThat(touching("api/*.txt")).isEqualTo(third);
    assertThat(touching("**/Dockerfile-base")).isEqualTo(first);
    assertThat(source.lastCommitTouching("sample", "main", List.of("nothing"))).isEmpty();
  }

  @Test
  void a_merge_that_only_brings_a_change_is_not_the_one_that_touched() throws IOException {
    commit("1", "a.txt", "1", "lock", "1");
    git("checkout", "-q", "-b", "dev");
    String onDev = commit("2", "lock", "2");
    git("checkout", "-q", "main");
    commit("3", "a.txt", "2");
    git("merge", "-q", "--no-ff", "-m", "Merge", "dev");
    git("push", "-q", "origin", "main");
    assertThat(touching("lock")).isEqualTo(onDev);
  }

  @Test
  void in_a_history_of_ten_thousand_commits_the_first_is_found() throws IOException {
    StringBuilder stream = new StringBuilder();
    for (int i = 0; i < 10_000; i++) {
      String path = i == 0 ? "lock" : "folder" + i % 50 + "/file" + i % 500;
      stream
          .append("commit refs/heads/long\ncommitter A <a@b> ")
          .append(1_700_000_000 + i)
          .append(" +0000\ndata 1\nx\n");
      stream
          .append("M 644 inline ")
          .append(path)
          .append("\ndata ")
          .append(("" + i).length())
          .append('\n')
          .append(i)
          .append('\n');
    }
    Path input = folder.resolve("stream");
    Files.writeString(input, stream);
    run(work, "sh", "-c", "git fast-import --quiet < " + input + " && git push -q origin long")
        .orThrow();
    String first = run(work, "git", "rev-list", "--max-parents=0", "long").orThrow().strip();
    assertThat(source.lastCommitTouching("sample", "long", List.of("lock"))).contains(first);
  }

  @Test
  void a_folder_a_repository_and_a_url_are_imported() throws IOException {
    String id = commit("1", "a.txt", "1");
    git("tag", "1.0.0");
    git("branch", "dev");
    for (String from : List.of(work.toString(), "file://" + work)) {
      String name = "copy" + from.length();
      source.createRepository(name);
      assertThat(source.importFrom(name, from))
          .containsOnly(Map.entry("main", id), Map.entry("dev", id));
    }
    Path plain = Files.createDirectories(folder.resolve("plain/sub"));
    Files.writeString(plain.resolve("b.txt"), "b");
    source.createRepository("plain");
    Map<String, String> tips = source.importFrom("plain", plain.getParent().toString());
    assertThat(tips).containsOnlyKeys("dev", "main");
    assertThat(source.readFile("plain", "dev", "sub/b.txt").orElseThrow())
        .asString()
        .isEqualTo("b");
    assertThatThrownBy(() -> source.importFrom("plain", plain.toString()))
        .hasMessageContaining("is not empty");
  }

  @Test
  void an_import_that_fails_says_why_without_secrets() {
    assertThatThrownBy(() -> source.importFrom("sample", "/no/such/folder"))
        .hasMessageContaining("is neither a folder nor");
    assertThatThrownBy(() -> source.importFrom("sample", "http://127.0.0.1:1/x.git"))
        .hasMessageContaining("git could not import");
    assertThatThrownBy(() -> source.importFrom("sample", "http://me:secret@127.0.0.1:1/x.git"))
        .hasMessageContaining("a password does not belong in an address")
        .hasMessageNotContaining("secret");
  }

  @Test
  void what_is_no_address_of_another_machine_is_read_with_the_rights_of_control() {
    for (String given :
        List.of("/root/.ssh", ".", "file:///x", " file:/x", "FILE:///x", "ext::sh -c x", "me:x")) {
      assertThat(RemoteUrl.isOfThisMachine(given)).as(given).isTrue();
    }
    for (String given :
        List.of("https://h/x.git", "http://h/x", "ssh://git@h/x", "git://h/x", "git@h:team/x")) {
      assertThat(RemoteUrl.isOfThisMachine(given)).as(given).isFalse();
    }
  }

  @Test
  void names_that_leave_the_folder_are_refused() {
    for (String name : List.of("../x", "a/b", "", ".git", "A", "a.git", "a..b")) {
      assertThatThrownBy(() -> source.createRepository(name))
          .hasMessageContaining("is not a repository's name");
      assertThat(source.exists(name)).isFalse();
    }
  }

  @Test
  void a_deleted_repository_is_gone_and_can_be_made_again() throws IOException {
    commit("1", "a.txt", "1");
    source.delete("sample");
    assertThat(source.repositories()).isEmpty();
    source.createRepository("sample");
    assertThat(source.tips("sample")).isEmpty();
  }

  @Test
  void a_sweep_removes_what_a_dead_control_left() throws IOException {
    Path objects = folder.resolve("home/git/sample.git/objects");
    Files.writeString(objects.resolve("incoming_1.pack"), "half");
    Files.createDirectories(folder.resolve("home/git/.new-1/objects"));
    Path lock = folder.resolve("home/git/sample.git/refs/heads/main.lock");
    Files.writeString(lock, "");
    source.sweep();
    assertThat(lock).doesNotExist();
    commit("pushed after it", "a.txt", "1");
    assertThat(objects.resolve("incoming_1.pack")).doesNotExist();
    assertThat(folder.resolve("home/git/.new-1")).doesNotExist();
  }

  private String touching(String... globs) {
    return source.lastCommitTouching("sample", "main", List.of(globs)).orElseThrow();
  }

  private String commit(String message, String... files) throws IOException {
    for (int i = 0; i < files.length; i += 2) {
      Path file = work.resolve(files[i]);
      Files.createDirectories(file.getParent());
      Files.writeString(file, files[i + 1]);
    }
    git("add", "-A");
    git("commit", "-q", "-m", message);
    git("push", "-q", "origin", "HEAD");
    return git("rev-parse", "HEAD").strip();
  }

  private String git(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return run(work, command).orThrow();
  }
}
