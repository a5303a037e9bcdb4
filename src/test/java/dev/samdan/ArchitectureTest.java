package dev.samdan;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The house: rooms on floors, arrows run downwards only. */
class ArchitectureTest {
  private static final Map<String, Integer> FLOORS =
      Map.ofEntries(
          Map.entry("base", 0),
          Map.entry("database", 1),
          Map.entry("identity", 2),
          Map.entry("audit", 2),
          Map.entry("secrets", 2),
          Map.entry("edge", 2),
          Map.entry("engine", 2),
          Map.entry("isolation", 2),
          Map.entry("pipeline", 3),
          Map.entry("registry", 3),
          Map.entry("application", 4),
          Map.entry("rooms", 5),
          Map.entry("source", 6),
          Map.entry("runtime", 6),
          Map.entry("build", 6),
          Map.entry("image", 6),
          Map.entry("deploy", 7),
          Map.entry("pullrequest", 7),
          Map.entry("operations", 8),
          Map.entry("github", 8),
          Map.entry("jobs", 8),
          Map.entry("preflight", 8),
          Map.entry("api", 9),
          Map.entry("cli", 9),
          Map.entry("console", 9),
          Map.entry("platform", 10));

  /** A file longer than this needs a reason; none has one. */
  private static final int MOST_LINES = 420;

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.samdan");

  private static Optional<String> room(JavaClass type) {
    String name = type.getPackageName();
    if (!name.startsWith("dev.samdan.")) {
      return Optional.empty();
    }
    String rest = name.substring("dev.samdan.".length());
    int dot = rest.indexOf('.');
    return Optional.of(dot < 0 ? rest : rest.substring(0, dot));
  }

  @Test
  void every_package_is_a_room_on_a_floor() {
    Set<String> rooms =
        CLASSES.stream()
            .map(ArchitectureTest::room)
            .flatMap(Optional::stream)
            .collect(Collectors.toSet());
    assertThat(FLOORS.keySet()).containsAll(rooms);
  }

  @Test
  void a_room_imports_only_from_lower_floors() {
    Map<String, String> upward = new TreeMap<>();
    for (JavaClass from : CLASSES) {
      for (var dependency : from.getDirectDependenciesFromSelf()) {
        Optional<String> source = room(from);
        Optional<String> target = room(dependency.getTargetClass());
        if (source.isPresent()
            && target.isPresent()
            && !source.equals(target)
            && FLOORS.get(target.get()) >= FLOORS.get(source.get())) {
          upward.put(from.getName(), dependency.getDescription());
        }
      }
    }
    assertThat(upward).isEmpty();
  }

  /** The edge is a process of its own: what it prints is its log. */
  @Test
  void only_the_command_line_and_the_processes_print() {
    Set<String> printing = Set.of("cli", "platform", "edge");
    List<String> noisy =
        CLASSES.stream()
            .filter(type -> room(type).filter(r -> !printing.contains(r)).isPresent())
            .filter(type -> !type.getSimpleName().endsWith("Main"))
            .flatMap(type -> type.getFieldAccessesFromSelf().stream())
            .filter(access ->
                access.getTarget().getFullName().matches("java\\.lang\\.System\\.(out|err)"))
            .map(Object::toString)
            .toList();
    assertThat(noisy).isEmpty();
  }

  @Test
  void a_file_stays_small_enough_to_be_read() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      assertThat(
              files.filter(f -> f.toString().endsWith(".java")).filter(f -> lines(f) > MOST_LINES))
          .isEmpty();
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
