package dev.samdan.image;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import dev.samdan.base.Spelling;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one instruction from its line: flags, words, JSON form. */
final class InstructionReader {
  private static final List<String> KNOWN =
      List.of(
          "FROM",
          "ARG",
          "COPY",
          "ADD",
          "ENV",
          "WORKDIR",
          "EXPOSE",
          "USER",
          "VOLUME",
          "LABEL",
          "ENTRYPOINT",
          "CMD",
          "SHELL",
          "STOPSIGNAL",
          "HEALTHCHECK",
          "MAINTAINER",
          "RUN",
          "ONBUILD");
  private static final Pattern STAGE_NAME = Pattern.compile("[a-zA-Z][a-zA-Z0-9_.-]*");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private final String file;
  private final LogicalLine line;
  private final String text;
  private final Words words;
  private final List<Problem> problems;
  private final Instruction.At at;

  /**
   * @param offset where the instruction's keyword ends
   */
  InstructionReader(
      String file, LogicalLine line, int offset, char escape, List<Problem> problems) {
    this.file = file;
    this.line = line;
    this.text = line.text();
    this.words = new Words(text, offset, escape);
    this.problems = problems;
    this.at =
        new Instruction.At(line.line(0), line.column(0), text.strip().replaceAll("\\s+", " "));
  }

  /** That only an engine can carry this out, and from which character on. */
  private static final class Engine extends Exception {
    private final int offset;
    private final String what;
    private final String mend;
    private final boolean buildKit;

    Engine(int offset, String what, String mend, boolean buildKit) {
      super(what);
      this.offset = offset;
      this.what = what;
      this.mend = mend;
      this.buildKit = buildKit;
    }
  }

  /** The instruction; null where it could not be read, which is then among the problems. */
  @Nullable Instruction read(String keyword) {
    try {
      if (!KNOWN.contains(keyword)) {
        throw new Words.Wrong(
            0, "'" + text.substring(0, words.position()) + "' is no instruction" + meant(keyword));
      }
      List<String> mounts = keyword.equals("RUN") ? words.flagNames() : List.of();
      Map<String, String> flags = words.flags();
      if (words.rest().isBlank()) {
        throw new Words.Wrong(0, keyword + " says nothing; it needs " + example(keyword));
      }
      if (!mounts.isEmpty()) {
        throw new Engine(0, "RUN --" + mounts.getFirst(), "", true);
      }
      return read(keyword, flags);
    } catch (Engine e) {
      int offset = Math.min(e.offset, Math.max(0, text.length() - 1));
      var place = new Instruction.At(line.line(offset), line.column(offset), at.text());
      return new Instruction.NeedsEngine(place, e.what, e.mend, e.buildKit);
    } catch (Words.Wrong e) {
      int offset = Math.min(e.offset(), Math.max(0, text.length() - 1));
      problems.add(
          Problem.error(
              file, line.line(offset), line.column(offset), String.valueOf(e.getMessage())));
      return null;
    }
  }

  private Instruction read(String keyword, Map<String, String> flags) throws Words.Wrong, Engine {
    int start = words.position();
    return switch (keyword) {
      case "FROM" -> from(flags);
      case "ARG" -> new Instruction.Arg(at, pairs(flags, true));
      case "ENV" -> new Instruction.Env(at, pairs(flags, false));
      case "LABEL" -> new Instruction.Label(at, pairs(flags, false));
      case "COPY", "ADD" -> copy(keyword, flags);
      case "WORKDIR" -> new Instruction.Workdir(at, one(keyword, flags));
      case "USER" -> new Instruction.User(at, one(keyword, flags));
      case "STOPSIGNAL" -> new Instruction.StopSignal(at, one(keyword, flags));
      case "EXPOSE" -> new Instruction.Expose(at, list(flags));
      case "VOLUME" -> new Instruction.Volume(at, list(flags));
      case "ENTRYPOINT", "CMD", "SHELL" ->
          command(Instruction.Command.Kind.valueOf(keyword), flags);
      case "HEALTHCHECK" ->
          new Instruction.Ignored(at, "the health check is the application's (samdan.yml: health)");
      case "MAINTAINER" -> new Instruction.Ignored(at, "use LABEL maintainer=…");
      case "RUN", "ONBUILD" -> new Instruction.NeedsEngine(at, keyword, "", false);
      default -> throw new Words.Wrong(start, keyword + " is not known");
    };
  }

  private Instruction from(Map<String, String> flags) throws Words.Wrong {
    allow("FROM", flags, Set.of("platform"));
    int start = words.position();
    List<String> all = words.remaining();
    words.check(all.getFirst(), start);
    if (all.size() == 1) {
      return new Instruction.From(at, all.getFirst(), null, flags.get("platform"));
    }
    if (all.size() != 3 || !all.get(1).equalsIgnoreCase("as")) {
      throw new Words.Wrong(start, "FROM takes an image and a name: FROM image [AS name]");
    }
    if (!STAGE_NAME.matcher(all.get(2)).matches()) {
      throw new Words.Wrong(
          start,
          "'" + all.get(2) + "' is no name of a stage: a letter, then letters, digits, _ . -");
    }
    return new Instruction.From(
        at, all.getFirst(), all.get(2).toLowerCase(Locale.ROOT), flags.get("platform"));
  }

