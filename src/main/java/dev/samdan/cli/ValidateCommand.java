package dev.samdan.cli;

import dev.samdan.base.Json;
import dev.samdan.base.Problem;
import dev.samdan.preflight.Kind;
import dev.samdan.preflight.Preflight;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code samdan validate FILE...}: what is wrong with a team's files, without a server. */
@Command(
    name = "validate",
    description = {
      "Checks buildspec, appspec, task definition, pipeline, Dockerfile and samdan.yml files.",
      "A folder stands for all such files in it; they are also checked against each other.",
      "Ends with 1 where there is an error."
    })
public final class ValidateCommand extends Verb implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", arity = "1..*", description = "Files or folders.")
  List<Path> paths = List.of();

  @Override
  public Integer call() {
    List<Preflight.Checked> checked = new ArrayList<>();
    for (Path path : paths) {
      if (Files.isDirectory(path)) {
        checked.addAll(CheckedFolder.all(path));
      } else {
        checked.add(CheckedFolder.file(path));
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
