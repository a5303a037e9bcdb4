package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/** A team's repository in a folder of its own, pushed with the real git. */
final class TeamRepository {
  private final Installation samdan;
  private final String application;
  final Path folder;

  private TeamRepository(Installation samdan, String application) {
    this.samdan = samdan;
    this.application = application;
    this.folder = samdan.folder.resolve("repository-" + application);
  }

  /** A copy of these files under version control; none for an empty repository. */
  static TeamRepository of(Installation samdan, String application, Path files) {
    TeamRepository repository = new TeamRepository(samdan, application);
    try (Stream<Path> all = Files.walk(files)) {
      for (Path file : all.toList()) {
        Path copy = repository.folder.resolve(files.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(copy);
        } else {
          Files.copy(file, copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    repository.git("init", "--quiet", "--initial-branch=dev");
    return repository;
  }

  void edit(String file, String from, String to) {
    Path path = folder.resolve(file);
    try {
      String text = Files.readString(path);
      assertThat(text).contains(from);
      Files.writeString(path, text.replace(from, to));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Commits what changed, where anything did. */
  void commit(String message) {
    git("add", "--all");
    if (!git("status", "--porcelain").isEmpty()) {
      git("commit", "--quiet", "--message", message);
    }
  }

  /** The id of the newest commit, short. */
  String head() {
    return git("log", "-1", "--pretty=format:%h");
  }

  /** Commits what changed and pushes it to a branch; gives the commit's id. */
  String push(String branch) {
    commit("Change");
    String login =
        Base64.getEncoder()
            .encodeToString(("samdan:" + samdan.token()).getBytes(StandardCharsets.UTF_8));
    git(
        "-c",
        "http.extraHeader=Authorization: Basic " + login,
        "push",
        "--quiet",
        samdan.url() + "/git/" + application + ".git",
        "HEAD:refs/heads/" + branch);
    return git("rev-parse", "HEAD").strip();
  }

  private String git(String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of("git", "-c", "user.name=Team", "-c", "user.email=team@example.com"));
    command.addAll(List.of(arguments));
    Installation.Ran ran = samdan.run(folder, command, Duration.ofMinutes(1));
    assertThat(ran.status()).as("%s\n%s\n%s", command, ran.out(), ran.err()).isZero();
    return ran.out();
  }
}