  private Instruction copy(String keyword, Map<String, String> flags) throws Words.Wrong, Engine {
    boolean add = keyword.equals("ADD");
    Set<String> known =
        add ? Set.of("chown", "chmod", "link") : Set.of("from", "chown", "chmod", "link");
    for (String flag : flags.keySet()) {
      if (!known.contains(flag)) {
        throw new Engine(text.indexOf("--" + flag), "--" + flag + " of " + keyword, "", true);
      }
    }
    int start = words.position();
    List<String> json = json();
    List<String> all = json == null ? words.remaining() : json;
    if (all.size() < 2) {
      throw new Words.Wrong(start, keyword + " needs at least one source and a destination");
    }
    for (String word : all) {
      if (json == null) {
        words.check(word, start);
      }
      if (add && (word.matches("(?i)https?://.*") || word.matches("(?i)(git@|git://|ssh://).*"))) {
        boolean git = !word.matches("(?i)https?://.*(?<!\\.git)");
        throw new Engine(
            start, "ADD of an address", "fetch it in the build (buildspec.yml) and COPY it", git);
      }
    }
    return new Instruction.Copy(
        at, add, flags, List.copyOf(all.subList(0, all.size() - 1)), all.getLast());
  }

  private Instruction command(Instruction.Command.Kind kind, Map<String, String> flags)
      throws Words.Wrong {
    allow(kind.name(), flags, Set.of());
    int start = words.position();
    List<String> json = json();
    if (json == null && kind == Instruction.Command.Kind.SHELL) {
      throw new Words.Wrong(start, "SHELL takes the JSON form: SHELL [\"/bin/bash\", \"-c\"]");
    }
    return json != null
        ? new Instruction.Command(at, kind, false, json)
        : new Instruction.Command(at, kind, true, List.of(words.rest().strip()));
  }

  private List<String> list(Map<String, String> flags) throws Words.Wrong {
    allow("this instruction", flags, Set.of());
    int start = words.position();
    List<String> json = json();
    if (json != null) {
      return json;
    }
    List<String> all = words.remaining();
    for (String word : all) {
      words.check(word, start);
    }
    return all;
  }

  private String one(String keyword, Map<String, String> flags) throws Words.Wrong {
    allow(keyword, flags, Set.of());
    int start = words.position();
    String rest = words.rest().strip();
    words.check(rest, start);
    return rest;
  }

  private List<Instruction.Pair> pairs(Map<String, String> flags, boolean bareAllowed)
      throws Words.Wrong {
    allow("this instruction", flags, Set.of());
    int start = words.position();
    String rest = words.rest().strip();
    List<String> all = words.remaining();
    List<Instruction.Pair> pairs = new ArrayList<>();
    if (!bareAllowed && all.getFirst().indexOf('=') < 0) {
      int space = all.getFirst().length();
      String value = rest.substring(Math.min(space, rest.length())).strip();
      if (value.isEmpty()) {
        throw new Words.Wrong(start, "'" + rest + "' needs a value: NAME=value");
      }
      words.check(value, start);
      return List.of(new Instruction.Pair(all.getFirst(), value));
    }
    for (String word : all) {
      words.check(word, start);
      int equals = word.indexOf('=');
      if (equals == 0 || (equals < 0 && !bareAllowed)) {
        throw new Words.Wrong(start, "'" + word + "' is not NAME=value");
      }
      String name = equals < 0 ? word : word.substring(0, equals);
      if (bareAllowed && !VARIABLE.matcher(name).matches()) {
        throw new Words.Wrong(start, "'" + name + "' is no variable's name: letters, digits and _");
      }
      pairs.add(new Instruction.Pair(name, equals < 0 ? null : word.substring(equals + 1)));
    }
    return List.copyOf(pairs);
  }

  /**
   * The JSON form's words; null where it is not in that form, as Docker then reads it as a shell's
   * line.
   */
  private @Nullable List<String> json() {
    String rest = words.rest().strip();
    if (!rest.startsWith("[")) {
      return null;
    }
    try {
      List<String> all = new ArrayList<>();
      for (JsonNode node : Json.tree(rest)) {
        if (!node.isString()) {
          return null;
        }
        all.add(node.asString());
      }
      return List.copyOf(all);
    } catch (PlatformException e) {
      problems.add(
          Problem.warning(
              file,
              at.line(),
              at.column(),
              "this looks like the JSON form but is none, so it is read as a shell's line"));
      return null;
    }
  }

  private void allow(String keyword, Map<String, String> flags, Set<String> known)
      throws Words.Wrong {
    for (String flag : new LinkedHashMap<>(flags).keySet()) {
      if (!known.contains(flag)) {
        throw new Words.Wrong(
            Math.max(0, text.indexOf("--" + flag)),
            keyword
                + " takes no --"
                + flag
                + (known.isEmpty()
                    ? ""
                    : "; it knows --" + String.join(", --", known.stream().sorted().toList())));
      }
    }
  }

  private static String meant(String keyword) {
    for (String known : KNOWN) {
      if (Spelling.distance(known, keyword) <= 2) {
        return "; did you mean " + known + "?";
      }
    }
    return "; there are " + String.join(", ", KNOWN);
  }

  private static String example(String keyword) {
    return switch (keyword) {
      case "FROM" -> "an image: FROM scratch";
      case "COPY", "ADD" -> "sources and a destination: " + keyword + " build/app.jar /app/";
      case "ENV", "LABEL", "ARG" -> "a pair: " + keyword + " NAME=value";
      case "EXPOSE" -> "a port: EXPOSE 8080";
      default -> "an argument";
    };
  }
}
