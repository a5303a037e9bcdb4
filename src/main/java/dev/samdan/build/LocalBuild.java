package dev.samdan.build;

import dev.samdan.base.Folders;
import dev.samdan.engine.Engine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One build of a folder as it stands, without a server: {@code samdan build DIR}. */
public final class LocalBuild {
  private static final Duration CLEARING = Duration.ofSeconds(10);

  private static final BuildLimits LIMITS = new BuildLimits(0, 0, Duration.ofHours(8));

  private LocalBuild() {}

  /**
   * How it ended, and the files of its artifacts, by their paths in the folder that was asked for.
   */
  public record Outcome(BuildResult result, List<String> artifacts) {}

  /**
   * Runs the folder's buildspec in the folder itself.
   *
   * @param buildspec path below the folder
   * @param artifacts where artifacts are put, secondary ones in a folder of their identifier; null
   *     to keep none
   * @param environment further variables; they win over the buildspec's
   * @param image the container in which the commands run; null for the machine itself
   * @param onLine told each line of the log as it comes
   */
  public static Outcome run(
      Path folder,
      String buildspec,
      @Nullable Path artifacts,
      Map<String, String> environment,
      @Nullable String image,
      Consumer<String> onLine)
      throws IOException, InterruptedException {
    Path source = folder.toRealPath();
    Path work = Files.createTempDirectory("samdan-build-").toRealPath();
    try {
      Path log = work.resolve("log");
      String id = "local:" + UUID.randomUUID();
      BuildRequest request =
          new BuildRequest(
              id,
              source,
              Map.of(),
              buildspec,
              buildspec,
              environment,
              BuildSecrets.NONE,
              work,
              image == null
                  ? Path.of(System.getProperty("user.home"))
                  : Files.createDirectory(work.resolve("home")),
              log,
              outputs(source.resolve(buildspec), work),
              new BuildTerms(LIMITS, where(image, work), null),
              Optional.empty());
      LogFile lines = new LogFile(log);
      long[] next = {1};
      Runnable print = () -> print(lines, next, onLine);
      BuildRunner runner = new BuildRunner(request, InstantSource.system(), phases -> {}, print);
      CountDownLatch cleared = new CountDownLatch(1);
      Thread end = new Thread(() -> stop(runner, cleared));
      Runtime.getRuntime().addShutdownHook(end);
      try {
        BuildResult result = runner.run();
        return new Outcome(
            result, unpack(result, artifacts == null ? work.resolve("artifacts") : artifacts));
      } finally {
        Folders.delete(work);
        cleared.countDown();
        removeHook(end);
      }
    } finally {
      Folders.delete(work);
    }
  }

  private static Workplace where(@Nullable String image, Path work) {
    return image == null
        ? new Workplace.Machine(null)
        : new Workplace.Container(Engine.of(work, System.getenv()), image);
  }

  /** Ctrl-C: the program ends only when the build's processes and files are gone. */
  private static void stop(BuildRunner runner, CountDownLatch cleared) {
    runner.cancel();
    try {
      boolean _ = cleared.await(CLEARING.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Every artifact that the buildspec declares; one that cannot be read declares none. */
  private static Map<String, Path> outputs(Path buildspec, Path work) throws IOException {
    Map<String, Path> outputs = new HashMap<>();
    if (Files.isRegularFile(buildspec)) {
      Buildspec spec = Buildspec.parse("", Files.readString(buildspec)).buildspec();
      if (spec != null) {
        if (spec.artifacts() != null) {
          outputs.put("", work.resolve("primary.zip"));
        }
        spec.secondaryArtifacts()
            .keySet()
            .forEach(id -> outputs.put(id, work.resolve("secondary-" + outputs.size() + ".zip")));
      }
    }
    return outputs;
  }

  private static List<String> unpack(BuildResult result, Path target) throws IOException {
    List<String> paths = new ArrayList<>();
    for (Map.Entry<String, Path> zip : result.artifacts().entrySet()) {
      Zips.unpack(zip.getValue(), target.resolve(zip.getKey()));
    }
    if (Files.isDirectory(target) && !result.artifacts().isEmpty()) {
      try (Stream<Path> files = Files.walk(target)) {
        files
            .filter(f -> !Files.isDirectory(f))
            .map(f -> target.relativize(f).toString())
            .sorted()
            .forEach(paths::add);
      }
    }
    return paths;
  }

  private static void print(LogFile file, long[] next, Consumer<String> onLine) {
    try {
      List<String> lines = file.lines(next[0], Integer.MAX_VALUE);
      next[0] += lines.size();
      lines.forEach(onLine);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The program ends already; the hook has run or runs.
    }
  }
}
