package dev.samdan.preflight;

import dev.samdan.application.ApplicationFile;
import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import dev.samdan.build.Buildspec;
import dev.samdan.deploy.AppspecFile;
import dev.samdan.image.DockerfileReader;
import dev.samdan.pipeline.PipelineJson;
import dev.samdan.runtime.TaskDefinitionReader;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Reads one file for what it is. */
final class Validation {
  private static final String KINDS =
      "a buildspec, an appspec, a task definition, a CodePipeline structure (JSON or in a"
          + " CloudFormation template), a samdan.yml, a Dockerfile or a .dockerignore";

  private Validation() {}

  static Preflight.Checked check(String file, String text) {
    Optional<Kind> kind = Kind.of(file, text);
    List<Problem> problems =
        kind.map(k -> problems(k, file, text))
            .orElseGet(() ->
                List.of(
                    Problem.error(
                        file,
                        1,
                        1,
                        "neither its name nor its content tells what it is: it should be "
                            + KINDS)));
    return new Preflight.Checked(file, kind.orElse(null), placed(problems));
  }

  /** What is wrong with a file of this kind. */
  static List<Problem> problems(Kind kind, String file, String text) {
    return switch (kind) {
      case SAMDAN -> ApplicationFile.parse(file, text).problems();
      case BUILDSPEC -> buildspec(file, text);
      case APPSPEC -> Templates.lenient(file, text, AppspecFile.read(file, text).problems());
      case TASKDEF -> {
        String readable = Templates.readable(file, text);
        yield Templates.lenient(
            file, readable, TaskDefinitionReader.read(file, readable).problems());
      }
      case PIPELINE -> PipelineJson.parse(file, text).problems();
      case CLOUDFORMATION -> CloudFormation.problems(file, text);
      case DOCKERFILE -> DockerfileReader.read(file, text).problems();
      case DOCKERIGNORE -> DockerfileReader.ignoreProblems(file, text);
    };
  }

  private static List<Problem> buildspec(String file, String text) {
    List<Problem> problems = Buildspec.parse(file, text).problems();
    boolean workflow =
        problems.stream().anyMatch(Problem::isError)
            && Yaml.parse(file, text).root() instanceof Yaml.Fields root
            && root.get("jobs").isPresent()
            && root.get("on").isPresent();
    if (!workflow) {
      return problems;
    }
    return List.of(
        Problem.error(
            file,
            1,
            1,
            "this is a GitHub Actions workflow (on, jobs) and no buildspec: a buildspec has version"
                + " and phases; name another file, or write one"));
  }

  /** In the file's order; what has no place of its own stands at the beginning. */
  private static List<Problem> placed(List<Problem> problems) {
    return problems.stream()
        .map(p ->
            new Problem(
                p.file(),
                Math.max(1, p.line()),
                Math.max(1, p.column()),
                p.severity(),
                p.message()))
        .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
        .toList();
  }
}
