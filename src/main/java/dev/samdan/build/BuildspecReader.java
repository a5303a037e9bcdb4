package dev.samdan.build;

import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import dev.samdan.build.Buildspec.Artifacts;
import dev.samdan.build.Buildspec.Batch;
import dev.samdan.build.Buildspec.Env;
import dev.samdan.build.Buildspec.Parsed;
import dev.samdan.build.Buildspec.Phase;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Turns YAML into a {@link Buildspec}. Unknown keys warn, for real files hold them and work. */
final class BuildspecReader {
  private static final Set<String> KEYS =
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
          "cache");

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
    yaml.warnUnknown(root, "", KEYS);
    boolean shared = readVersion(root);
    Env env = new EnvReader(yaml).read(root);
    Batch batch = root.get("batch").map(node -> new BatchReader(yaml).read(node)).orElse(null);
    List<Phase> phases = new PhasesReader(yaml).read(root, batch);
    OutputsReader outputs = new OutputsReader(yaml);
    Map<String, Artifacts> secondary = new LinkedHashMap<>();
    return new Buildspec(
        yaml.file(),
        shared,
        env,
        phases,
        outputs.reports(root),
        outputs.artifacts(root, secondary),
        secondary,
        outputs.cache(root),
        batch);
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
}
