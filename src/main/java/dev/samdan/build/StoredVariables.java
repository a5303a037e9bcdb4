package dev.samdan.build;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The variables whose values this program gives: those that come from a store ({@code
 * env.parameter-store} and {@code env.secrets-manager}); one that the build is given anyway is not
 * asked for.
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

  /**
   * What signs git in to the server's repositories (git-config(1), GIT_CONFIG_COUNT), where {@code
   * git-credential-helper} asks for it; empty where there is no server.
   */
  static Map<String, String> git(BuildRequest request) {
    String url = request.environment().getOrDefault("SAMDAN_URL", "");
    String password = request.secrets().gitPassword().get().orElse("");
    if (url.isEmpty() || password.isEmpty()) {
      return Map.of();
    }
    return Map.of(
        "SAMDAN_GIT_PASSWORD",
        password,
        "GIT_CONFIG_COUNT",
        "1",
        "GIT_CONFIG_KEY_0",
        "credential." + url + ".helper",
        "GIT_CONFIG_VALUE_0",
        "!f() { echo username=build; echo \"password=$SAMDAN_GIT_PASSWORD\"; }; f");
  }

  /** With these too. */
  StoredVariables with(Map<String, String> more) {
    Map<String, String> all = new LinkedHashMap<>(values);
    all.putAll(more);
    return new StoredVariables(all, missing);
  }

  /** The name in a reference: what stands before its key, stage and version. */
  private static String name(String reference) {
    int colon = reference.indexOf(':');
    return colon < 0 || reference.startsWith("arn:") ? reference : reference.substring(0, colon);
  }
}
