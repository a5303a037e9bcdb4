package dev.samdan.platform;

import dev.samdan.base.AtomicFile;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.runtime.RuntimeChoice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How this home is run; what {@code up} was given once is kept for the next time.
 *
 * @param port the console, the API, git and the registry
 * @param edgePort the edge
 * @param bind the address that both listen on
 * @param runtime {@code auto}, {@code process} or {@code docker}
 * @param machineAccess applications whose task definitions may ask for the machine itself; null
 *     where it was kept by a version that did not know of it
 */
record Settings(
    int port, int edgePort, String bind, String runtime, @Nullable List<String> machineAccess) {
  private static final Settings DEFAULTS = new Settings(7070, 8080, "127.0.0.1", "auto", List.of());

  /** The kept settings of a home with those given now laid over them, checked. */
  static Settings of(
      Path home,
      @Nullable Integer port,
      @Nullable Integer edgePort,
      @Nullable String bind,
      @Nullable String runtime,
      @Nullable List<String> machineAccess) {
    Settings kept = load(home);
    return new Settings(
            port != null ? port : kept.port,
            edgePort != null ? edgePort : kept.edgePort,
            bind != null ? bind : kept.bind,
            runtime != null ? runtime : kept.runtime,
            machineAccess != null ? machineAccess : kept.machineAccess)
        .checked();
  }

  static Settings load(Path home) {
    Path file = file(home);
    try {
      return Files.exists(file)
          ? Json.read(Files.readAllBytes(file), Settings.class).checked()
          : DEFAULTS;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void save(Path home) {
    AtomicFile.write(file(home), Json.bytes(this));
  }

  private static Path file(Path home) {
    return home.resolve("config.json");
  }

  private Settings checked() {
    checkPort("--port", port);
    checkPort("--edge-port", edgePort);
    if (port == edgePort) {
      throw PlatformException.invalid(
          "--port and --edge-port are both " + port + ": they must differ");
    }
    tasks();
    return this;
  }

  /** How tasks run. */
  RuntimeChoice tasks() {
    return switch (runtime) {
      case "auto" -> RuntimeChoice.AUTO;
      case "process" -> RuntimeChoice.PROCESS;
      case "docker" -> RuntimeChoice.DOCKER;
      default ->
          throw PlatformException.invalid(
              "--runtime " + runtime + ": it must be auto, process or docker");
    };
  }

  /** What is otherwise in another, such as {@code --bind 127.0.0.1, not 0.0.0.0}. */
  List<String> differences(Settings other) {
    Map<String, String> wanted = other.options();
    return options().entrySet().stream()
        .filter(option -> !option.getValue().equals(wanted.get(option.getKey())))
        .map(option ->
            option.getKey() + " " + option.getValue() + ", not " + wanted.get(option.getKey()))
        .toList();
  }

  private Map<String, String> options() {
    String trusted = String.join(",", new TreeSet<>(trusted()));
    Map<String, String> options = new LinkedHashMap<>();
    options.put("--port", String.valueOf(port));
    options.put("--edge-port", String.valueOf(edgePort));
    options.put("--bind", bind);
    options.put("--runtime", runtime);
    options.put("--machine-access", trusted.isEmpty() ? "''" : trusted);
    return options;
  }

  /** The applications that are trusted with the machine. */
  List<String> trusted() {
    List<String> names = machineAccess == null ? List.of() : machineAccess;
    return names.stream().filter(name -> !name.isBlank()).toList();
  }

  private static void checkPort(String option, int port) {
    if (port < 1 || port > 65_535) {
      throw PlatformException.invalid(option + " " + port + " is not a port (1 to 65535)");
    }
  }

  /** Where people and commands reach control. */
  String url() {
    String host =
        bind.equals("127.0.0.1") || bind.equals("0.0.0.0") || bind.equals("::")
            ? "localhost"
            : bind;
    return "http://" + host + ":" + port;
  }
}
