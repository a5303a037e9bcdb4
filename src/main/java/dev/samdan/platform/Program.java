package dev.samdan.platform;

import dev.samdan.edge.Edge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How this program starts its own processes: the same JDK, the same jars, a start-up cache where
 * one was made.
 */
final class Program {
  /** One process of the program; the name is its cache's, the options bound its memory. */
  enum Part {
    /**
     * With both compilers: only the slower one knows the processor's instructions for SHA-256,
     * without which every image, artifact and upload takes ten times as long to hash. It begins
     * late and by its own counts, not by those of the start-up cache: what only a start needs often
     * is not worth its work, which would take half a second of the start.
     */
    CONTROL(
        "dev.samdan.platform.ControlMain",
        List.of(
            "-Xms24m",
            "-Xmx320m",
            "-XX:+UseSerialGC",
            "-XX:MinHeapFreeRatio=10",
            "-XX:MaxHeapFreeRatio=25",
            "-XX:ReservedCodeCacheSize=64m",
            "-XX:+UnlockDiagnosticVMOptions",
            "-XX:-AOTReplayTraining",
            "-XX:Tier4InvocationThreshold=100000",
            "-XX:Tier4MinInvocationThreshold=20000",
            "-XX:Tier4CompileThreshold=200000",
            "-XX:Tier4BackEdgeThreshold=2000000",
            "-XX:+UseCompactObjectHeaders",
            "-XX:-UsePerfData",
            "-Xss512k",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow")),
    EDGE("dev.samdan.edge.EdgeMain", Edge.JVM_OPTIONS);

    private final String main;
    private final List<String> options;

    Part(String main, List<String> options) {
      this.main = main;
      this.options = options;
    }

    private String cache() {
      return name().toLowerCase(java.util.Locale.ROOT) + ".aot";
    }
  }

  private Program() {}

  /** The command line that starts a part with these arguments. */
  static List<String> command(Part part, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-XX:+ExitOnOutOfMemoryError");
    command.addAll(part.options);
    command.addAll(cacheOptions(part));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(part.main);
    command.addAll(arguments);
    return command;
  }

  private static List<String> cacheOptions(Part part) {
    String training = System.getProperty("samdan.train");
    if (training != null) {
      return List.of(
          "-Dsamdan.train=" + training,
          "-XX:AOTCacheOutput=" + Path.of(training).resolve(part.cache()),
          "-Xlog:aot=off",
          "-Xlog:cds=off");
    }
    return folder()
        .map(folder -> folder.resolve("aot").resolve(part.cache()))
        .filter(Files::isRegularFile)
        .map(cache -> List.of("-XX:AOTCache=" + cache, "-Xlog:aot=off", "-Xlog:cds=off"))
        .orElse(List.of());
  }

  /** The folder that the program's jar lies in; empty where it runs from classes, as tests do. */
  static Optional<Path> folder() {
    Path first = Path.of(System.getProperty("java.class.path").split(":", 2)[0]);
    return first.getFileName().toString().equals("samdan.jar")
        ? Optional.ofNullable(first.toAbsolutePath().getParent())
        : Optional.empty();
  }

  /**
   * Whether this process is part of a training run: it writes its start-up cache as it ends, which
   * takes seconds.
   */
  static boolean trains() {
    return System.getProperty("samdan.train") != null;
  }

  /** Where the sources lie, for the sample; the launcher says it. */
  static Path source() {
    return Path.of(System.getProperty("samdan.source", System.getProperty("user.dir")));
  }

  /**
   * Starts a command in a session of its own, its output appended to a log, so that it outlives its
   * starter.
   */
  static Process detach(List<String> command, Path log) {
    List<String> all = new ArrayList<>(List.of("setsid"));
    all.addAll(command);
    try {
      Files.createDirectories(log.getParent());
      ProcessBuilder builder =
          new ProcessBuilder(all)
              .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      // Java reads file names by the locale; this one's is the child's too.
      if (!"UTF-8".equals(System.getProperty("sun.jnu.encoding"))) {
        builder.environment().put("LC_ALL", "C.UTF-8");
      }
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
