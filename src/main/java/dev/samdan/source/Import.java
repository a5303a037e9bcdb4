package dev.samdan.source;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Fills a bare repository from elsewhere with the {@code git} command, which knows every transport.
 */
final class Import {
  private static final Pattern URL =
      Pattern.compile("(https?|ssh|git|file)://\\S+|[\\w.-]+@[\\w.-]+:\\S+");
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final long LARGEST_FILE = 8L << 30;

  private final Path gitDir;

  Import(Path gitDir) {
    this.gitDir = gitDir;
  }

  void run(String folderOrUrl, List<String> branches) {
    if (URL.matcher(folderOrUrl).matches()) {
      fetch(folderOrUrl, Map.of());
      return;
    }
    Path folder = Path.of(folderOrUrl).toAbsolutePath().normalize();
    if (!Files.isDirectory(folder)) {
      throw PlatformException.invalid(
          "'" + folderOrUrl + "' is neither a folder nor the URL of a git repository");
    }
    if (Files.exists(folder.resolve(".git")) || Files.isRegularFile(folder.resolve("HEAD"))) {
      fetchFolder(folder);
    } else {
      commitFolder(folder, branches);
    }
  }

  private void fetch(String from, Map<String, String> environment) {
    git(
        environment,
        "fetch",
        "--quiet",
        "--no-write-fetch-head",
        "--",
        from,
        "+refs/heads/*:refs/heads/*",
        "+refs/tags/*:refs/tags/*");
  }

  /** A folder may be another user's; that it was named here is what makes it trusted. */
  private void fetchFolder(Path folder) {
    Path settings = null;
    try {
      settings = Files.createTempFile("samdan-import", ".gitconfig");
      Files.writeString(settings, "[include]\n\tpath = ~/.gitconfig\n[safe]\n\tdirectory = *\n");
      fetch(folder.toString(), Map.of("GIT_CONFIG_GLOBAL", settings.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      deleteQuietly(settings);
    }
  }

  private void commitFolder(Path folder, List<String> branches) {
    Path index = gitDir.resolve("import.index");
    Map<String, String> environment =
        Map.of(
            "GIT_INDEX_FILE", index.toString(),
            "GIT_WORK_TREE", folder.toString(),
            "GIT_AUTHOR_NAME", "Samdan",
            "GIT_AUTHOR_EMAIL", "samdan@localhost",
            "GIT_COMMITTER_NAME", "Samdan",
            "GIT_COMMITTER_EMAIL", "samdan@localhost");
    try {
      git(environment, "add", "--all", "--", ".");
      String tree = git(environment, "write-tree");
      String commit = git(environment, "commit-tree", "-m", "Import " + folder.getFileName(), tree);
      for (String branch : branches) {
        git(environment, "update-ref", "refs/heads/" + branch, commit);
      }
    } finally {
      deleteQuietly(index);
    }
  }

  private String git(Map<String, String> environment, String... arguments) {
    try {
      boolean bare = !environment.containsKey("GIT_WORK_TREE");
      List<String> settings = List.of("gc.auto=0", "core.bare=" + bare);
      return new GitCommand(gitDir, settings, environment, LONGEST, LARGEST_FILE).run(arguments);
    } catch (PlatformException e) {
      throw new PlatformException(e.code(), "git could not import: " + e.text(), e);
    }
  }

  private static void deleteQuietly(@org.jspecify.annotations.Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException ignored) {
      // A file of a few bytes that the next import does not mind.
    }
  }
}
