package dev.samdan.build;

import dev.samdan.base.Glob;
import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import dev.samdan.build.Buildspec.Artifacts;
import dev.samdan.build.Buildspec.Cache;
import dev.samdan.build.Buildspec.Env;
import dev.samdan.build.Buildspec.Parsed;
import dev.samdan.build.Buildspec.Phase;
import dev.samdan.build.Buildspec.ReportGroup;
import dev.samdan.build.Buildspec.SecretSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns YAML into a {@link Buildspec}. Unknown keys warn, for real files hold them and work. */
final class BuildspecReader {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Set<String> SHELLS = Set.of("sh", "/bin/sh", "bash", "/bin/bash");

  private final YamlFields yaml;

  BuildspecReader(String file) {
    this.yaml = new YamlFields(file, new ArrayList<>());
  }

  Parsed read(String text) {
    Yaml.Document document = Yaml.parse(yaml.file(), text);
    yaml.problems().addAll(document.problems());
    Buildspec spec = null;
    if (document.root() instanceof Yaml.Fields root) {
      spec = readRoot(root);
    } else if (document.problems().isEmpty()) {
      yaml.error(
          1, 0, "a buildspec is a mapping with `version` and `phases`; this file is not one");
    }
    boolean wrong = yaml.problems().stream().anyMatch(Problem::isError);
    return new Parsed(wrong ? null : spec, List.copyOf(yaml.problems()));
  }

  private Buildspec readRoot(Yaml.Fields root) {
    yaml.warnUnknown(
        root,
        "",
        Set.of(
            "version",
            "run-as",
            "env",
            "environment_variables",
            "proxy",
            "batch",
            "phases",
            "reports",
            "artifacts",
            "cache"));
    boolean shared = readVersion(root);
    PhasesReader phasesReader = new PhasesReader(yaml);
    root.get("run-as").ifPresent(phasesReader::warnRunAs);
    Env env = readEnv(root);
    List<Phase> phases = phasesReader.read(root);
    List<ReportGroup> reports = new ArrayList<>();
    yaml.mapping(root, "reports")
        .ifPresent(groups -> groups.fields().values().forEach(f -> readReport(f, reports)));
    Map<String, Artifacts> secondary = new LinkedHashMap<>();
    Artifacts artifacts =
        yaml.mapping(root, "artifacts")
            .map(fields -> readArtifacts(fields, secondary))
            .orElse(null);
    Cache cache = yaml.mapping(root, "cache").map(this::readCache).orElse(null);
    return new Buildspec(yaml.file(), shared, env, phases, reports, artifacts, secondary, cache);
  }

  private boolean readVersion(Yaml.Fields root) {
    Yaml version = root.get("version").orElse(null);
    if (version instanceof Yaml.Text text && Set.of("0.1", "0.2").contains(text.value())) {
      return text.value().equals("0.2");
    }
    if (version == null) {
      yaml.error(1, 0, "`version` is missing: write `version: 0.2`");
    } else {
      String given = version instanceof Yaml.Text text ? text.value() : "this";
      yaml.error(version, "version: " + given + " is not a buildspec version (0.1 or 0.2)");
    }
    return true;
  }

  // env

