package dev.samdan.pipeline;

import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Turns the tree of a structure document into a declaration and remembers where each part stands.
 */
final class PipelineReader {
  private static final Set<String> PIPELINE_EXTRAS =
      Set.of("roleArn", "artifactStore", "artifactStores", "pipelineType", "triggers");
  private static final Set<String> STAGE_EXTRAS =
      Set.of("blockers", "onFailure", "onSuccess", "beforeEntry");
  private static final Set<String> ACTION_EXTRAS =
      Set.of("commands", "outputVariables", "environmentVariables", "roleArn", "region");

  private final String file;
  private final List<Problem> problems;
  private final Map<String, Yaml> places = new HashMap<>();

  PipelineReader(String file, List<Problem> problems) {
    this.file = file;
    this.problems = problems;
  }

  /** A finding about the declaration, at its place in the file or at the nearest place above it. */
  Problem problem(DeclarationCheck.Finding finding) {
    String path = finding.path();
    while (!places.containsKey(path) && !path.isEmpty()) {
      path = path.substring(0, Math.max(0, Math.max(path.lastIndexOf('.'), path.lastIndexOf('['))));
    }
    Yaml at = places.get(path);
    int line = at == null ? 0 : at.line();
    int column = at == null ? 0 : at.column();
    return new Problem(file, line, column, finding.severity(), finding.toString());
  }

  PipelineDeclaration read(Yaml.Fields root) {
    places.put("", root);
    known(
        "",
        root,
        PIPELINE_EXTRAS,
        Set.of("name", "version", "executionMode", "stages", "variables"));
    return new PipelineDeclaration(
        text("name", root.get("name")),
        number("version", root.get("version"), 1),
        mode(root.get("executionMode")),
        items("stages", root.get("stages"), this::stage),
        items("variables", root.get("variables"), this::variable),
        further(root, PIPELINE_EXTRAS));
  }

  private StageDeclaration stage(String path, Yaml.Fields stage) {
    known(path, stage, STAGE_EXTRAS, Set.of("name", "actions"));
    return new StageDeclaration(
        text(path + ".name", stage.get("name")),
        items(path + ".actions", stage.get("actions"), this::action),
        further(stage, STAGE_EXTRAS));
  }

  private ActionDeclaration action(String path, Yaml.Fields action) {
    known(
        path,
        action,
        ACTION_EXTRAS,
        Set.of(
            "name",
            "actionTypeId",
            "runOrder",
            "configuration",
            "inputArtifacts",
            "outputArtifacts",
            "namespace",
            "timeoutInMinutes"));
    Optional<Yaml> timeout = action.get("timeoutInMinutes");
    return new ActionDeclaration(
        text(path + ".name", action.get("name")),
        type(path + ".actionTypeId", action.get("actionTypeId")),
        number(path + ".runOrder", action.get("runOrder"), 1),
        strings(path + ".configuration", action.get("configuration")),
        items(
            path + ".inputArtifacts",
            action.get("inputArtifacts"),
            (p, a) -> text(p + ".name", a.get("name"))),
        items(path + ".outputArtifacts", action.get("outputArtifacts"), this::output),
        action.get("namespace").map(n -> text(path + ".namespace", Optional.of(n))).orElse(null),
        timeout.isEmpty() ? null : number(path + ".timeoutInMinutes", timeout, 0),
        further(action, ACTION_EXTRAS));
  }

  private ActionDeclaration.OutputArtifact output(String path, Yaml.Fields artifact) {
    List<String> files = new ArrayList<>();
    if (artifact.get("files").orElse(null) instanceof Yaml.Items items) {
      for (int i = 0; i < items.items().size(); i++) {
        files.add(text(path + ".files[" + i + "]", Optional.of(items.items().get(i))));
      }
    }
    return new ActionDeclaration.OutputArtifact(
        text(path + ".name", artifact.get("name")), List.copyOf(files));
  }

  private PipelineDeclaration.Variable variable(String path, Yaml.Fields variable) {
    Optional<Yaml> value = variable.get("defaultValue");
    Optional<Yaml> description = variable.get("description");
    return new PipelineDeclaration.Variable(
        text(path + ".name", variable.get("name")),
        value.isEmpty() ? "" : text(path + ".defaultValue", value),
        description.isEmpty() ? "" : text(path + ".description", description));
  }

