package dev.samdan.build;

import dev.samdan.base.Spelling;
import dev.samdan.base.Yaml;
import dev.samdan.build.Buildspec.Batch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads and checks a buildspec's {@code batch} (AWS CodeBuild user guide, "Batch build buildspec
 * reference").
 */
final class BatchReader {
  private static final Set<String> KINDS =
      Set.of("build-list", "build-graph", "build-matrix", "build-fanout");
  private static final Set<String> TASK_KEYS =
      Set.of("identifier", "buildspec", "debug-session", "env", "ignore-failure");
  private static final Set<String> GRAPH_KEYS =
      Set.of("identifier", "buildspec", "debug-session", "env", "ignore-failure", "depend-on");
  private static final Set<String> ENV_KEYS =
      Set.of("compute-type", "fleet", "image", "privileged-mode", "type", "variables");
  private static final int MOST_BUILDS = 100;

  private final YamlFields yaml;

  BatchReader(YamlFields yaml) {
    this.yaml = yaml;
  }

  /** The batch; null where it is none. */
  @Nullable Batch read(Yaml node) {
    if (!(node instanceof Yaml.Fields batch)) {
      yaml.error(
          node, "batch must be a mapping with one of " + String.join(", ", new TreeSet<>(KINDS)));
      return null;
    }
    Set<String> known = new TreeSet<>(KINDS);
    known.add("fast-fail");
    yaml.warnUnknown(batch, "batch.", known);
    yaml.yes(batch, "batch.", "fast-fail");
    List<Yaml.Field> kinds =
        batch.fields().values().stream().filter(f -> KINDS.contains(f.key())).toList();
    if (kinds.size() != 1) {
      yaml.error(
          batch,
          "batch needs exactly one of "
              + String.join(", ", new TreeSet<>(KINDS))
              + ", and this one has "
              + (kinds.isEmpty() ? "none" : kinds.size() + " of them"));
      return null;
    }
    Yaml.Field kind = kinds.getFirst();
    int builds =
        switch (kind.key()) {
          case "build-list" -> tasks(kind, TASK_KEYS).size();
          case "build-graph" -> graph(kind);
          case "build-matrix" -> matrix(kind);
          default -> fanout(kind);
        };
    if (builds > MOST_BUILDS) {
      yaml.error(
          kind.line(),
          kind.column(),
          "batch." + kind.key() + " gives " + builds + " builds; CodeBuild takes " + MOST_BUILDS);
    }
    return new Batch(kind.key(), builds, kind.line());
  }

  /** The tasks by their identifiers. */
  private Map<String, Yaml.Fields> tasks(Yaml.Field list, Set<String> keys) {
    String where = "batch." + list.key();
    Map<String, Yaml.Fields> tasks = new LinkedHashMap<>();
    if (!(list.value() instanceof Yaml.Items items)) {
      yaml.error(list.value(), where + " must be a list of builds, each with an identifier");
      return tasks;
    }
    for (Yaml item : items.items()) {
      if (!(item instanceof Yaml.Fields task)) {
        yaml.error(item, where + ": a build must be a mapping with an identifier");
        continue;
      }
      yaml.warnUnknown(task, where + ".", keys);
      yaml.yes(task, where + ".", "ignore-failure");
      yaml.yes(task, where + ".", "debug-session");
      yaml.text(task, where + ".", "buildspec");
      yaml.mapping(task, "env").ifPresent(env -> env(env, where + ".env."));
      String identifier = yaml.text(task, where + ".", "identifier").orElse("");
      if (!identifier.matches("[A-Za-z][A-Za-z0-9_]{0,127}")) {
        yaml.error(
            task.get("identifier").orElse(task),
            where
                + ".identifier: "
                + (identifier.isEmpty() ? "is missing" : identifier + " is none")
                + "; it begins with a letter and holds letters, digits and _");
      } else if (tasks.putIfAbsent(identifier, task) != null) {
        yaml.error(task, where + ".identifier: " + identifier + " is given twice");
      }
    }
    if (items.items().isEmpty()) {
      yaml.error(list.value(), where + " holds no build");
    }
    return tasks;
  }

  private void env(Yaml.Fields env, String where) {
    yaml.warnUnknown(env, where, ENV_KEYS);
    yaml.mapping(env, "variables")
        .ifPresent(variables ->
            variables.fields().values().stream()
                .filter(f -> !(f.value() instanceof Yaml.Text))
                .forEach(f ->
                    yaml.error(
                        f.value(),
                        where + "variables." + f.key() + ": a variable's value is one text")));
  }

