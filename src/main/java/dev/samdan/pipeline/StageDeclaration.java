package dev.samdan.pipeline;

import java.util.List;
import java.util.Map;

/**
 * One stage: the unit that is locked, retried and stopped.
 *
 * @param further CodePipeline's other members (blockers, onFailure...), kept and exported as they
 *     stood
 */
public record StageDeclaration(
    String name, List<ActionDeclaration> actions, Map<String, Object> further) {
  public static StageDeclaration of(String name, ActionDeclaration... actions) {
    return new StageDeclaration(name, List.of(actions), Map.of());
  }
}
