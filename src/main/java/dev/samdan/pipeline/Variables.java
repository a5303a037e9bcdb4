package dev.samdan.pipeline;

import dev.samdan.base.PlatformException;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** References such as {@code #{SourceVariables.CommitId}} (CodePipeline, reference-variables). */
final class Variables {
  static final String CODEPIPELINE = "codepipeline";
  static final String VARIABLES = "variables";
  private static final Pattern REFERENCE =
      Pattern.compile("#\\{([A-Za-z0-9@\\-_]+)\\.([A-Za-z0-9@\\-_]+)}");

  private Variables() {}

  record Reference(String namespace, String key) {
    @Override
    public String toString() {
      return "#{" + namespace + "." + key + "}";
    }
  }

  static List<Reference> references(String text) {
    return REFERENCE
        .matcher(text)
        .results()
        .map(r -> new Reference(r.group(1), r.group(2)))
        .toList();
  }

  /**
   * The namespaces whose values are there when an action of this run order in this stage starts.
   */
  static Set<String> namespacesBefore(PipelineDeclaration pipeline, int stage, int runOrder) {
    Set<String> names = new HashSet<>(Set.of(CODEPIPELINE, VARIABLES));
    for (int s = 0; s <= stage; s++) {
      for (ActionDeclaration action : pipeline.stages().get(s).actions()) {
        String namespace = action.namespace();
        if (namespace != null && (s < stage || action.runOrder() < runOrder)) {
          names.add(namespace);
        }
      }
    }
    return names;
  }

  /** The configuration with each reference replaced; INVALID names those that have no value. */
  static Map<String, String> resolve(
      Map<String, String> configuration, Map<String, Map<String, String>> values) {
    Map<String, String> resolved = new LinkedHashMap<>();
    configuration.forEach((key, text) -> resolved.put(key, resolve(key, text, values)));
    return resolved;
  }

  private static String resolve(String key, String text, Map<String, Map<String, String>> values) {
    return REFERENCE
        .matcher(text)
        .replaceAll(match -> {
          String value = values.getOrDefault(match.group(1), Map.of()).get(match.group(2));
          if (value == null) {
            throw PlatformException.invalid(
                "configuration "
                    + key
                    + ": "
                    + match.group()
                    + " has no value"
                    + (values.containsKey(match.group(1))
                        ? "; "
                            + match.group(1)
                            + " has "
                            + String.join(", ", values.get(match.group(1)).keySet())
                        : "; no action before it has the namespace " + match.group(1)));
          }
          return Matcher.quoteReplacement(value);
        });
  }
}
