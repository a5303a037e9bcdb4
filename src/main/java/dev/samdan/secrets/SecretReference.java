package dev.samdan.secrets;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a file writes where it wants a secret: a parameter's name, {@code
 * secret-id:json-key:version-stage:version-id} (AWS CodeBuild user guide, "env/secrets-manager"),
 * or the ARN of either ({@code arn:aws:ssm:…:parameter/name}, {@code
 * arn:aws:secretsmanager:…:secret:name-AbCdEf:json-key:version-stage:version-id}).
 *
 * @param names under which it may stand, the first that is found counts
 * @param jsonKey member of the value, which then is a JSON object; empty for the whole value
 * @param stage AWSCURRENT, AWSPREVIOUS or empty
 * @param version a version's id; empty for that of the stage
 */
record SecretReference(List<String> names, String jsonKey, String stage, String version) {
  private static final Pattern PARAMETER_ARN =
      Pattern.compile("arn:[^:]*:ssm:[^:]*:[^:]*:parameter/?([^:]+)(?::[^:]*)?");
  private static final Pattern SECRET_ARN =
      Pattern.compile("arn:[^:]*:secretsmanager:[^:]*:[^:]*:secret:([^:]+)(.*)", Pattern.DOTALL);
  private static final Pattern SUFFIX = Pattern.compile("(.+)-[A-Za-z0-9]{6}");

  static SecretReference parse(String text) {
    Matcher parameter = PARAMETER_ARN.matcher(text.strip());
    if (parameter.matches()) {
      return new SecretReference(List.of(name(parameter.group(1))), "", "", "");
    }
    Matcher secret = SECRET_ARN.matcher(text.strip());
    if (secret.matches()) {
      String name = name(secret.group(1));
      Matcher suffixed = SUFFIX.matcher(name);
      // AWS adds a hyphen and six characters to the name; those who set the secret here do not.
      List<String> names = suffixed.matches() ? List.of(name, suffixed.group(1)) : List.of(name);
      return of(names, secret.group(2));
    }
    int colon = text.strip().indexOf(':');
    return colon < 0
        ? of(List.of(name(text.strip())), "")
        : of(List.of(name(text.strip().substring(0, colon))), text.strip().substring(colon));
  }

  /** {@code rest} is empty or begins with a colon. */
  private static SecretReference of(List<String> names, String rest) {
    String[] parts = rest.split(":", -1);
    return new SecretReference(names, part(parts, 1), part(parts, 2), part(parts, 3));
  }

  private static String part(String[] parts, int index) {
    return index < parts.length ? parts[index] : "";
  }

  /** {@code /sample/db} and {@code sample/db} are one name, as an ARN cannot tell them apart. */
  static String name(String text) {
    return text.startsWith("/") ? text.substring(1) : text;
  }
}
