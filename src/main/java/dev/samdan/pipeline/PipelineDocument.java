package dev.samdan.pipeline;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A declaration as CodePipeline's JSON, its members in the order that AWS prints them. */
final class PipelineDocument {
  private PipelineDocument() {}

  static Map<String, Object> of(PipelineDeclaration declaration) {
    Map<String, Object> pipeline = new LinkedHashMap<>();
    pipeline.put("name", declaration.name());
    pipeline.putAll(declaration.further());
    pipeline.put("stages", declaration.stages().stream().map(PipelineDocument::stage).toList());
    pipeline.put("version", declaration.version());
    pipeline.put("executionMode", declaration.executionMode().name());
    if (!declaration.variables().isEmpty()) {
      pipeline.put(
          "variables", declaration.variables().stream().map(PipelineDocument::variable).toList());
    }
    return Map.of("pipeline", pipeline);
  }

  private static Map<String, Object> variable(PipelineDeclaration.Variable variable) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", variable.name());
    putUnlessEmpty(document, "defaultValue", variable.defaultValue());
    putUnlessEmpty(document, "description", variable.description());
    return document;
  }

  private static void putUnlessEmpty(Map<String, Object> document, String key, String value) {
    if (!value.isEmpty()) {
      document.put(key, value);
    }
  }

  private static Map<String, Object> stage(StageDeclaration stage) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", stage.name());
    document.putAll(stage.further());
    document.put("actions", stage.actions().stream().map(PipelineDocument::action).toList());
    return document;
  }

  private static Map<String, Object> action(ActionDeclaration action) {
    Map<String, Object> type = new LinkedHashMap<>();
    type.put("category", action.type().category().name());
    type.put("owner", action.type().owner());
    type.put("provider", action.type().provider());
    type.put("version", action.type().version());
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", action.name());
    document.put("actionTypeId", type);
    document.put("runOrder", action.runOrder());
    document.put("configuration", action.configuration());
    document.putAll(action.further());
    document.put(
        "outputArtifacts",
        action.outputArtifacts().stream().map(PipelineDocument::output).toList());
    document.put(
        "inputArtifacts",
        action.inputArtifacts().stream().map(name -> Map.of("name", name)).toList());
    if (action.namespace() != null) {
      document.put("namespace", action.namespace());
    }
    if (action.timeoutInMinutes() != null) {
      document.put("timeoutInMinutes", action.timeoutInMinutes());
    }
    return document;
  }

  private static Map<String, Object> output(ActionDeclaration.OutputArtifact artifact) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("name", artifact.name());
    if (!artifact.files().isEmpty()) {
      document.put("files", List.copyOf(artifact.files()));
    }
    return document;
  }
}
