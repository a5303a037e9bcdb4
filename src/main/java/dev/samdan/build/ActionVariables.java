package dev.samdan.build;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * CodePipeline's {@code EnvironmentVariables} of a CodeBuild action: a JSON list of name, value and
 * type (CodePipeline user guide, "CodeBuild action reference").
 *
 * @param hidden the values that came from a store
 */
record ActionVariables(Map<String, String> values, List<String> hidden) {
  static ActionVariables of(@Nullable String json, BuildSecrets secrets) {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> hidden = new ArrayList<>();
    if (json == null || json.isBlank()) {
      return new ActionVariables(values, hidden);
    }
    for (JsonNode one : Json.tree(json)) {
      String name = one.path("name").asString("");
      String text = one.path("value").asString("");
      switch (one.path("type").asString("PLAINTEXT")) {
        case "PLAINTEXT" -> values.put(name, text);
        case "PARAMETER_STORE", "SECRETS_MANAGER" -> {
          String value =
              secrets
                  .find()
                  .apply(text)
                  .orElseThrow(() ->
                      PlatformException.invalid(
                          "EnvironmentVariables: "
                              + name
                              + ": there is no "
                              + text
                              + "; set it with: samdan secret set APP ENV "
                              + text));
          values.put(name, value);
          hidden.add(value);
        }
        default ->
            throw PlatformException.invalid(
                "EnvironmentVariables: "
                    + name
                    + " is of type "
                    + one.path("type").asString("")
                    + ", which is none of PLAINTEXT, PARAMETER_STORE and SECRETS_MANAGER");
      }
    }
    return new ActionVariables(values, hidden);
  }
}
