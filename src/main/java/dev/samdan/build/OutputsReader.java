package dev.samdan.build;

import dev.samdan.base.Glob;
import dev.samdan.base.PlatformException;
import dev.samdan.base.Spelling;
import dev.samdan.base.Yaml;
import dev.samdan.build.Buildspec.Artifacts;
import dev.samdan.build.Buildspec.Cache;
import dev.samdan.build.Buildspec.ReportGroup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what a buildspec leaves behind: {@code reports}, {@code artifacts} and {@code cache}. */
final class OutputsReader {
  private static final int MOST_FALLBACK_KEYS = 5;
  private static final int MOST_REPORTS = 5;
  private static final Set<String> ARTIFACT_KEYS =
      Set.of(
          "files",
          "name",
          "discard-paths",
          "base-directory",
          "exclude-paths",
          "enable-symlinks",
          "s3-prefix",
          "secondary-artifacts");

  private final YamlFields yaml;

  OutputsReader(YamlFields yaml) {
    this.yaml = yaml;
  }

  List<ReportGroup> reports(Yaml.Fields root) {
    List<ReportGroup> reports = new ArrayList<>();
    yaml.mapping(root, "reports")
        .ifPresent(groups -> {
          groups.fields().values().forEach(f -> readReport(f, reports));
          if (reports.size() > MOST_REPORTS) {
            yaml.warning(
                groups, "reports: CodeBuild takes at most " + MOST_REPORTS + " groups of a build");
          }
        });
    return reports;
  }

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
    into.add(
        new ReportGroup(
            field.key(),
            files,
            base(fields, where),
            yaml.yes(fields, where, "discard-paths"),
            readFormat(fields, where),
            field.line()));
  }

  private ReportFormat readFormat(Yaml.Fields fields, String where) {
    String text = yaml.text(fields, where, "file-format").orElse("JUNITXML");
    return ReportFormat.parse(text)
        .orElseGet(() -> {
          String near =
              Spelling.near(text.toUpperCase(java.util.Locale.ROOT), ReportFormat.names())
                  .map(n -> "; did you mean " + n + "?")
                  .orElse("");
          yaml.error(
              fields.get("file-format").orElse(fields),
              where
                  + "file-format: "
                  + text
                  + " is not a format of reports ("
                  + String.join(", ", ReportFormat.names())
                  + ")"
                  + near);
          return ReportFormat.JUNITXML;
        });
  }

  @Nullable Artifacts artifacts(Yaml.Fields root, Map<String, Artifacts> secondary) {
    Yaml.Fields fields = yaml.mapping(root, "artifacts").orElse(null);
    if (fields == null) {
      return null;
    }
    Artifacts primary = readArtifacts(fields, "artifacts.", true);
    Map<String, Yaml.Field> others = new LinkedHashMap<>();
    yaml.mapping(fields, "secondary-artifacts").ifPresent(all -> others.putAll(all.fields()));
    for (Yaml.Field field : others.values()) {
      String where = "artifacts.secondary-artifacts." + field.key();
      if (field.value() instanceof Yaml.Fields one) {
        secondary.put(field.key(), readArtifacts(one, where + ".", false));
      } else {
        yaml.error(field.line(), field.column(), where + " needs `files`");
      }
    }
    if (primary.files().isEmpty() && secondary.isEmpty()) {
      yaml.error(fields, "artifacts.files is missing");
    }
    return primary.files().isEmpty() ? null : primary;
  }

  private Artifacts readArtifacts(Yaml.Fields fields, String where, boolean primary) {
    yaml.warnUnknown(fields, where, ARTIFACT_KEYS);
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

  @Nullable Cache cache(Yaml.Fields root) {
    Yaml.Fields fields = yaml.mapping(root, "cache").orElse(null);
    if (fields == null) {
      return null;
    }
    yaml.warnUnknown(fields, "cache.", Set.of("paths", "key", "fallback-keys", "action"));
    List<String> paths = values(fields, "cache.", "paths");
    if (paths.isEmpty()) {
      yaml.warning(fields, "cache.paths is missing: nothing is kept");
    }
    String key = yaml.text(fields, "cache.", "key").orElse("");
    List<String> fallback = values(fields, "cache.", "fallback-keys");
    if (fallback.size() > MOST_FALLBACK_KEYS) {
      yaml.error(
          fields, "cache.fallback-keys: at most " + MOST_FALLBACK_KEYS + " keys may stand here");
    } else if (key.isEmpty() && !fallback.isEmpty()) {
      yaml.warning(fields, "cache.fallback-keys has no effect without cache.key");
    }
    String action = yaml.text(fields, "cache.", "action").orElse("");
    if (!Set.of("", "restore", "save").contains(action)) {
      yaml.error(
          fields.get("action").orElse(fields),
          "cache.action: " + action + " is neither restore nor save (without it: both)");
    }
    return new Cache(
        paths,
        key,
        key.isEmpty() ? List.of() : fallback,
        !action.equals("save"),
        !action.equals("restore"),
        fields.line());
  }

  private String base(Yaml.Fields fields, String where) {
    return yaml.text(fields, where, "base-directory").filter(t -> !t.isBlank()).orElse(".");
  }

  private List<String> values(Yaml.Fields fields, String where, String key) {
    return yaml.texts(fields, where, key).stream().map(Yaml.Text::value).toList();
  }
}
