package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The clone that a command is given in, asked through the person's own git. */
final class LocalGit {
  private static final Pattern REMOTE = Pattern.compile("/git/([a-z0-9._-]+?)(\\.git)?/?$");

  private LocalGit() {}

  /** The application whose repository a remote of this clone is. */
  static Optional<String> application() {
    for (String line : run("remote", "-v").orElse(List.of())) {
      Matcher matcher = REMOTE.matcher(line.replaceFirst(" \\((fetch|push)\\)$", ""));
      if (matcher.find()) {
        return Optional.of(matcher.group(1));
      }
    }
    return Optional.empty();
  }

  /** The application that was named, else the one of this clone. */
  static String application(@Nullable String named) {
    return named != null
        ? named
        : application()
            .orElseThrow(() ->
                PlatformException.invalid(
                    "no remote of this folder is an application's repository: say which with"
                        + " --app NAME"));
  }

  /** Where this clone keeps its hooks. */
  static Path hooks() {
    return run("rev-parse", "--git-path", "hooks")
        .filter(lines -> !lines.isEmpty())
        .map(lines -> Path.of(lines.getFirst()))
        .orElseThrow(() -> PlatformException.invalid("this folder is no git clone"));
  }

  /** The branch that is checked out. */
  static String branch() {
    return run("symbolic-ref", "--short", "HEAD")
        .filter(lines -> !lines.isEmpty())
        .map(List::getFirst)
        .orElseThrow(() ->
            PlatformException.invalid(
                "this folder is no git clone with a branch checked out: name the branch, or git"
                    + " switch to it"));
  }

  /** The newest commits of a branch's history. */
  static List<String> history(String branch, int most) {
    return run("rev-list", "--max-count=" + most, branch, "--")
        .orElseThrow(
            () -> PlatformException.invalid("there is no branch " + branch + " in this clone"));
  }

  /** The lines that git printed; empty where it failed. */
  private static Optional<List<String>> run(String... arguments) {
    List<String> command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(arguments));
    try {
      Process git =
          new ProcessBuilder(command)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .start();
      List<String> lines =
          new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return git.waitFor() == 0 ? Optional.of(lines) : Optional.empty();
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE, "git cannot be run here: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PlatformException.unavailable("interrupted while git ran");
    }
  }
}
