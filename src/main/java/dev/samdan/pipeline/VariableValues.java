package dev.samdan.pipeline;

import dev.samdan.base.Json;
import dev.samdan.database.Database;
import java.util.HashMap;
import java.util.Map;
import tools.jackson.core.type.TypeReference;

/** What {@code #{namespace.key}} stands for in an execution. */
final class VariableValues {
  private VariableValues() {}

  private record Output(int stageOrdinal, String action, Map<String, String> variables) {}

  /**
   * Namespace to key to value: CodePipeline's own, the pipeline's, and those of the actions that
   * succeeded.
   */
  static Map<String, Map<String, String>> of(
      Database database, Claim claim, PipelineDeclaration declaration) {
    Map<String, Map<String, String>> values = new HashMap<>();
    values.put(Variables.CODEPIPELINE, Map.of("PipelineExecutionId", claim.execution().toString()));
    Map<String, String> own = new HashMap<>();
    declaration.variables().forEach(variable -> own.put(variable.name(), variable.defaultValue()));
    values.put(Variables.VARIABLES, own);
    database.useHandle(handle ->
        handle
            .createQuery(
                """
                select stage_ordinal, name, output_variables from action_execution
                where execution_id = :id and status = 'Succeeded'
                """)
            .bind("id", claim.execution())
            .map((rs, _) ->
                new Output(
                    rs.getInt("stage_ordinal"),
                    rs.getString("name"),
                    Json.mapper()
                        .readValue(rs.getString("output_variables"), new TypeReference<>() {})))
            .forEach(output -> {
              String namespace =
                  declaration.action(output.stageOrdinal(), output.action()).namespace();
              if (namespace != null) {
                values.put(namespace, output.variables());
              }
            }));
    return values;
  }
}
