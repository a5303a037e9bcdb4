package dev.samdan.preflight;

import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import dev.samdan.build.Buildspec;
import dev.samdan.pipeline.PipelineJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The pipelines and the inline buildspecs of a CloudFormation template ({@code
 * AWS::CodePipeline::Pipeline}, {@code AWS::CodeBuild::Project}). What Ref, Sub and the other
 * functions give is not known here and counts as some text; all other resources are passed over.
 */
final class CloudFormation {
  private static final String PIPELINE = "AWS::CodePipeline::Pipeline";
  private static final String PROJECT = "AWS::CodeBuild::Project";

  /** Properties of the resource that are none of the structure. */
  private static final Set<String> OUTSIDE =
      Set.of("restartExecutionOnUpdate", "disableInboundStageTransitions", "tags");

  private CloudFormation() {}

  static List<Problem> problems(String file, String text) {
    Yaml.Document document = Yaml.parse(file, text);
    List<Problem> problems = new ArrayList<>(document.problems());
    int found = 0;
    if (document.root() instanceof Yaml.Fields root
        && root.get("Resources").orElse(null) instanceof Yaml.Fields resources) {
      for (Yaml.Field resource : resources.fields().values()) {
        String type = text(resource.value(), "Type");
        if (type.equals(PIPELINE)) {
          problems.addAll(pipeline(file, resource));
          found++;
        } else if (type.equals(PROJECT)) {
          problems.addAll(buildspec(file, resource.value()));
          found++;
        }
      }
    }
    if (found == 0 && document.problems().isEmpty()) {
      problems.add(
          Problem.warning(
              file,
              1,
              1,
              "the template holds no " + PIPELINE + " and no " + PROJECT + " to check"));
    }
    return problems;
  }

  private static List<Problem> pipeline(String file, Yaml.Field resource) {
    Yaml properties = get(resource.value(), "Properties").orElse(resource.value());
    Map<String, Yaml.Field> structure = new LinkedHashMap<>();
    // Without a name of its own CloudFormation makes one from the resource's.
    put(
        structure,
        new Yaml.Field(
            "name",
            new Yaml.Text(resource.key(), false, resource.line(), resource.column()),
            resource.line(),
            resource.column()));
    if (structure(properties) instanceof Yaml.Fields fields) {
      fields.fields().values().stream()
          .filter(field -> !OUTSIDE.contains(field.key()))
          .forEach(field -> put(structure, field));
    }
    return PipelineJson.parse(
            file, new Yaml.Fields(structure, properties.line(), properties.column()))
        .problems();
  }

  private static void put(Map<String, Yaml.Field> fields, Yaml.Field field) {
    fields.put(field.key(), field);
  }

  /** The same tree with the structure document's names, and functions as text. */
  private static Yaml structure(Yaml node) {
    return switch (node) {
      case Yaml.Text text -> name(text);
      case Yaml.Items items ->
          new Yaml.Items(
              items.items().stream().map(CloudFormation::structure).toList(),
              items.line(),
              items.column());
      case Yaml.Fields fields when isFunction(fields) -> some(fields);
      case Yaml.Fields fields -> {
        Map<String, Yaml.Field> renamed = new LinkedHashMap<>();
        for (Yaml.Field field : fields.fields().values()) {
          boolean configuration = field.key().equals("Configuration");
          put(
              renamed,
              new Yaml.Field(
                  lowerFirst(field.key()),
                  configuration ? configuration(field.value()) : structure(field.value()),
                  field.line(),
                  field.column()));
        }
        yield new Yaml.Fields(renamed, fields.line(), fields.column());
      }
    };
  }

  private static String lowerFirst(String key) {
    return key.isEmpty() ? key : key.substring(0, 1).toLowerCase(Locale.ROOT) + key.substring(1);
  }

  /** An action's configuration, whose keys are the same in both and whose values are texts. */
  private static Yaml configuration(Yaml node) {
    if (!(node instanceof Yaml.Fields fields) || isFunction(fields)) {
      return new Yaml.Fields(Map.of(), node.line(), node.column());
    }
    Map<String, Yaml.Field> texts = new LinkedHashMap<>();
    for (Yaml.Field field : fields.fields().values()) {
      Yaml value = field.value() instanceof Yaml.Text text ? text : some(field.value());
      put(texts, new Yaml.Field(field.key(), value, field.line(), field.column()));
    }
    return new Yaml.Fields(texts, fields.line(), fields.column());
  }

  private static boolean isFunction(Yaml.Fields fields) {
    return fields.fields().size() == 1
        && fields.fields().keySet().stream()
            .allMatch(key -> key.equals("Ref") || key.startsWith("Fn::"));
  }

  /** What a function gives. */
  private static Yaml some(Yaml at) {
    return new Yaml.Text("x", false, at.line(), at.column());
  }

  /** A text whose substitutions could be part of a name. */
  private static Yaml name(Yaml.Text text) {
    return new Yaml.Text(
        text.value().replaceAll("\\$\\{[^}]*\\}", "x"), text.plain(), text.line(), text.column());
  }

  private static List<Problem> buildspec(String file, Yaml project) {
    Yaml inline =
        get(project, "Properties")
            .flatMap(p -> get(p, "Source"))
            .flatMap(s -> get(s, "BuildSpec"))
            .orElse(null);
    if (!(inline instanceof Yaml.Text text) || !text.value().contains("\n")) {
      return List.of(); // None, or the path of a file.
    }
    // A block scalar begins on the line after its key's; where its columns begin is not kept.
    return Buildspec.parse(file, text.value()).problems().stream()
        .map(p ->
            new Problem(file, text.line() + Math.max(1, p.line()), 1, p.severity(), p.message()))
        .toList();
  }

  private static Optional<Yaml> get(Yaml node, String key) {
    return node instanceof Yaml.Fields fields ? fields.get(key) : Optional.empty();
  }

  private static String text(Yaml node, String key) {
    return get(node, key).orElse(null) instanceof Yaml.Text text ? text.value() : "";
  }
}
