package dev.samdan.image;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Dockerfile as an engine gets it: the images that stand in this registry are named by their
 * digest, which no later push can change, and each stage is labelled as this home's.
 *
 * @param text what the engine reads
 * @param base what the target begins with, where it stands in this registry
 * @param steps the instruction of each step as the engine counts them, from its first
 * @param foreign names of images that do not stand in this registry
 */
record EngineDockerfile(
    String text, Stage.Base base, List<Instruction.At> steps, List<String> foreign) {
  private static final Pattern SYNTAX =
      Pattern.compile("^\\uFEFF?\\s*#\\s*syntax\\s*=\\s*(\\S+)", Pattern.CASE_INSENSITIVE);
  private static final Pattern FRONTEND =
      Pattern.compile("(docker\\.io/)?docker/dockerfile(-upstream)?([:@]\\S+)?");

  /** Where what an engine carries out takes files from; the quotes of its words are left out. */
  private static final Pattern TAKEN =
      Pattern.compile("\\bfrom=([^\\s,]+)", Pattern.CASE_INSENSITIVE);

  /** Finds images that stand in this registry. */
  @FunctionalInterface
  interface Names {
    /**
     * The image of this name here; empty where the engine is to find it. A name that can only mean
     * this registry and is not in it is NOT_FOUND, what the build may not take FORBIDDEN.
     */
    Optional<Own> find(String name);
  }

  /**
   * An image of this registry.
   *
   * @param name as the engine pulls it
   */
  record Own(String name, String repository, Digest digest) {}

  EngineDockerfile {
    steps = List.copyOf(steps);
    foreign = List.copyOf(foreign);
  }

  /**
   * @param labels which every stage gets, none for an engine that keeps its cache apart from images
   */
  static EngineDockerfile of(
      Dockerfile file,
      String text,
      Images.ImageBuild build,
      Map<String, String> labels,
      Names names) {
    return new Rewriting(file, text, build, labels, names).run();
  }

  /** The context with this Dockerfile in the place of the team's. */
  FileTree in(FileTree context, String path) {
    FileTree tree = context.copy();
    if (!tree.exists(path) && !tree.exists(".dockerignore")) {
      // The builder reads what the team ignores, and then takes it out of the context by this file.
      put(tree, ".dockerignore", ".dockerignore\n" + path + "\n");
    }
    put(tree, path, text);
    return tree;
  }

  private static void put(FileTree tree, String path, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    tree.put(
        path,
        new FileTree.Regular(
            FileTree.Owner.ROOT, 0644, bytes.length, () -> new ByteArrayInputStream(bytes)));
  }

  /**
   * INVALID where a directive names another frontend than Docker's own: a frontend pulls whatever
   * it likes by the engine's sign-in to this registry, so none may come with a Dockerfile.
   */
  static void requireKnownFrontend(Dockerfile file, String text) {
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size() && lines.get(i).strip().startsWith("#"); i++) {
      Matcher syntax = SYNTAX.matcher(lines.get(i));
      if (syntax.find() && !FRONTEND.matcher(syntax.group(1)).matches()) {
        throw PlatformException.invalid(
            file.file()
                + ":"
                + (i + 1)
                + ": the frontend "
                + syntax.group(1)
                + " is not used here; write docker/dockerfile:1, or take the line out");
      }
    }
  }

  /**
   * The arguments handed in that the file declares, as an engine warns of others; none of them
   * chooses a frontend.
   */
  static Map<String, String> declared(Dockerfile file, Map<String, String> arguments) {
    Set<String> names = new LinkedHashSet<>();
    file.arguments().forEach(arg -> arg.pairs().forEach(p -> names.add(p.name())));
    file.stages().stream()
        .flatMap(stage -> stage.instructions().stream())
        .filter(Instruction.Arg.class::isInstance)
        .forEach(arg -> ((Instruction.Arg) arg).pairs().forEach(p -> names.add(p.name())));
    Map<String, String> declared = new TreeMap<>(arguments);
    declared.keySet().retainAll(names);
    declared.remove("BUILDKIT_SYNTAX");
    return declared;
  }

  /** One file's way from the team's text to the engine's. */
  private static final class Rewriting {
    private final Dockerfile file;
    private final List<String> lines;
    private final Images.ImageBuild build;
    private final Map<String, String> labels;
    private final Names names;
    private final Map<String, String> globals = new LinkedHashMap<>();
    private final Map<Integer, Stage.Base> bases = new LinkedHashMap<>();
    private final List<Instruction.At> steps = new ArrayList<>();
    private final Set<String> foreign = new LinkedHashSet<>();

    Rewriting(
        Dockerfile file,
        String text,
        Images.ImageBuild build,
        Map<String, String> labels,
        Names names) {
      this.file = file;
      this.lines = new ArrayList<>(Arrays.asList(text.split("\r?\n", -1)));
      this.build = build;
      this.labels = labels;
      this.names = names;
    }

    EngineDockerfile run() {
      declareGlobals();
      for (Dockerfile.Stage stage : file.stages()) {
        begin(stage);
        for (Instruction instruction : stage.instructions()) {
          steps.add(instruction.at());
          if (instruction instanceof Instruction.Copy copy) {
            copyFrom(copy, stage.number());
          } else if (instruction instanceof Instruction.NeedsEngine it) {
            requireReadable(it, stage.number());
          }
        }
      }
      int target = file.needed(build.target()).getLast().number();
      Stage.Base base = bases.getOrDefault(target, new Stage.Base(null, null));
      return new EngineDockerfile(String.join("\n", lines), base, steps, List.copyOf(foreign));
    }

    private void declareGlobals() {
      globals.putAll(BuildRun.platformArguments());
      for (Instruction.Arg arg : file.arguments()) {
        steps.add(arg.at());
        for (Instruction.Pair pair : arg.pairs()) {
          String given = build.arguments().get(pair.name());
          String preset = pair.value();
          if (given != null) {
            globals.put(pair.name(), given);
          } else if (preset != null) {
            globals.put(pair.name(), expand(preset, arg));
          }
        }
      }
    }

    private void begin(Dockerfile.Stage stage) {
      Instruction.From from = stage.from();
      steps.add(from.at());
      String name = expand(from.image(), from);
      try {
        BaseFinder.requireName(from, name);
      } catch (PlatformException e) {
        throw wrong(from, e.text());
      }
      if (!name.equals(from.image())) {
        // The engine gets the name that was looked up, however it would read the variables.
        replace(from, from.image(), name);
      }
      Optional<Dockerfile.Stage> earlier =
          file.stage(name).filter(s -> s.number() < stage.number());
      if (earlier.isPresent()) {
        bases.put(stage.number(), bases.getOrDefault(earlier.get().number(), scratch()));
      } else if (!name.equals("scratch")) {
        own(name, from)
            .ifPresent(own -> {
              bases.put(stage.number(), new Stage.Base(own.repository(), own.digest()));
              replace(from, name, own.name());
            });
      }
      if (!labels.isEmpty()) {
        steps.add(from.at());
        label(from);
      }
    }

    private static Stage.Base scratch() {
      return new Stage.Base(null, null);
    }

    private void copyFrom(Instruction.Copy copy, int number) {
      String from = copy.flags().get("from");
      if (from != null
          && !from.matches("[0-9]+")
          && file.stage(from).filter(s -> s.number() < number).isEmpty()) {
        own(from, copy).ifPresent(own -> replace(copy, "--from=" + from, "--from=" + own.name()));
      }
    }

    /** FORBIDDEN where a mount, or what a later build does, takes what this build may not. */
    private void requireReadable(Instruction.NeedsEngine instruction, int number) {
      String text = instruction.at().text();
      if (!text.contains("--mount") && !text.matches("(?is)ONBUILD\\s.*")) {
        return;
      }
      for (Matcher taken = TAKEN.matcher(text.replaceAll("[\"']", "")); taken.find(); ) {
        String name = taken.group(1);
        if (name.matches("[0-9]+")
            || file.stage(name).filter(s -> s.number() < number).isPresent()) {
          continue;
        }
        try {
          names.find(name);
        } catch (PlatformException e) {
          if (e.code() == PlatformException.Code.FORBIDDEN) {
            throw new PlatformException(e.code(), where(instruction) + e.text(), e);
          }
        }
      }
    }

    private Optional<Own> own(String name, Instruction instruction) {
      try {
        Optional<Own> own = names.find(name);
        if (own.isEmpty()) {
          foreign.add(name);
        }
        return own;
      } catch (PlatformException e) {
        throw new PlatformException(e.code(), where(instruction) + e.text(), e);
      }
    }

    private void label(Instruction.From from) {
      int end = from.at().line() - 1;
      while (end + 1 < lines.size() && goesOn(lines.get(end))) {
        end++;
      }
      StringBuilder label = new StringBuilder("LABEL");
      labels.forEach((name, value) -> label.append(' ').append(name).append("=\"" + value + "\""));
      lines.set(end, lines.get(end) + "\n" + label);
    }

    private boolean goesOn(String line) {
      String trimmed = line.stripTrailing();
      return !trimmed.isEmpty() && trimmed.charAt(trimmed.length() - 1) == file.escape();
    }

    /** Puts another word where the instruction, which may go on for lines, has this one first. */
    private void replace(Instruction instruction, String word, String by) {
      Pattern wanted = Pattern.compile("(?<=\\s)" + Pattern.quote(word) + "(?=\\s|$)");
      for (int i = instruction.at().line() - 1; i < lines.size(); i++) {
        Matcher found = wanted.matcher(lines.get(i));
        if (found.find()) {
          lines.set(i, found.replaceFirst(Matcher.quoteReplacement(by)));
          return;
        }
        if (!goesOn(lines.get(i))) {
          break;
        }
      }
      throw wrong(instruction, "write " + word + " on one line, without quotes");
    }

    private String expand(String word, Instruction instruction) {
      try {
        return new Expansion(file.escape(), globals::get).word(word);
      } catch (PlatformException e) {
        throw wrong(instruction, e.text());
      }
    }

    private PlatformException wrong(Instruction instruction, String text) {
      return PlatformException.invalid(where(instruction) + text);
    }

    private String where(Instruction instruction) {
      return file.file() + ":" + instruction.at().line() + ": ";
    }
  }
}
