package dev.samdan.build;

import dev.samdan.base.Yaml;
import dev.samdan.build.Buildspec.Env;
import dev.samdan.build.Buildspec.SecretSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads a buildspec's {@code env}, and the {@code environment_variables} of version 0.1. */
final class EnvReader {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Set<String> SHELLS = Set.of("sh", "/bin/sh", "bash", "/bin/bash");
  private static final Set<String> KEYS =
      Set.of(
          "shell",
          "variables",
          "parameter-store",
          "secrets-manager",
          "exported-variables",
          "git-credential-helper");

  private final YamlFields yaml;

  EnvReader(YamlFields yaml) {
    this.yaml = yaml;
  }

  Env read(Yaml.Fields root) {
    Map<String, String> variables = new LinkedHashMap<>();
    List<SecretSource> secrets = new ArrayList<>();
    List<String> exported = new ArrayList<>();
    String shell = "sh";
    boolean gitCredentials = false;
    Yaml.Fields old = yaml.mapping(root, "environment_variables").orElse(null);
    if (old != null) {
      yaml.mapping(old, "plaintext")
          .ifPresent(fields -> readVariables("environment_variables.plaintext", fields, variables));
    }
    Yaml.Fields env = yaml.mapping(root, "env").orElse(null);
    if (env != null) {
      yaml.warnUnknown(env, "env.", KEYS);
      shell = readShell(env);
      yaml.mapping(env, "variables")
          .ifPresent(fields -> readVariables("env.variables", fields, variables));
      readSecrets(env, "parameter-store", secrets);
      readSecrets(env, "secrets-manager", secrets);
      yaml.texts(env, "env.", "exported-variables")
          .forEach(t -> readExported(t, secrets, exported));
      gitCredentials = yaml.yes(env, "env.", "git-credential-helper");
    }
    return new Env(shell, variables, secrets, exported, gitCredentials);
  }

  private String readShell(Yaml.Fields env) {
    Yaml node = env.get("shell").orElse(null);
    if (node == null) {
      return "sh";
    }
    if (node instanceof Yaml.Text text && SHELLS.contains(text.value())) {
      return text.value().endsWith("bash") ? "bash" : "sh";
    }
    String given = node instanceof Yaml.Text text ? text.value() : "this";
    yaml.error(node, "env.shell: " + given + " is not a shell of this platform (bash or sh)");
    return "sh";
  }

  private void readVariables(String where, Yaml.Fields fields, Map<String, String> into) {
    for (Yaml.Field field : fields.fields().values()) {
      if (!(field.value() instanceof Yaml.Text text)) {
        yaml.error(field.value(), where + "." + field.key() + ": a variable's value is one text");
      } else if (field.key().startsWith("CODEBUILD_")) {
        yaml.error(
            field.line(),
            field.column(),
            where + "." + field.key() + ": names that begin with CODEBUILD_ are reserved");
      } else {
        checkName(where, field);
        into.put(field.key(), text.isNull() ? "" : text.value());
      }
    }
  }

  private void checkName(String where, Yaml.Field field) {
    if (!VARIABLE.matcher(field.key()).matches()) {
      yaml.warning(
          field.line(),
          field.column(),
          where + "." + field.key() + ": a shell cannot read a variable of this name");
    }
  }

  private void readSecrets(Yaml.Fields env, String source, List<SecretSource> into) {
    yaml.mapping(env, source)
        .ifPresent(
            fields -> fields.fields().values().forEach(field -> readSecret(source, field, into)));
  }

  private void readSecret(String source, Yaml.Field field, List<SecretSource> into) {
    String where = "env." + source + "." + field.key();
    if (!(field.value() instanceof Yaml.Text text) || text.value().isBlank()) {
      yaml.error(field.value(), where + ": names no secret");
    } else if (field.key().startsWith("CODEBUILD_")) {
      yaml.error(
          field.line(), field.column(), where + ": names that begin with CODEBUILD_ are reserved");
    } else {
      checkName("env." + source, field);
      String reference = text.value();
      boolean id = source.equals("secrets-manager") && !reference.startsWith("arn:");
      if (id && reference.split(":", -1).length > 4) {
        yaml.error(
            text,
            where
                + ": "
                + reference
                + " has more than secret-id:json-key:version-stage:version-id");
      }
      into.add(new SecretSource(source, field.key(), reference, field.line()));
    }
  }

  private void readExported(Yaml.Text name, List<SecretSource> secrets, List<String> into) {
    boolean secret = secrets.stream().anyMatch(s -> s.variable().equals(name.value()));
    if (secret || name.value().startsWith("AWS_") || !VARIABLE.matcher(name.value()).matches()) {
      String why =
          secret
              ? "a secret"
              : name.value().startsWith("AWS_")
                  ? "a name that begins with AWS_"
                  : "not a variable's name";
      yaml.error(
          name,
          "env.exported-variables: " + name.value() + " is " + why + " and cannot be exported");
    } else {
      into.add(name.value());
    }
  }
}