  private ActionType type(String path, Optional<Yaml> value) {
    if (!(place(path, value) instanceof Yaml.Fields type)) {
      report(path, value, "must be an object with category, owner, provider and version");
      return new ActionType(ActionType.Category.Invoke, "", "", "1");
    }
    String word = text(path + ".category", type.get("category"));
    ActionType.Category category = ActionType.Category.Invoke;
    try {
      category = ActionType.Category.valueOf(word);
    } catch (IllegalArgumentException e) {
      report(
          path + ".category",
          type.get("category").or(() -> value),
          "'" + word + "' is not one of Source, Build, Test, Deploy, Approval, Invoke, Compute");
    }
    String version =
        type.get("version").isEmpty() ? "1" : text(path + ".version", type.get("version"));
    return new ActionType(
        category,
        text(path + ".owner", type.get("owner")),
        text(path + ".provider", type.get("provider")),
        version);
  }

  private ExecutionMode mode(Optional<Yaml> value) {
    if (value.isEmpty()) {
      return ExecutionMode.SUPERSEDED;
    }
    String word = text("executionMode", value);
    try {
      return ExecutionMode.valueOf(word);
    } catch (IllegalArgumentException e) {
      report("executionMode", value, "'" + word + "' is not one of SUPERSEDED, QUEUED, PARALLEL");
      return ExecutionMode.SUPERSEDED;
    }
  }

  private String text(String path, Optional<Yaml> value) {
    if (place(path, value) instanceof Yaml.Text text && !text.isNull()) {
      return text.value();
    }
    // A name that is missing altogether is told by the check of the declaration.
    value.ifPresent(v -> report(path, value, "must be text"));
    return "";
  }

  private int number(String path, Optional<Yaml> value, int otherwise) {
    if (value.isEmpty()) {
      return otherwise;
    }
    try {
      return Integer.parseInt(place(path, value) instanceof Yaml.Text text ? text.value() : "");
    } catch (NumberFormatException e) {
      report(path, value, "must be a whole number");
      return otherwise;
    }
  }

  private Map<String, String> strings(String path, Optional<Yaml> value) {
    Map<String, String> strings = new LinkedHashMap<>();
    Yaml map = place(path, value);
    if (map instanceof Yaml.Fields fields) {
      fields
          .fields()
          .forEach(
              (key, field) -> strings.put(key, text(path + "." + key, Optional.of(field.value()))));
    } else if (map != null) {
      report(path, value, "must be an object of texts");
    }
    return Collections.unmodifiableMap(strings);
  }

  private <T> List<T> items(
      String path, Optional<Yaml> value, BiFunction<String, Yaml.Fields, T> read) {
    List<T> list = new ArrayList<>();
    Yaml node = place(path, value);
    if (node instanceof Yaml.Items items) {
      for (int i = 0; i < items.items().size(); i++) {
        String at = path + "[" + i + "]";
        if (place(at, Optional.of(items.items().get(i))) instanceof Yaml.Fields fields) {
          list.add(read.apply(at, fields));
        } else {
          report(at, Optional.of(items.items().get(i)), "must be an object");
        }
      }
    } else if (node != null) {
      report(path, value, "must be a list");
    }
    return List.copyOf(list);
  }

  private void known(String path, Yaml.Fields node, Set<String> extras, Set<String> read) {
    for (Yaml.Field field : node.fields().values()) {
      if (!extras.contains(field.key()) && !read.contains(field.key())) {
        String name = path.isEmpty() ? field.key() : path + "." + field.key();
        problems.add(
            Problem.warning(
                file,
                field.line(),
                field.column(),
                name + ": CodePipeline has no such member; it is left out"));
      }
    }
  }

  private static Map<String, Object> further(Yaml.Fields node, Set<String> extras) {
    Map<String, Object> kept = new LinkedHashMap<>();
    node.fields()
        .forEach((key, field) -> {
          if (extras.contains(key)) {
            kept.put(key, plain(field.value()));
          }
        });
    return Collections.unmodifiableMap(kept);
  }

  /** The JSON value that a node stands for. */
  private static Object plain(Yaml node) {
    return switch (node) {
      case Yaml.Items items -> items.items().stream().map(PipelineReader::plain).toList();
      case Yaml.Fields fields -> {
        Map<String, Object> map = new LinkedHashMap<>();
        fields.fields().forEach((key, field) -> map.put(key, plain(field.value())));
        yield map;
      }
      case Yaml.Text(String value, boolean plain, _, _) -> {
        if (plain && (value.equals("true") || value.equals("false"))) {
          yield Boolean.valueOf(value);
        }
        yield plain && value.matches("-?(0|[1-9][0-9]{0,17})") ? Long.valueOf(value) : value;
      }
    };
  }

  private @Nullable Yaml place(String path, Optional<Yaml> value) {
    value.ifPresent(node -> places.put(path, node));
    return value.orElse(null);
  }

  private void report(String path, Optional<Yaml> at, String message) {
    DeclarationCheck.Finding finding =
        new DeclarationCheck.Finding(path, Problem.Severity.ERROR, message);
    at.ifPresent(node -> places.put(path, node));
    problems.add(problem(finding));
  }
}
