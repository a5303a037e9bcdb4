package dev.samdan.pipeline;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One action of a stage.
 *
 * @param name unique in its stage
 * @param runOrder 1 to 999; actions of one number run side by side, a number starts after the lower
 *     ones succeeded
 * @param configuration the provider's keys; values may hold {@code #{namespace.key}}
 * @param inputArtifacts names of artifacts that earlier actions produce; the first is the primary
 *     one
 * @param namespace under which the action's output variables are read
 * @param timeoutInMinutes how long a manual approval waits; null means 7 days
 * @param further CodePipeline's other members (roleArn, region, commands...), kept and exported as
 *     they stood
 */
public record ActionDeclaration(
    String name,
    ActionType type,
    int runOrder,
    Map<String, String> configuration,
    List<String> inputArtifacts,
    List<OutputArtifact> outputArtifacts,
    @Nullable String namespace,
    @Nullable Integer timeoutInMinutes,
    Map<String, Object> further) {

  /**
   * @param files globs that choose what goes in (Commands actions); empty means the provider
   *     decides
   */
  public record OutputArtifact(String name, List<String> files) {
    public static OutputArtifact of(String name) {
      return new OutputArtifact(name, List.of());
    }
  }

  /** An action of runOrder 1 with nothing else; the methods below return changed copies. */
  public static ActionDeclaration of(String name, ActionType type) {
    return new ActionDeclaration(
        name, type, 1, Map.of(), List.of(), List.of(), null, null, Map.of());
  }

  /** As {@link #of(String, ActionType)}, the type written {@code Build/AWS/CodeBuild}. */
  public static ActionDeclaration of(String name, String type) {
    return of(name, ActionType.parse(type));
  }

  public ActionDeclaration withRunOrder(int order) {
    return new ActionDeclaration(
        name,
        type,
        order,
        configuration,
        inputArtifacts,
        outputArtifacts,
        namespace,
        timeoutInMinutes,
        further);
  }

  public ActionDeclaration withConfiguration(Map<String, String> values) {
    return new ActionDeclaration(
        name,
        type,
        runOrder,
        values,
        inputArtifacts,
        outputArtifacts,
        namespace,
        timeoutInMinutes,
        further);
  }

  public ActionDeclaration withInputs(String... names) {
    return new ActionDeclaration(
        name,
        type,
        runOrder,
        configuration,
        List.of(names),
        outputArtifacts,
        namespace,
        timeoutInMinutes,
        further);
  }

  public ActionDeclaration withOutputs(String... names) {
    List<OutputArtifact> outputs = List.of(names).stream().map(OutputArtifact::of).toList();
    return new ActionDeclaration(
        name,
        type,
        runOrder,
        configuration,
        inputArtifacts,
        outputs,
        namespace,
        timeoutInMinutes,
        further);
  }

  public ActionDeclaration withNamespace(String text) {
    return new ActionDeclaration(
        name,
        type,
        runOrder,
        configuration,
        inputArtifacts,
        outputArtifacts,
        text,
        timeoutInMinutes,
        further);
  }

  public ActionDeclaration withTimeoutInMinutes(int minutes) {
    return new ActionDeclaration(
        name,
        type,
        runOrder,
        configuration,
        inputArtifacts,
        outputArtifacts,
        namespace,
        minutes,
        further);
  }
}