  private int graph(Yaml.Field list) {
    Map<String, Yaml.Fields> tasks = tasks(list, GRAPH_KEYS);
    Map<String, List<String>> needs = new HashMap<>();
    tasks.forEach((identifier, task) -> {
      List<String> names = new ArrayList<>();
      for (Yaml.Text name : yaml.texts(task, "batch.build-graph.", "depend-on")) {
        if (tasks.containsKey(name.value())) {
          names.add(name.value());
        } else {
          yaml.error(
              name,
              "batch.build-graph.depend-on: there is no build "
                  + name.value()
                  + Spelling.near(name.value(), tasks.keySet())
                      .map(n -> "; did you mean " + n + "?")
                      .orElse(""));
        }
      }
      needs.put(identifier, names);
    });
    refuseCircles(tasks, needs);
    return tasks.size();
  }

  /** Takes away what waits for nothing until nothing more goes; what stays waits for itself. */
  private void refuseCircles(Map<String, Yaml.Fields> tasks, Map<String, List<String>> needs) {
    Map<String, Yaml.Fields> left = new LinkedHashMap<>(tasks);
    boolean taken = true;
    while (taken) {
      taken =
          left.keySet()
              .removeIf(
                  id -> needs.getOrDefault(id, List.of()).stream().noneMatch(left::containsKey));
    }
    if (!left.isEmpty()) {
      yaml.error(
          left.values().iterator().next(),
          "batch.build-graph.depend-on: "
              + String.join(", ", left.keySet())
              + " wait for each other and never begin");
    }
  }

  private int matrix(Yaml.Field field) {
    if (!(field.value() instanceof Yaml.Fields matrix)) {
      yaml.error(field.value(), "batch.build-matrix must be a mapping with `dynamic`");
      return 0;
    }
    yaml.warnUnknown(matrix, "batch.build-matrix.", Set.of("static", "dynamic"));
    yaml.mapping(matrix, "static")
        .ifPresent(fixed -> {
          yaml.warnUnknown(fixed, "batch.build-matrix.static.", Set.of("ignore-failure", "env"));
          yaml.yes(fixed, "batch.build-matrix.static.", "ignore-failure");
          yaml.mapping(fixed, "env").ifPresent(env -> env(env, "batch.build-matrix.static.env."));
        });
    Yaml.Fields dynamic = yaml.mapping(matrix, "dynamic").orElse(null);
    if (dynamic == null) {
      yaml.error(matrix, "batch.build-matrix.dynamic is missing: it holds what varies");
      return 0;
    }
    String where = "batch.build-matrix.dynamic.";
    yaml.warnUnknown(dynamic, where, Set.of("buildspec", "env"));
    long builds = Math.max(1, yaml.texts(dynamic, where, "buildspec").size());
    Yaml.Fields env = yaml.mapping(dynamic, "env").orElse(null);
    if (env != null) {
      yaml.warnUnknown(env, where + "env.", ENV_KEYS);
      for (String key : List.of("compute-type", "image")) {
        builds *= Math.max(1, yaml.texts(env, where + "env.", key).size());
      }
      Yaml.Fields variables = yaml.mapping(env, "variables").orElse(null);
      if (variables != null) {
        for (String name : variables.fields().keySet()) {
          builds *= Math.max(1, yaml.texts(variables, where + "env.variables.", name).size());
          builds = Math.min(builds, Integer.MAX_VALUE);
        }
      }
    }
    return (int) Math.min(builds, Integer.MAX_VALUE);
  }

  private int fanout(Yaml.Field field) {
    if (!(field.value() instanceof Yaml.Fields fanout)) {
      yaml.error(field.value(), "batch.build-fanout must be a mapping with `parallelism`");
      return 0;
    }
    String where = "batch.build-fanout.";
    yaml.warnUnknown(
        fanout,
        where,
        Set.of("parallelism", "ignore-failure", "buildspec", "env", "debug-session"));
    yaml.yes(fanout, where, "ignore-failure");
    String parallelism = yaml.text(fanout, where, "parallelism").orElse("");
    if (!parallelism.matches("[1-9][0-9]{0,3}")) {
      yaml.error(
          fanout.get("parallelism").orElse(fanout),
          where
              + "parallelism"
              + (parallelism.isEmpty()
                  ? " is missing"
                  : ": " + parallelism + " is not a number of builds")
              + " (1 to "
              + MOST_BUILDS
              + ")");
      return 0;
    }
    return Integer.parseInt(parallelism);
  }
}
