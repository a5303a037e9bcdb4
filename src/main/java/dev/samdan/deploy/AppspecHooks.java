package dev.samdan.deploy;

import dev.samdan.base.Yaml;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads an appspec's {@code Hooks}: each lifecycle event once, {@code null} for none. */
record AppspecHooks(AppspecFields notes) {
  static final List<String> EVENTS =
      List.of(
          "BeforeInstall",
          "AfterInstall",
          "AfterAllowTestTraffic",
          "BeforeAllowTraffic",
          "AfterAllowTraffic");
  private static final Pattern TIMEOUT = Pattern.compile("(\\d{1,5})(s|m|h)?");

  /** In the order of the lifecycle. */
  List<AppspecFile.Hook> read(Yaml node) {
    List<AppspecFile.Hook> hooks = new ArrayList<>();
    if (AppspecFields.isNull(node)) {
      return hooks;
    }
    if (!(node instanceof Yaml.Items items)) {
      notes.error(node, "Hooks must be a list, such as - AfterInstall: ./check.sh");
      return hooks;
    }
    Set<String> seen = new HashSet<>();
    for (Yaml item : items.items()) {
      if (!(item instanceof Yaml.Fields fields) || fields.fields().size() != 1) {
        notes.error(item, "a hook must be one lifecycle event with what runs at it");
        continue;
      }
      Yaml.Field field = fields.fields().values().iterator().next();
      String event =
          EVENTS.stream().filter(h -> h.equalsIgnoreCase(field.key())).findFirst().orElse(null);
      if (event == null) {
        notes.error(
            fields,
            field.key() + " is no lifecycle event of ECS; there are " + String.join(", ", EVENTS));
      } else if (!seen.add(event)) {
        notes.error(fields, event + " is given twice");
      } else if (!AppspecFields.isNull(field.value())) {
        hook(event, field.value()).ifPresent(hooks::add);
      }
    }
    hooks.sort(Comparator.comparingInt(hook -> EVENTS.indexOf(hook.event())));
    return hooks;
  }

  /** A text, a list of words, or {@code {run: …, timeout: 5m}}. */
  private Optional<AppspecFile.Hook> hook(String event, Yaml value) {
    if (!(value instanceof Yaml.Fields fields)) {
      return hook(event, value, null);
    }
    notes.unknown(fields, Set.of("run", "timeout"), Set.of(), event + ": ");
    Yaml run = AppspecFields.get(fields, "run").orElse(null);
    if (run == null) {
      notes.error(
          fields, event + " has nothing to run: write run: with a command or an http(s) address");
      return Optional.empty();
    }
    return hook(event, run, timeout(fields));
  }

  private Optional<AppspecFile.Hook> hook(String event, Yaml run, @Nullable Duration timeout) {
    List<String> words = new ArrayList<>();
    String line = "";
    if (run instanceof Yaml.Items items) {
      for (Yaml item : items.items()) {
        if (item instanceof Yaml.Text text) {
          words.add(text.value());
        } else {
          notes.error(item, event + ": a command's words must be texts");
        }
      }
    } else if (run instanceof Yaml.Text text) {
      line = text.value().strip();
    }
    if (words.isEmpty() && line.isEmpty()) {
      notes.error(run, event + " must be a command, a list of its words, or an http(s) address");
      return Optional.empty();
    }
    return Optional.of(new AppspecFile.Hook(event, line, words, timeout, run.line(), run.column()));
  }

  private @Nullable Duration timeout(Yaml.Fields fields) {
    String text = AppspecFields.text(fields, "timeout").orElse(null);
    if (text == null) {
      return null;
    }
    Matcher matcher = TIMEOUT.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) == 0) {
      notes.error(
          AppspecFields.at(fields, "timeout"),
          "timeout: " + text + " is not a duration, such as 30s or 5m");
      return null;
    }
    long number = Long.parseLong(matcher.group(1));
    String unit = matcher.group(2);
    return unit == null || unit.equals("s")
        ? Duration.ofSeconds(number)
        : unit.equals("m") ? Duration.ofMinutes(number) : Duration.ofHours(number);
  }
}
