package dev.samdan.preflight;

import dev.samdan.base.Yaml;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The kinds of files that can be checked. */
public enum Kind {
  SAMDAN("samdan.yml"),
  BUILDSPEC("buildspec"),
  APPSPEC("appspec"),
  TASKDEF("task definition"),
  PIPELINE("pipeline"),
  CLOUDFORMATION("CloudFormation template"),
  DOCKERFILE("Dockerfile"),
  DOCKERIGNORE(".dockerignore");

  private static final String YAML = "(\\.(yml|yaml|json))";
  private static final Pattern BUILDSPEC_NAME = Pattern.compile(".*buildspec.*" + YAML);
  private static final Pattern APPSPEC_NAME = Pattern.compile(".*appspec.*" + YAML);
  private static final Pattern TASKDEF_NAME =
      Pattern.compile(".*(taskdef|task[-_]def|task[-_]?definition).*\\.json");
  private static final Pattern PIPELINE_NAME = Pattern.compile(".*pipeline.*\\.json");
  private static final Pattern DOCKERFILE_NAME =
      Pattern.compile("(dockerfile|containerfile)([.-].*)?|.*[.-](dockerfile|containerfile)");
  private static final Pattern FROM =
      Pattern.compile("(?is)\\s*((#[^\n]*|arg\\s[^\n]*)?\n\\s*)*from\\s+\\S+.*");
  private static final int HEAD = 4000;

  private final String text;

  Kind(String text) {
    this.text = text;
  }

  /** As people call it. */
  public String text() {
    return text;
  }

  /** The kind that a file's name alone tells. */
  public static Optional<Kind> ofName(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    if (name.equals("samdan.yml") || name.equals("samdan.yaml")) {
      return Optional.of(SAMDAN);
    }
    if (name.equals(".dockerignore") || name.endsWith(".dockerignore")) {
      return Optional.of(DOCKERIGNORE);
    }
    if (DOCKERFILE_NAME.matcher(name).matches()) {
      return Optional.of(DOCKERFILE);
    }
    if (BUILDSPEC_NAME.matcher(name).matches()) {
      return Optional.of(BUILDSPEC);
    }
    if (APPSPEC_NAME.matcher(name).matches()) {
      return Optional.of(APPSPEC);
    }
    if (TASKDEF_NAME.matcher(name).matches()) {
      return Optional.of(TASKDEF);
    }
    return PIPELINE_NAME.matcher(name).matches() || path.matches("(.*/)?pipelines/[^/]+\\.json")
        ? Optional.of(PIPELINE)
        : Optional.empty();
  }

  /** The kind that a file's content tells. */
  static Optional<Kind> ofContent(String path, String text) {
    if (Yaml.parse(path, text).root() instanceof Yaml.Fields root) {
      return ofKeys(root);
    }
    String head = text.substring(0, Math.min(HEAD, text.length()));
    return FROM.matcher(head).matches() ? Optional.of(DOCKERFILE) : Optional.empty();
  }

  private static Optional<Kind> ofKeys(Yaml.Fields root) {
    Set<String> keys = root.fields().keySet();
    if (root.get("Resources").orElse(null) instanceof Yaml.Fields
        || keys.contains("AWSTemplateFormatVersion")) {
      return Optional.of(CLOUDFORMATION);
    }
    if (keys.contains("phases") || (keys.contains("batch") && keys.contains("version"))) {
      return Optional.of(BUILDSPEC);
    }
    if (keys.contains("containerDefinitions") || keys.contains("taskDefinition")) {
      return Optional.of(TASKDEF);
    }
    if (keys.contains("pipeline") || (keys.contains("stages") && keys.contains("name"))) {
      return Optional.of(PIPELINE);
    }
    if (keys.contains("Resources") || keys.contains("resources")) {
      return Optional.of(APPSPEC);
    }
    return keys.contains("application") && (keys.contains("tiers") || keys.contains("environments"))
        ? Optional.of(SAMDAN)
        : Optional.empty();
  }

  /**
   * By name first, by content where the name says nothing; a template shows by its content only.
   */
  static Optional<Kind> of(String path, String text) {
    Optional<Kind> named = ofName(path);
    if (named.isPresent() && named.get() != PIPELINE) {
      return named;
    }
    Optional<Kind> found = ofContent(path, text);
    return found.isPresent() ? found : named;
  }
}
