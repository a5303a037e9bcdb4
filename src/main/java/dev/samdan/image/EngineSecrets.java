package dev.samdan.image;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The secrets that a Dockerfile mounts ({@code RUN --mount=type=secret,id=NAME}), in files that are
 * there for the time of the build only. They come into no layer, and the log shows none.
 */
final class EngineSecrets implements AutoCloseable {
  private static final Pattern MOUNT = Pattern.compile("--mount=(\\S*type=secret\\S*)");

  /** Shorter ones would take apart words that only look like them. */
  private static final int MASKED = 4;

  private final List<String> words = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private final List<String> values = new ArrayList<>();

  private EngineSecrets() {}

  /** Finds and lays out what the target's instructions mount; a required one must be there. */
  static EngineSecrets of(Dockerfile file, Images.ImageBuild build, Path scratch) {
    EngineSecrets secrets = new EngineSecrets();
    try {
      for (Dockerfile.Stage stage : file.needed(build.target())) {
        for (Instruction instruction : stage.instructions()) {
          Matcher mount = MOUNT.matcher(instruction.at().text());
          while (mount.find()) {
            secrets.add(file.file(), instruction, mount.group(1), build, scratch);
          }
        }
      }
      return secrets;
    } catch (RuntimeException e) {
      secrets.close();
      throw e;
    }
  }

  /** What the docker command is told. */
  List<String> words() {
    return words;
  }

  /** A log in which each secret's lines are stars. */
  Consumer<String> masking(Consumer<String> log) {
    // The longest first: one that begins as another does would else show its end.
    List<String> masked =
        values.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    return masked.isEmpty()
        ? log
        : line -> {
          String shown = line;
          for (String value : masked) {
            shown = shown.replace(value, "***");
          }
          log.accept(shown);
        };
  }

  @Override
  public void close() {
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private void add(
      String file, Instruction at, String mount, Images.ImageBuild build, Path scratch) {
    Map<String, String> options = new HashMap<>();
    for (String option : mount.split(",", -1)) {
      int equals = option.indexOf('=');
      options.put(
          equals < 0 ? option : option.substring(0, equals),
          equals < 0 ? "true" : option.substring(equals + 1));
    }
    String target =
        options.getOrDefault(
            "target", options.getOrDefault("dst", options.getOrDefault("destination", "")));
    String id = options.getOrDefault("id", target.substring(target.lastIndexOf('/') + 1));
    String word = "id=" + id + ",src=";
    if (words.stream().anyMatch(w -> w.startsWith(word))) {
      return;
    }
    Optional<String> value = build.secrets().apply(id);
    if (value.isPresent()) {
      Path kept = write(scratch, value.get());
      words.addAll(List.of("--secret", word + kept));
      value.get().lines().filter(line -> line.length() >= MASKED).forEach(values::add);
    } else if ("true".equals(options.get("required"))) {
      throw PlatformException.notFound(
          file
              + ":"
              + at.at().line()
              + ": the secret '"
              + id
              + "' is not set; set it with: samdan secret set APP ENV "
              + id);
    } else {
      build.log().accept("the secret '" + id + "' is not set; the build goes on without it");
    }
  }

  private Path write(Path scratch, String value) {
    try {
      Files.createDirectories(scratch);
      Path file =
          Files.createTempFile(
              scratch,
              "secret-",
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      files.add(file);
      Files.write(file, value.getBytes(StandardCharsets.UTF_8));
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot lay out a secret for the build: " + e.getMessage(), e);
    }
  }
}
