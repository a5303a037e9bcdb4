package dev.samdan.platform;

import dev.samdan.base.PlatformException;
import dev.samdan.cli.ApiClient;
import dev.samdan.cli.GitSignIn;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/**
 * The sample application as a git repository in a folder of its own, and how changes of it are
 * delivered: the demo, the tests and the benchmarks all push through here.
 */
public final class SampleRepository {
  private static final Set<String> MADE = Set.of("dist", "build", "libs");

  private final Path folder;

  private SampleRepository(Path folder) {
    this.folder = folder;
  }

  /**
   * Copies the sample and the libraries that its {@code api/libraries.txt} lists, and commits them
   * on {@code main} with a branch {@code dev} beside it. A folder that already holds the repository
   * is brought up to date by a commit.
   *
   * @param sources the checkout's {@code sample/}
   * @param libraries the folder that holds the jars, the program's own {@code lib/}
   */
  public static SampleRepository prepare(Path sources, Path libraries, Path folder) {
    SampleRepository repository = new SampleRepository(folder);
    try {
      Files.createDirectories(folder);
      copy(sources, folder);
      copyLibraries(libraries, folder.resolve("api"));
    } catch (IOException e) {
      throw new UncheckedIOException(
          "the sample cannot be copied from " + sources + " to " + folder, e);
    }
    if (!Files.isDirectory(folder.resolve(".git"))) {
      repository.git("init", "--quiet", "--initial-branch=main");
    }
    if (!repository.git("status", "--porcelain").isEmpty()) {
      repository.commit("The staff directory");
    }
    repository.git("branch", "--force", "dev", "main");
    return repository;
  }

  public Path folder() {
    return folder;
  }

  /** Changes a file of the work tree. */
  public void edit(String file, UnaryOperator<String> change) {
    Path path = folder.resolve(file);
    try {
      Files.writeString(path, change.apply(Files.readString(path)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest commit's id. */
  public String head() {
    return git("rev-parse", "HEAD").strip();
  }

  /** Commits everything in the work tree and gives the commit's id. */
  public String commit(String message) {
    git("add", "--all");
    git("commit", "--quiet", "--message", message);
    return git("rev-parse", "HEAD").strip();
  }

  /**
   * Pushes the newest commit to a branch.
   *
   * @param remote without user and password
   * @return what git said
   */
  public String push(URI remote, String token, String branch) {
    String login =
        Base64.getEncoder().encodeToString(("samdan:" + token).getBytes(StandardCharsets.UTF_8));
    // Through the environment: what stands on a command line is seen by everyone on the machine.
    Map<String, String> header =
        Map.of(
            "GIT_CONFIG_COUNT", "1",
            "GIT_CONFIG_KEY_0", "http.extraHeader",
            "GIT_CONFIG_VALUE_0", "Authorization: Basic " + login);
    return run(header, "push", remote.toString(), "HEAD:refs/heads/" + branch);
  }

  /** Names the server as the remote {@code samdan}, where git signs in by itself from now on. */
  void connect(URI remote, Path home) {
    git("config", GitSignIn.key(remote), GitSignIn.helper(home));
    git("config", "remote.samdan.url", remote.toString());
    git("config", "remote.samdan.fetch", "+refs/heads/*:refs/remotes/samdan/*");
  }

  /**
   * Releases what the development branch holds, which was delivered and tested there; gives the
   * production branch's commit, the one it has where there is nothing new.
   */
  public static String release(ApiClient api, String application) {
    String path = "/applications/" + application + "/release";
    JsonNode next = api.get(path);
    return next.path("commitCount").asInt() == 0
        ? next.path("base").asString("")
        : api.post(path, Map.of()).path("commit").asString("");
  }

  private String git(String... arguments) {
    return run(Map.of(), arguments);
  }

  private String run(Map<String, String> environment, String... arguments) {
    List<String> command =
        new ArrayList<>(
            List.of("git", "-c", "user.name=Samdan demo", "-c", "user.email=demo@samdan.dev"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder
        .environment()
        .putAll(
            Map.of(
                "GIT_CONFIG_NOSYSTEM",
                "1",
                "GIT_CONFIG_GLOBAL",
                "/dev/null",
                "GIT_TERMINAL_PROMPT",
                "0"));
    builder.environment().putAll(environment);
    try {
      Process git = builder.start();
      git.getOutputStream().close();
      String output = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (git.waitFor() != 0) {
        throw PlatformException.invalid(
            "git " + arguments[0] + " in " + folder + " failed: " + output.strip());
      }
      return output;
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          "git cannot be run: " + e.getMessage() + ". Install git",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PlatformException.unavailable("interrupted while git ran");
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (MADE.contains(String.valueOf(directory.getFileName()))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                file,
                to.resolve(from.relativize(file)),
                StandardCopyOption.REPLACE_EXISTING,
                StandardCopyOption.COPY_ATTRIBUTES);
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static void copyLibraries(Path libraries, Path api) throws IOException {
    Path target = Files.createDirectories(api.resolve("libs"));
    for (String line : Files.readAllLines(api.resolve("libraries.txt"))) {
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      Path jar = libraries.resolve(line.strip());
      if (!Files.isRegularFile(jar)) {
        throw PlatformException.notFound(
            "the sample needs "
                + line.strip()
                + ", which is not in "
                + libraries
                + ": build Samdan again (./samdan does)");
      }
      Files.copy(jar, target.resolve(line.strip()), StandardCopyOption.REPLACE_EXISTING);
    }
  }
}
