package dev.samdan.operations;

import dev.samdan.base.Json;
import dev.samdan.identity.Access;
import dev.samdan.identity.Right;
import dev.samdan.runtime.TaskDefinition;
import dev.samdan.runtime.TaskDefinitionInput;
import dev.samdan.runtime.TaskDefinitionReader;
import dev.samdan.runtime.Tasks;
import java.time.Instant;
import tools.jackson.databind.node.ObjectNode;

/** Task definitions in ECS's own JSON, in and out. */
public final class TaskDefinitions {
  private static final String ARN = "arn:aws:ecs:us-east-1:000000000000:task-definition/";

  private final Tasks tasks;
  private final Subjects subjects;

  public TaskDefinitions(Tasks tasks, Subjects subjects) {
    this.tasks = tasks;
    this.subjects = subjects;
  }

  /**
   * Registers the input of ECS's RegisterTaskDefinition and answers its TaskDefinition.
   *
   * @throws dev.samdan.base.PlatformException INVALID with all that is wrong with it, FORBIDDEN
   *     where it is for an environment that may not be delivered to
   */
  public String register(String json, Access access) {
    TaskDefinitionInput input = TaskDefinitionReader.read("taskDefinition", json, null).orThrow();
    subjects.require(access, Right.DEPLOY, subjects.group(input.family()));
    return view(tasks.register(input)).toString();
  }

  private static ObjectNode view(TaskDefinition definition) {
    String raw = definition.raw();
    ObjectNode view =
        raw != null && Json.tree(raw) instanceof ObjectNode given
            ? given
            : Json.mapper().createObjectNode();
    view.remove("tags");
    view.put("family", definition.family());
    view.put("revision", definition.revision());
    view.put("taskDefinitionArn", ARN + definition.name());
    view.put("status", "ACTIVE");
    Instant at = definition.registeredAt();
    view.put("registeredAt", at.toEpochMilli() / 1000.0);
    return view;
  }
}
