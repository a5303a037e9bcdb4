package dev.samdan.pipeline;

import dev.samdan.base.Json;
import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CodePipeline's structure document, in and out (reference-pipeline-structure). */
public final class PipelineJson {
  private PipelineJson() {}

  /**
   * @param declaration null where the problems hold an error
   */
  public record Parsed(@Nullable PipelineDeclaration declaration, List<Problem> problems) {}

  /**
   * Reads {@code {"pipeline": {...}}} or the bare structure and checks it; all problems at once.
   */
  public static Parsed parse(String file, String text) {
    Yaml.Document document = Yaml.parse(file, text);
    List<Problem> problems = new ArrayList<>(document.problems());
    if (!(document.root() instanceof Yaml.Fields root)) {
      if (problems.isEmpty()) {
        problems.add(
            Problem.error(
                file,
                1,
                1,
                "a pipeline is an object: {\"pipeline\": {\"name\": ..., \"stages\": [...]}}"));
      }
      return new Parsed(null, problems);
    }
    return parse(
        file,
        root.get("pipeline")
            .filter(Yaml.Fields.class::isInstance)
            .map(Yaml.Fields.class::cast)
            .orElse(root),
        problems);
  }

  /** Reads a structure that stands inside another document, such as a CloudFormation template. */
  public static Parsed parse(String file, Yaml.Fields structure) {
    return parse(file, structure, new ArrayList<>());
  }

  private static Parsed parse(String file, Yaml.Fields structure, List<Problem> problems) {
    PipelineReader reader = new PipelineReader(file, problems);
    PipelineDeclaration declaration = reader.read(structure);
    problems.addAll(DeclarationCheck.findings(declaration).stream().map(reader::problem).toList());
    boolean wrong = problems.stream().anyMatch(Problem::isError);
    return new Parsed(wrong ? null : declaration, List.copyOf(problems));
  }

  /** The document that {@code aws codepipeline get-pipeline} prints, without metadata. */
  public static String write(PipelineDeclaration declaration) {
    return Json.mapper()
            .writerWithDefaultPrettyPrinter()
            .writeValueAsString(PipelineDocument.of(declaration))
        + "\n";
  }

  /**
   * What in this declaration CodePipeline itself would refuse, a sentence each; for people who
   * export it.
   */
  public static List<String> extensions(PipelineDeclaration declaration) {
    return declaration.stages().stream()
        .flatMap(stage -> stage.actions().stream())
        .filter(
            a -> a.type().provider().equals("ECRBuildAndPublish") && !a.outputArtifacts().isEmpty())
        .map(a ->
            "action "
                + a.name()
                + " has the output artifact "
                + a.outputArtifacts().getFirst().name()
                + ", which ECRBuildAndPublish has only here: it holds imageDetail.json")
        .toList();
  }
}
