package dev.samdan.cli;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import dev.samdan.preflight.Kind;
import dev.samdan.preflight.Preflight;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code samdan validate FILE...}: what is wrong with a team's files, without a server. */
@Command(
    name = "validate",
    description = {
      "Checks buildspec, appspec, task definition, pipeline, Dockerfile and samdan.yml files.",
      "A folder stands for all such files in it. Ends with 1 where one holds an error."
    })
public final class ValidateCommand extends Verb implements Callable<Integer> {
  private static final long LARGEST_FILE = 1 << 20;
  private static final Set<String> PASSED =
      Set.of(".git", "node_modules", "target", "build", ".venv", "venv", ".dart_tool");

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files or folders.")
  List<Path> paths = List.of();

  @Override
  public Integer call() {
    List<Preflight.Checked> checked = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        recognised(path).forEach(file -> checked.add(check(file)));
      } else {
        checked.add(check(path));
      }
    }
    List<Problem> problems = checked.stream().flatMap(c -> c.problems().stream()).toList();
    long errors = problems.stream().filter(Problem::isError).count();
    if (wantsJson()) {
      print(Json.mapper().valueToTree(document(checked, errors)));
    } else {
      problems.forEach(System.out::println);
      System.err.println(
          count(checked.size(), "file")
              + " checked: "
              + count(errors, "error")
              + ", "
              + count(problems.size() - errors, "warning"));
    }
    return errors == 0 ? 0 : 1;
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  private static Preflight.Checked check(Path path) {
    String file = path.toString();
    try {
      if (Files.size(path) > LARGEST_FILE) {
        return unread(file, "the file is larger than 1 MiB");
      }
      return Preflight.validate(file, new String(Files.readAllBytes(path), StandardCharsets.UTF_8));
    } catch (NoSuchFileException e) {
      return unread(file, "there is no such file");
    } catch (IOException e) {
      return unread(file, "the file cannot be read: " + e.getMessage());
    }
  }

  private static Preflight.Checked unread(String file, String why) {
    return new Preflight.Checked(file, null, List.of(Problem.error(file, 1, 1, why)));
  }

  /** The files below a folder whose names tell what they are, sorted. */
  private static List<Path> recognised(Path folder) {
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(folder, new Recognising(found));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (found.isEmpty()) {
      throw PlatformException.notFound(
          folder
              + " holds no file that is checked here: a buildspec, appspec, task definition,"
              + " pipeline, Dockerfile or samdan.yml");
    }
    return found.stream().sorted().toList();
  }

  private static final class Recognising extends SimpleFileVisitor<Path> {
    private final List<Path> found;

    Recognising(List<Path> found) {
      this.found = found;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
      return PASSED.contains(String.valueOf(folder.getFileName()))
          ? FileVisitResult.SKIP_SUBTREE
          : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (attributes.isRegularFile() && Kind.ofName(file.toString()).isPresent()) {
        found.add(file);
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException problem) {
      return FileVisitResult.CONTINUE;
    }
  }

  private static Map<String, Object> document(List<Preflight.Checked> checked, long errors) {
    List<Map<String, Object>> files = new ArrayList<>();
    List<Map<String, Object>> problems = new ArrayList<>();
    for (Preflight.Checked file : checked) {
      Kind kind = file.kind();
      files.add(Map.of("file", file.file(), "kind", kind == null ? "unknown" : kind.text()));
      file.problems().forEach(problem -> problems.add(document(problem)));
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("valid", errors == 0);
    document.put("files", files);
    document.put("problems", problems);
    return document;
  }

  private static Map<String, Object> document(Problem problem) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("file", problem.file());
    document.put("line", problem.line());
    document.put("column", problem.column());
    document.put("severity", problem.isError() ? "error" : "warning");
    document.put("message", problem.message());
    return document;
  }
}
