package dev.samdan.build;

import dev.samdan.base.Yaml;
import dev.samdan.build.Buildspec.Command;
import dev.samdan.build.Buildspec.OnFailure;
import dev.samdan.build.Buildspec.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Reads a buildspec's {@code phases}. */
final class PhasesReader {
  private static final Pattern RETRY =
      Pattern.compile("RETRY(?:-(\\d{1,3})(?=-|$))?(?:-(.+))?", Pattern.DOTALL);

  private final YamlFields yaml;

  PhasesReader(YamlFields yaml) {
    this.yaml = yaml;
  }

  List<Phase> read(Yaml.Fields root) {
    Yaml node = root.get("phases").orElse(null);
    Yaml batch = root.get("batch").orElse(null);
    if (batch != null) {
      yaml.warning(batch, "batch has no effect here: a build runs the phases of this file");
    }
    if (!(node instanceof Yaml.Fields fields)) {
      if (node != null) {
        yaml.error(node, "phases must be a mapping of install, pre_build, build and post_build");
      } else if (batch == null) {
        yaml.error(
            1, 0, "`phases` is missing: write at least `phases: {build: {commands: [...]}}`");
      }
      return List.of();
    }
    yaml.warnUnknown(fields, "phases.", Set.copyOf(Buildspec.PHASES));
    List<Phase> phases = new ArrayList<>();
    for (String name : Buildspec.PHASES) {
      Yaml.Field field = fields.fields().get(name);
      if (field != null) {
        phases.add(readPhase(field));
      }
    }
    if (phases.isEmpty() && fields.fields().isEmpty()) {
      yaml.error(fields, "`phases` names no phase (install, pre_build, build, post_build)");
    }
    return phases;
  }

  private Phase readPhase(Yaml.Field field) {
    String where = "phases." + field.key() + ".";
    OnFailure unsaid = new OnFailure.Unsaid();
    if (!(field.value() instanceof Yaml.Fields fields)) {
      yaml.error(
          field.line(),
          field.column(),
          "phases." + field.key() + " must be a mapping with `commands`");
      return new Phase(field.key(), List.of(), List.of(), unsaid, false, field.line());
    }
    boolean install = field.key().equals("install");
    yaml.warnUnknown(
        fields,
        where,
        install
            ? Set.of("run-as", "on-failure", "commands", "finally", "runtime-versions")
            : Set.of("run-as", "on-failure", "commands", "finally"));
    fields.get("run-as").ifPresent(this::warnRunAs);
    boolean runtimes = install && yaml.mapping(fields, "runtime-versions").isPresent();
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
        runtimes,
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
            + " is not known (ABORT, CONTINUE, RETRY, RETRY-<count>, RETRY-<regex>, RETRY-<count>-<regex>)");
    return new OnFailure.Unsaid();
  }

  void warnRunAs(Yaml node) {
    yaml.warning(node, "run-as has no effect here: every command runs as the build's own user");
  }
}
