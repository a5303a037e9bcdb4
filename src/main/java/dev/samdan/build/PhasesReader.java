package dev.samdan.build;

import dev.samdan.base.Spelling;
import dev.samdan.base.Yaml;
import dev.samdan.build.Buildspec.Batch;
import dev.samdan.build.Buildspec.Command;
import dev.samdan.build.Buildspec.OnFailure;
import dev.samdan.build.Buildspec.Phase;
import dev.samdan.build.Buildspec.RuntimeVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads a buildspec's {@code phases}. */
final class PhasesReader {
  private static final Pattern RETRY =
      Pattern.compile("RETRY(?:-(\\d{1,3})(?=-|$))?(?:-(.+))?", Pattern.DOTALL);

  private static final Pattern USER = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,31}");

  private final YamlFields yaml;

  PhasesReader(YamlFields yaml) {
    this.yaml = yaml;
  }

  List<Phase> read(Yaml.Fields root, @Nullable Batch batch) {
    Yaml node = root.get("phases").orElse(null);
    sayWhatRuns(batch, node != null);
    if (!(node instanceof Yaml.Fields fields)) {
      if (node != null) {
        yaml.error(node, "phases must be a mapping of install, pre_build, build and post_build");
      } else if (root.get("batch").isEmpty()) {
        yaml.error(
            1, 0, "`phases` is missing: write at least `phases: {build: {commands: [...]}}`");
      }
      return List.of();
    }
    yaml.warnUnknown(fields, "phases.", Set.copyOf(Buildspec.PHASES));
    String runAs = yaml.text(root, "", "run-as").orElse("");
    List<Phase> phases = new ArrayList<>();
    for (String name : Buildspec.PHASES) {
      Yaml.Field field = fields.fields().get(name);
      if (field != null) {
        phases.add(readPhase(field, runAs));
      }
    }
    if (phases.isEmpty() && fields.fields().isEmpty()) {
      yaml.error(fields, "`phases` names no phase (install, pre_build, build, post_build)");
    }
    return phases;
  }

  private void sayWhatRuns(@Nullable Batch batch, boolean phases) {
    if (batch != null) {
      yaml.warning(
          batch.line(),
          0,
          "batch."
              + batch.kind()
              + " would be "
              + batch.builds()
              + (batch.builds() == 1 ? " build" : " builds")
              + " on CodeBuild; here one build runs "
              + (phases
                  ? "the phases of this file"
                  : "and, as the file has no phases, does nothing: name the buildspec of one of"
                      + " them in samdan.yml"));
    }
  }

  private Phase readPhase(Yaml.Field field, String fileRunAs) {
    String where = "phases." + field.key() + ".";
    OnFailure unsaid = new OnFailure.Unsaid();
    if (!(field.value() instanceof Yaml.Fields fields)) {
      yaml.error(
          field.line(),
          field.column(),
          "phases." + field.key() + " must be a mapping with `commands`");
      return new Phase(
          field.key(), List.of(), List.of(), unsaid, List.of(), fileRunAs, field.line());
    }
    boolean install = field.key().equals("install");
    yaml.warnUnknown(
        fields,
        where,
        install
            ? Set.of("run-as", "on-failure", "commands", "finally", "runtime-versions")
            : Set.of("run-as", "on-failure", "commands", "finally"));
    String runAs = yaml.text(fields, where, "run-as").orElse(fileRunAs);
    if (!runAs.isEmpty() && !USER.matcher(runAs).matches()) {
      yaml.error(
          fields.get("run-as").orElse(fields), where + "run-as: " + runAs + " is no user's name");
    }
    if (fields.get("commands").isEmpty() && !install) {
      yaml.warning(
          field.line(),
          field.column(),
          "phases." + field.key() + " has no `commands`: nothing runs in it");
    }
    OnFailure onFailure =
        fields.get("on-failure").map(node -> readOnFailure(where, node)).orElse(unsaid);
    return new Phase(
        field.key(),
        commands(fields, where, "commands"),
        commands(fields, where, "finally"),
        onFailure,
        install ? runtimes(fields, where) : List.of(),
        runAs,
        field.line());
  }

  private List<Command> commands(Yaml.Fields fields, String where, String key) {
    return yaml.texts(fields, where, key).stream()
        .map(t -> new Command(t.value(), t.line()))
        .toList();
  }

  private OnFailure readOnFailure(String where, Yaml node) {
    String text = node instanceof Yaml.Text t ? t.value() : "this";
    Matcher retry = RETRY.matcher(text);
    if (text.equals("ABORT")) {
      return new OnFailure.Abort();
    }
    if (text.equals("CONTINUE")) {
      return new OnFailure.Continue();
    }
    if (retry.matches()) {
      int count = retry.group(1) == null ? 3 : Integer.parseInt(retry.group(1));
      String output = retry.group(2);
      try {
        if (count <= 100) {
          return new OnFailure.Retry(count, output == null ? null : Pattern.compile(output));
        }
        yaml.error(node, where + "on-failure: " + text + " retries more than 100 times");
      } catch (PatternSyntaxException e) {
        yaml.error(
            node,
            where
                + "on-failure: "
                + output
                + " is not a regular expression: "
                + e.getDescription());
      }
      return new OnFailure.Unsaid();
    }
    yaml.error(
        node,
        where
            + "on-failure: "
            + text
            + " is not known (ABORT, CONTINUE, RETRY, RETRY-<count>, RETRY-<regex>,"
            + " RETRY-<count>-<regex>)");
    return new OnFailure.Unsaid();
  }

  private List<RuntimeVersion> runtimes(Yaml.Fields phase, String where) {
    List<RuntimeVersion> runtimes = new ArrayList<>();
    Yaml.Fields wanted = yaml.mapping(phase, "runtime-versions").orElse(null);
    if (wanted == null) {
      return runtimes;
    }
    for (Yaml.Field field : wanted.fields().values()) {
      String name = where + "runtime-versions." + field.key();
      if (!Runtimes.NAMES.contains(field.key())) {
        String near =
            Spelling.near(field.key(), Runtimes.NAMES)
                .map(n -> "; did you mean " + n + "?")
                .orElse(" (" + String.join(", ", new TreeSet<>(Runtimes.NAMES)) + ")");
        yaml.warning(field.line(), field.column(), name + " is not a runtime of CodeBuild" + near);
      } else if (field.value() instanceof Yaml.Text text) {
        runtimes.add(new RuntimeVersion(field.key(), text.value(), field.line()));
      } else {
        yaml.error(field.value(), name + ": a version is one text");
      }
    }
    return runtimes;
  }
}
