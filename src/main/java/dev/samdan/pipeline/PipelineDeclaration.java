package dev.samdan.pipeline;

import java.util.List;
import java.util.Map;

/**
 * A pipeline as CodePipeline's structure says it.
 *
 * @param version set by {@link Pipelines#put}: 1, and one more for each changed update
 * @param variables pipeline variables and their defaults, read as {@code #{variables.NAME}}
 * @param further CodePipeline's other members (roleArn, artifactStore, triggers...), kept and
 *     exported as they stood
 */
public record PipelineDeclaration(
    String name,
    int version,
    ExecutionMode executionMode,
    List<StageDeclaration> stages,
    List<Variable> variables,
    Map<String, Object> further) {

  /**
   * @param defaultValue empty where a start must give the value
   */
  public record Variable(String name, String defaultValue, String description) {}

  /** A SUPERSEDED pipeline of these stages. */
  public static PipelineDeclaration of(String name, List<StageDeclaration> stages) {
    return new PipelineDeclaration(name, 1, ExecutionMode.SUPERSEDED, stages, List.of(), Map.of());
  }

  /** An action by the number of its stage, from 1, and its name. */
  ActionDeclaration action(int stageOrdinal, String action) {
    return stages.get(stageOrdinal - 1).actions().stream()
        .filter(a -> a.name().equals(action))
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                name + " has no action " + action + " in stage " + stageOrdinal));
  }

  PipelineDeclaration withVersion(int number) {
    return new PipelineDeclaration(name, number, executionMode, stages, variables, further);
  }
}