  private Env readEnv(Yaml.Fields root) {
    Map<String, String> variables = new LinkedHashMap<>();
    List<SecretSource> secrets = new ArrayList<>();
    List<String> exported = new ArrayList<>();
    String shell = "sh";
    Yaml.Fields old = yaml.mapping(root, "environment_variables").orElse(null);
    if (old != null) {
      yaml.mapping(old, "plaintext")
          .ifPresent(fields -> readVariables("environment_variables.plaintext", fields, variables));
    }
    Yaml.Fields env = yaml.mapping(root, "env").orElse(null);
    if (env != null) {
      yaml.warnUnknown(
          env,
          "env.",
          Set.of(
              "shell",
              "variables",
              "parameter-store",
              "secrets-manager",
              "exported-variables",
              "git-credential-helper"));
      shell = readShell(env);
      yaml.mapping(env, "variables")
          .ifPresent(fields -> readVariables("env.variables", fields, variables));
      readSecrets(env, "parameter-store", secrets);
      readSecrets(env, "secrets-manager", secrets);
      yaml.texts(env, "env.", "exported-variables")
          .forEach(t -> readExported(t, secrets, exported));
    }
    return new Env(shell, variables, secrets, exported);
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
        .ifPresent(fields ->
            fields
                .fields()
                .values()
                .forEach(field -> {
                  if (!(field.value() instanceof Yaml.Text text) || text.value().isBlank()) {
                    yaml.error(
                        field.value(), "env." + source + "." + field.key() + ": names no secret");
                  } else {
                    checkName("env." + source, field);
                    into.add(new SecretSource(source, field.key(), text.value(), field.line()));
                  }
                }));
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

  // reports, artifacts, cache

  private void readReport(Yaml.Field field, List<ReportGroup> into) {
    String where = "reports." + field.key() + ".";
    if (!(field.value() instanceof Yaml.Fields fields)) {
      yaml.error(field.line(), field.column(), "reports." + field.key() + " needs `files`");
      return;
    }
    yaml.warnUnknown(
        fields, where, Set.of("files", "base-directory", "discard-paths", "file-format"));
    List<String> files = values(fields, where, "files");
    if (files.isEmpty()) {
      yaml.error(field.line(), field.column(), where + "files is missing");
    }
    String format =
        yaml.text(fields, where, "file-format").orElse("JUNITXML").toUpperCase(Locale.ROOT);
    if (!format.equals("JUNITXML")) {
      yaml.warning(
          fields, where + "file-format: " + format + " is not read here; only JUNITXML is");
    }
    into.add(
        new ReportGroup(
            field.key(),
            files,
            base(fields, where),
            yaml.yes(fields, where, "discard-paths"),
            format,
            field.line()));
  }

  private @Nullable Artifacts readArtifacts(Yaml.Fields fields, Map<String, Artifacts> secondary) {
    Artifacts primary = readArtifacts(fields, "artifacts.", true);
    yaml.mapping(fields, "secondary-artifacts")
        .ifPresent(all ->
            all.fields()
                .values()
                .forEach(field -> {
                  if (field.value() instanceof Yaml.Fields one) {
                    secondary.put(
                        field.key(),
                        readArtifacts(
                            one, "artifacts.secondary-artifacts." + field.key() + ".", false));
                  } else {
                    yaml.error(
                        field.line(),
                        field.column(),
                        "artifacts.secondary-artifacts." + field.key() + " needs `files`");
                  }
                }));
    if (primary.files().isEmpty() && secondary.isEmpty()) {
      yaml.error(fields, "artifacts.files is missing");
    }
    return primary.files().isEmpty() ? null : primary;
  }

  private Artifacts readArtifacts(Yaml.Fields fields, String where, boolean primary) {
    Set<String> known =
        Set.of(
            "files",
            "name",
            "discard-paths",
            "base-directory",
            "exclude-paths",
            "enable-symlinks",
            "s3-prefix",
            "secondary-artifacts");
    yaml.warnUnknown(fields, where, known);
    List<String> files = values(fields, where, "files");
    if (files.isEmpty() && !primary) {
      yaml.error(fields, where + "files is missing");
    }
    List<Glob> exclude = new ArrayList<>();
    for (Yaml.Text text : yaml.texts(fields, where, "exclude-paths")) {
      try {
        exclude.add(Glob.parse(text.value()));
      } catch (PlatformException e) {
        yaml.error(text, where + "exclude-paths: " + e.text());
      }
    }
    return new Artifacts(
        files,
        yaml.text(fields, where, "name").orElse(""),
        yaml.yes(fields, where, "discard-paths"),
        base(fields, where),
        exclude,
        yaml.yes(fields, where, "enable-symlinks"),
        fields.line());
  }

  private Cache readCache(Yaml.Fields fields) {
    yaml.warnUnknown(fields, "cache.", Set.of("paths", "key", "fallback-keys", "action"));
    return new Cache(
        values(fields, "cache.", "paths"),
        yaml.text(fields, "cache.", "key").orElse(""),
        values(fields, "cache.", "fallback-keys"));
  }

  private String base(Yaml.Fields fields, String where) {
    return yaml.text(fields, where, "base-directory").filter(t -> !t.isBlank()).orElse(".");
  }

  private List<String> values(Yaml.Fields fields, String where, String key) {
    return yaml.texts(fields, where, key).stream().map(Yaml.Text::value).toList();
  }
}
