package dev.samdan.source;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.eclipse.jgit.internal.storage.file.FileRepository;

/** Fills a bare repository from a folder of this machine, or as {@link RemoteGit} fetches. */
final class Import {
  private static final Duration LONGEST = Duration.ofMinutes(30);
  private static final long LARGEST_FILE = 8L << 30;

  private final FileRepository into;
  private final Path gitDir;
  private final RemoteGit remote;

  Import(FileRepository into, RemoteGit remote) {
    this.into = into;
    this.gitDir = into.getDirectory().toPath();
    this.remote = remote;
  }

  void run(String folderOrUrl, List<String> branches) {
    if (RemoteUrl.isAddress(folderOrUrl)) {
      fetch(RemoteUrl.parse(folderOrUrl));
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

  /** Nothing of whoever runs control goes there: no key, no credential. */
  private void fetch(RemoteUrl url) {
    try (Quarantine quarantine = new Quarantine(into)) {
      Path objects = into.getObjectsDirectory().toPath();
      Map<String, String> refs =
          remote.fetch(url, new Credential.None(), quarantine, objects, List.of());
      quarantine.accept();
      Mirror.move(into, Mirror.changes(Map.of(), refs), "samdan", url);
    } catch (PlatformException e) {
      throw failed(e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder may be another user's; that it was named here is what makes it trusted. */
  private void fetchFolder(Path folder) {
    Path settings = null;
    try {
      settings = Files.createTempFile("samdan-import", ".gitconfig");
      Files.writeString(settings, "[include]\n\tpath = ~/.gitconfig\n[safe]\n\tdirectory = *\n");
      git(
          Map.of("GIT_CONFIG_GLOBAL", settings.toString()),
          "fetch",
          "--quiet",
          "--no-write-fetch-head",
          "--",
          folder.toString(),
          "+refs/heads/*:refs/heads/*",
          "+refs/tags/*:refs/tags/*");
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
      throw failed(e);
    }
  }

  private static PlatformException failed(PlatformException e) {
    return new PlatformException(e.code(), "git could not import: " + e.text(), e);
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
