package dev.samdan.pipeline;

import dev.samdan.base.Problem;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * CodePipeline's rules for a structure (reference-pipeline-structure, pipeline-requirements,
 * reference-variables).
 */
final class DeclarationCheck {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9.@\\-_]{1,100}");
  private static final Pattern ARTIFACT = Pattern.compile("[A-Za-z0-9_\\-]{1,100}");
  private static final Pattern NAMESPACE = Pattern.compile("[A-Za-z0-9@\\-_]{1,100}");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z0-9@\\-_]{1,128}");

  private final List<Finding> findings = new ArrayList<>();
  private final PipelineDeclaration pipeline;

  private DeclarationCheck(PipelineDeclaration pipeline) {
    this.pipeline = pipeline;
  }

  /**
   * @param path such as {@code stages[1].actions[0].runOrder}
   */
  record Finding(String path, Problem.Severity severity, String message) {
    @Override
    public String toString() {
      return path.isEmpty() ? message : path + ": " + message;
    }
  }

  static List<Finding> findings(PipelineDeclaration pipeline) {
    DeclarationCheck check = new DeclarationCheck(pipeline);
    check.pipelineRules();
    check.stageRules();
    check.artifactRules();
    check.variableRules();
    return List.copyOf(check.findings);
  }

  private void error(String path, String message) {
    findings.add(new Finding(path, Problem.Severity.ERROR, message));
  }

  private void pipelineRules() {
    named("name", pipeline.name());
    if (pipeline.stages().size() < 2 || pipeline.stages().size() > 50) {
      error("stages", "a pipeline has 2 to 50 stages, this one has " + pipeline.stages().size());
    }
    if (pipeline.stages().stream().mapToInt(s -> s.actions().size()).sum() > 500) {
      error("stages", "a pipeline has at most 500 actions");
    }
    if (pipeline.further().containsKey("artifactStore")
        && pipeline.further().containsKey("artifactStores")) {
      error("artifactStores", "give artifactStore or artifactStores, not both");
    }
    boolean first = "V1".equals(pipeline.further().get("pipelineType"));
    if (first && pipeline.executionMode() != ExecutionMode.SUPERSEDED) {
      error("executionMode", pipeline.executionMode() + " needs pipelineType V2");
    }
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < pipeline.variables().size(); i++) {
      String name = pipeline.variables().get(i).name();
      if (!VARIABLE.matcher(name).matches()) {
        error(
            "variables[" + i + "].name",
            "'" + name + "' is not a variable's name: 1 to 128 of A-Z a-z 0-9 @ - _");
      } else if (!seen.add(name)) {
        error("variables[" + i + "].name", "'" + name + "' is given twice");
      }
    }
  }

  private void stageRules() {
    Set<String> names = new HashSet<>();
    for (int s = 0; s < pipeline.stages().size(); s++) {
      StageDeclaration stage = pipeline.stages().get(s);
      String path = "stages[" + s + "]";
      named(path + ".name", stage.name());
      if (!names.add(stage.name())) {
        error(path + ".name", "two stages are named '" + stage.name() + "'");
      }
      if (stage.actions().isEmpty() || stage.actions().size() > 50) {
        error(
            path + ".actions",
            "a stage has 1 to 50 actions, this one has " + stage.actions().size());
      }
      Set<String> actions = new HashSet<>();
      for (int a = 0; a < stage.actions().size(); a++) {
        ActionDeclaration action = stage.actions().get(a);
        String at = path + ".actions[" + a + "]";
        actionRules(at, s, action);
        if (!actions.add(action.name())) {
          error(
              at + ".name",
              "two actions of stage " + stage.name() + " are named '" + action.name() + "'");
        }
      }
    }
  }

  private void actionRules(String at, int stage, ActionDeclaration action) {
    named(at + ".name", action.name());
    boolean source = action.type().category() == ActionType.Category.Source;
    if (stage == 0 && !source) {
      error(
          at + ".actionTypeId",
          "the first stage holds source actions only, '" + action.name() + "' is " + action.type());
    } else if (stage > 0 && source) {
      error(
          at + ".actionTypeId",
          "source actions stand in the first stage only; move '" + action.name() + "' there");
    }
    if (action.type().owner().isEmpty() || action.type().provider().isEmpty()) {
      error(at + ".actionTypeId", "owner and provider are missing, as in Build, AWS, CodeBuild");
    }
    if (action.runOrder() < 1 || action.runOrder() > 999) {
      error(at + ".runOrder", action.runOrder() + " is not a run order (1 to 999)");
    }
    Integer timeout = action.timeoutInMinutes();
    if (timeout != null && action.type().category() != ActionType.Category.Approval) {
      error(at + ".timeoutInMinutes", "only a manual approval has one");
    } else if (timeout != null && (timeout < 5 || timeout > 86_400)) {
      error(at + ".timeoutInMinutes", timeout + " is not a timeout (5 to 86400 minutes)");
    }
    action
        .configuration()
        .forEach((key, value) -> {
          if (key.isEmpty() || key.length() > 50) {
            error(
                at + ".configuration",
                "the key '" + key + "' is longer than 50 characters or empty");
          }
          if (value.length() > 1000) {
            error(
                at + ".configuration." + key,
                "the value is " + value.length() + " characters long; at most 1000 are allowed");
          }
        });
    ActionCatalogue.findings(at, action).forEach(findings::add);
  }

  private void artifactRules() {
    Map<String, String> producers = new HashMap<>();
    for (int s = 0; s < pipeline.stages().size(); s++) {
      TreeMap<Integer, List<Integer>> groups = new TreeMap<>();
      List<ActionDeclaration> actions = pipeline.stages().get(s).actions();
      for (int a = 0; a < actions.size(); a++) {
        groups.computeIfAbsent(actions.get(a).runOrder(), _ -> new ArrayList<>()).add(a);
      }
      for (List<Integer> group : groups.values()) {
        for (int a : group) {
          inputs("stages[" + s + "].actions[" + a + "]", actions.get(a), producers.keySet());
        }
        for (int a : group) {
          outputs("stages[" + s + "].actions[" + a + "]", actions.get(a), producers);
        }
      }
    }
  }

  private void inputs(String at, ActionDeclaration action, Set<String> produced) {
    for (int i = 0; i < action.inputArtifacts().size(); i++) {
      String name = action.inputArtifacts().get(i);
      if (!produced.contains(name)) {
        error(
            at + ".inputArtifacts[" + i + "].name",
            "no earlier action (earlier stage, or lower runOrder in this one) produces '"
                + name
                + "'"
                + (produced.isEmpty()
                    ? ""
                    : "; there are " + String.join(", ", new TreeSet<>(produced))));
      }
    }
  }

  private void outputs(String at, ActionDeclaration action, Map<String, String> producers) {
    for (int i = 0; i < action.outputArtifacts().size(); i++) {
      String name = action.outputArtifacts().get(i).name();
      String path = at + ".outputArtifacts[" + i + "].name";
      if (!ARTIFACT.matcher(name).matches()) {
        error(path, "'" + name + "' is not an artifact's name: 1 to 100 of A-Z a-z 0-9 _ -");
      }
      String earlier = producers.putIfAbsent(name, action.name());
      if (earlier != null) {
        error(
            path,
            "'"
                + name
                + "' is produced by action "
                + earlier
                + " too; output artifacts are unique in a pipeline");
      }
    }
  }

  private void variableRules() {
    Map<String, String> namespaces = new HashMap<>();
    Set<String> artifacts = new HashSet<>();
    pipeline
        .stages()
        .forEach(s ->
            s.actions().forEach(a -> a.outputArtifacts().forEach(o -> artifacts.add(o.name()))));
    for (int s = 0; s < pipeline.stages().size(); s++) {
      for (int a = 0; a < pipeline.stages().get(s).actions().size(); a++) {
        ActionDeclaration action = pipeline.stages().get(s).actions().get(a);
        String at = "stages[" + s + "].actions[" + a + "]";
        String namespace = action.namespace();
        if (namespace != null) {
          namespaceRules(at + ".namespace", namespace, action.name(), artifacts, namespaces);
        }
        Set<String> readable = Variables.namespacesBefore(pipeline, s, action.runOrder());
        action
            .configuration()
            .forEach((key, value) ->
                Variables.references(value).stream()
                    .filter(reference -> !readable.contains(reference.namespace()))
                    .forEach(reference ->
                        error(
                            at + ".configuration." + key,
                            reference
                                + " is not known here: no earlier action has the namespace '"
                                + reference.namespace()
                                + "'")));
      }
    }
  }

  private void namespaceRules(
      String path,
      String namespace,
      String action,
      Set<String> artifacts,
      Map<String, String> namespaces) {
    if (!NAMESPACE.matcher(namespace).matches()) {
      error(path, "'" + namespace + "' is not a namespace: 1 to 100 of A-Z a-z 0-9 @ - _");
    } else if (namespace.equals(Variables.CODEPIPELINE) || namespace.equals(Variables.VARIABLES)) {
      error(path, "'" + namespace + "' is CodePipeline's own; choose another");
    } else if (artifacts.contains(namespace)) {
      error(path, "'" + namespace + "' is the name of an artifact; choose another");
    }
    String other = namespaces.putIfAbsent(namespace, action);
    if (other != null) {
      error(path, "'" + namespace + "' is action " + other + "'s namespace already");
    }
  }

  private void named(String path, String name) {
    if (!NAME.matcher(name).matches()) {
      String what = name.isEmpty() ? "a name is missing" : "'" + name + "' is not a name";
      error(path, what + ": 1 to 100 of A-Z a-z 0-9 . @ - _");
    }
  }
}
