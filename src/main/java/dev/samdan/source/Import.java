package dev.samdan.source;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;

/**
 * Fills a bare repository from elsewhere with the {@code git} command, which knows every transport.
 */
final class Import {
  private static final Pattern URL =
      Pattern.compile("(https?|ssh|git|file)://\\S+|[\\w.-]+@[\\w.-]+:\\S+");
  private static final Pattern CREDENTIALS = Pattern.compile("://[^/@\\s]*@");

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
        List.of(
            "fetch",
            "--quiet",
            "--no-write-fetch-head",
            "--",
            from,
            "+refs/heads/*:refs/heads/*",
            "+refs/tags/*:refs/tags/*"),
        environment);
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
      git(List.of("-c", "core.bare=false", "add", "--all", "--", "."), environment);
      String tree = git(List.of("-c", "core.bare=false", "write-tree"), environment);
      String commit =
          git(List.of("commit-tree", "-m", "Import " + folder.getFileName(), tree), environment);
      for (String branch : branches) {
        git(List.of("update-ref", "refs/heads/" + branch, commit), environment);
      }
    } finally {
      deleteQuietly(index);
    }
  }

  private String git(List<String> arguments, Map<String, String> environment) {
    List<String> command =
        new ArrayList<>(List.of("git", "--git-dir=" + gitDir, "-c", "gc.auto=0"));
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().keySet().removeIf(k -> k.startsWith("GIT_"));
    builder.environment().putAll(environment);
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    builder.environment().put("LC_ALL", "C.UTF-8");
    String workTree = environment.get("GIT_WORK_TREE");
    builder.directory(workTree == null ? gitDir.toFile() : new java.io.File(workTree));
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      FutureTask<String> complaint = new FutureTask<>(() -> text(process.getErrorStream()));
      Thread.ofVirtual().start(complaint);
      String output = text(process.getInputStream());
      if (process.waitFor() != 0) {
        String safe = CREDENTIALS.matcher(complaint.get()).replaceAll("://");
        throw PlatformException.invalid(
            "git could not import: " + (safe.isEmpty() ? "it gave no reason" : safe));
      }
      return output;
    } catch (ExecutionException e) {
      throw PlatformException.unavailable("git could not be read: " + e.getCause());
    } catch (IOException e) {
      throw PlatformException.unavailable(
          "git cannot be started; install it (on Debian: apt install git): " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PlatformException.unavailable("the import was interrupted");
    }
  }

  private static String text(InputStream stream) throws IOException {
    return new String(stream.readAllBytes(), StandardCharsets.UTF_8).strip();
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
