package dev.samdan.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables whose values come from a store ({@code env.parameter-store} and {@code
 * env.secrets-manager}); one that the build is given anyway is not asked for.
 *
 * @param values by variable
 * @param missing a message for each that the store has not
 */
record StoredVariables(Map<String, String> values, List<String> missing) {
  static StoredVariables of(Buildspec spec, BuildRequest request) {
    Map<String, String> values = new LinkedHashMap<>();
    List<String> missing = new ArrayList<>();
    for (Buildspec.SecretSource wanted : spec.env().secrets()) {
      if (request.environment().containsKey(wanted.variable())) {
        continue;
      }
      Optional<String> value = request.secrets().find().apply(wanted.reference());
      value.ifPresent(found -> values.put(wanted.variable(), found));
      if (value.isEmpty()) {
        missing.add(
            spec.file()
                + ":"
                + wanted.line()
                + ": env."
                + wanted.source()
                + "."
                + wanted.variable()
                + ": there is no "
                + wanted.reference()
                + "; set it with: samdan secret set APP ENV "
                + name(wanted.reference()));
      }
    }
    return new StoredVariables(values, missing);
  }

  /** The name in a reference: what stands before its key, stage and version. */
  private static String name(String reference) {
    int colon = reference.indexOf(':');
    return colon < 0 || reference.startsWith("arn:") ? reference : reference.substring(0, colon);
  }
}
