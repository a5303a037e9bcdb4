package dev.samdan.image;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.registry.Registry;
import java.io.IOException;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One run of a Dockerfile: carries out its instructions stage by stage. */
final class BuildRun {
  private static final String LAYER = "application/vnd.oci.image.layer.v1.tar";
  private final Registry registry;
  private final Dockerfile dockerfile;
  private final Context context;
  private final Images.ImageBuild build;
  private final LayerFiles files;
  private final Map<String, String> globals = new LinkedHashMap<>();

  /** What COPY reads: the context's files, and what .dockerignore took out of them. */
  record Context(FileTree files, List<String> ignored) {}

  BuildRun(
      Registry registry,
      Dockerfile dockerfile,
      Context context,
      Images.ImageBuild build,
      LayerFiles files) {
    this.registry = registry;
    this.dockerfile = dockerfile;
    this.context = context;
    this.build = build;
    this.files = files;
    globals.putAll(platformArguments());
    for (Instruction.Arg arg : dockerfile.arguments()) {
      at(arg, () -> declare(arg, globals, globals::get));
    }
  }

  /** {@code linux/amd64} or {@code linux/arm64}. */
  static String platform() {
    String arch = System.getProperty("os.arch", "amd64");
    return "linux/" + (arch.equals("aarch64") ? "arm64" : arch);
  }

  /** Builds one stage, which is then among the built ones. */
  void stage(Dockerfile.Stage declared, int count, Map<Integer, Stage> built, BaseFinder bases) {
    at(declared.from(), () -> built.put(declared.number(), begin(declared, built, bases)));
    Stage stage = java.util.Objects.requireNonNull(built.get(declared.number()));
    String prefix = count == 1 ? "" : "stage " + (declared.number() + 1) + " ";
    int number = 0;
    int all = declared.instructions().size();
    for (Instruction instruction : declared.instructions()) {
      build.log().accept("[" + prefix + ++number + "/" + all + "] " + instruction.at().text());
      at(instruction, () -> carryOut(instruction, stage, built, bases));
    }
  }

  private Stage begin(Dockerfile.Stage declared, Map<Integer, Stage> built, BaseFinder bases)
      throws IOException {
    Instruction.From from = declared.from();
    requirePlatform(from.platform());
    String name = new Expansion(dockerfile.escape(), globals::get).word(from.image());
    build.log().accept("FROM " + name + (from.name() == null ? "" : " AS " + from.name()));
    Stage other = earlier(name, declared.number(), built);
    if (other != null) {
      return Stage.from(other, files);
    }
    if (name.equals("scratch")) {
      return Stage.fromScratch(platform());
    }
    BaseFinder.requireName(from, name);
    Stage stage = bases.begin(name, build);
    for (Stage.Layer layer : stage.layers) {
      String repository = stage.base.repository();
      if (repository != null && !registry.mountBlob(repository, layer.blob(), build.repository())) {
        throw PlatformException.invalid(
            "the image " + name + " lacks its layer " + layer.blob() + "; push it again");
      }
    }
    return stage;
  }

  private void requirePlatform(@Nullable String flag) {
    if (flag != null) {
      String wanted = new Expansion(dockerfile.escape(), globals::get).word(flag);
      if (!wanted.equals(platform()) && !wanted.equals(platform().substring(6))) {
        throw PlatformException.invalid(
            "--platform=" + wanted + ": only images for " + platform() + " are built here");
      }
    }
  }

  private @Nullable Stage earlier(String name, int number, Map<Integer, Stage> built) {
    Optional<Dockerfile.Stage> stage = dockerfile.stage(name).filter(s -> s.number() < number);
    return stage.map(s -> built.get(s.number())).orElse(null);
  }

  private void carryOut(
      Instruction instruction, Stage stage, Map<Integer, Stage> built, BaseFinder bases)
      throws IOException {
    Function<String, String> word =
        new Expansion(dockerfile.escape(), Map.copyOf(variables(stage))::get)::word;
    String text = instruction.at().text();
    switch (instruction) {
      case Instruction.From it -> throw new IllegalStateException(it.image());
      case Instruction.NeedsEngine it -> throw new IllegalStateException(it.what());
      case Instruction.Copy it -> {
        copy(it, stage, source(it, built, bases), word);
        return;
      }
      case Instruction.Workdir it -> {
        workdir(stage, word.apply(it.path()), text);
        return;
      }
      case Instruction.Arg it -> declare(it, stage.arguments, stage::variable);
      case Instruction.Env it ->
          it.pairs().forEach(p -> stage.environment.put(p.name(), value(p, word)));
      case Instruction.Label it ->
          it.pairs().forEach(p -> stage.labels.put(word.apply(p.name()), value(p, word)));
      case Instruction.User it -> stage.user = word.apply(it.user());
      case Instruction.Expose it -> it.ports().forEach(p -> expose(stage, word.apply(p)));
      case Instruction.Volume it ->
          it.paths().forEach(p -> stage.volumes.put(word.apply(p), Map.of()));
      case Instruction.StopSignal it -> stage.stopSignal = word.apply(it.signal());
      case Instruction.Command it -> command(stage, it);
      case Instruction.Ignored it -> build.log().accept("  taken note of only: " + it.why());
    }
    stage.record(text, true);
  }

  private static Map<String, String> variables(Stage stage) {
    Map<String, String> variables = new LinkedHashMap<>(stage.arguments);
    variables.putAll(stage.environment);
    return variables;
  }

  private static String value(Instruction.Pair pair, Function<String, String> word) {
    String value = pair.value();
    return value == null ? "" : word.apply(value);
  }

  private FileTree source(Instruction.Copy copy, Map<Integer, Stage> built, BaseFinder bases)
      throws IOException {
    String from = copy.flags().get("from");
    if (from == null) {
      return context.files();
    }
    Stage stage = earlier(from, Integer.MAX_VALUE, built);
    if (stage == null && from.matches("[0-9]+")) {
      throw PlatformException.invalid(
          "--from=" + from + ": there is no earlier stage of this number");
    }
    return (stage == null ? bases.begin(from, build) : stage).tree(files);
  }

  private void copy(
      Instruction.Copy copy, Stage stage, FileTree from, Function<String, String> word)
      throws IOException {
    String destination = word.apply(copy.destination());
    String absolute =
        destination.startsWith("/")
            ? destination
            : stage.workdir.replaceFirst("/*$", "/") + destination;
    String slash =
        destination.isEmpty() || destination.equals(".") || destination.endsWith("/.") ? "/" : "";
    SortedMap<String, FileTree.Node> layer =
        new CopyStep(from, stage.tree(files), files)
            .as(flag(copy, "chown", word), flag(copy, "chmod", word))
            .copy(
                copy.sources().stream().map(word).toList(),
                absolute + slash,
                copy.unpack(),
                from == context.files() ? context.ignored() : List.of());
    add(stage, layer, copy.at().text());
  }

  private static @Nullable String flag(
      Instruction.Copy copy, String name, Function<String, String> word) {
    String value = copy.flags().get(name);
    return value == null ? null : word.apply(value);
  }

  private void workdir(Stage stage, String path, String text) throws IOException {
    String joined = path.startsWith("/") ? path : stage.workdir.replaceFirst("/*$", "/") + path;
    FileTree tree = stage.tree(files);
    stage.workdir = "/" + new FileTree().resolve(joined, false);
    String place = tree.resolve(stage.workdir, true);
    if (tree.exists(place) && !tree.isFolder(place)) {
      throw PlatformException.invalid(
          "'" + stage.workdir + "' is a file in the image, so it cannot be the WORKDIR");
    }
    TreeMap<String, FileTree.Node> layer = new TreeMap<>();
    for (String p = place;
        !p.isEmpty() && !tree.exists(p);
        p = p.substring(0, Math.max(0, p.lastIndexOf('/')))) {
      layer.put(p, new FileTree.Folder(FileTree.Owner.ROOT, 0755));
    }
    add(stage, layer, text);
  }

  /** Stores a layer with these files; none where there are none. */
  private void add(Stage stage, SortedMap<String, FileTree.Node> layer, String text)
      throws IOException {
    if (!layer.isEmpty()) {
      Digest digest = registry.putBlob(build.repository(), out -> LayerWriter.write(layer, out));
      long size = Files.size(registry.blobFile(digest));
      String descriptor = Json.write(ImageBuilder.descriptor(LAYER, digest, size));
      stage.layers.add(new Stage.Layer(digest, digest.toString(), descriptor));
      stage.tree(files).putAll(new TreeMap<>(layer));
      build
          .log()
          .accept(
              "  layer "
                  + digest.shortHex()
                  + ", "
                  + layer.size()
                  + " files and folders, "
                  + size
                  + " bytes");
    }
    stage.record(text, layer.isEmpty());
  }

  private static void expose(Stage stage, String words) {
    for (String port : words.strip().split("\\s+")) {
      if (!port.matches("[0-9]{1,5}(-[0-9]{1,5})?(/(tcp|udp|sctp))?")) {
        throw PlatformException.invalid(
            "EXPOSE: '" + port + "' is not a port (1 to 65535), such as 8080 or 53/udp");
      }
      stage.ports.put(port.indexOf('/') < 0 ? port + "/tcp" : port, Map.of());
    }
  }

  private static void command(Stage stage, Instruction.Command command) {
    List<String> words = command.words();
    if (command.shell()) {
      List<String> line = new java.util.ArrayList<>(stage.shell);
      line.addAll(words);
      words = List.copyOf(line);
    }
    switch (command.kind()) {
      case SHELL -> stage.shell = words;
      case CMD -> {
        stage.cmd = words;
        stage.cmdIsOwn = true;
      }
      case ENTRYPOINT -> {
        stage.entrypoint = words;
        // The base's CMD was meant for the base's ENTRYPOINT.
        stage.cmd = stage.cmdIsOwn ? stage.cmd : List.of();
      }
    }
  }

  /** ARG: the value handed in, else the default, else what the ARG before the first FROM has. */
  private void declare(
      Instruction.Arg arg,
      Map<String, String> scope,
      Function<String, @Nullable String> variables) {
    for (Instruction.Pair pair : arg.pairs()) {
      String name = pair.name();
      String given = build.arguments().get(name);
      String preset = pair.value();
      if (given != null) {
        scope.put(name, given);
      } else if (preset != null) {
        scope.put(name, new Expansion(dockerfile.escape(), variables).word(preset));
      } else if (globals.containsKey(name)) {
        scope.put(name, globals.get(name));
      }
    }
  }

  /** What every build knows before its first FROM. */
  static Map<String, String> platformArguments() {
    Map<String, String> arguments = new LinkedHashMap<>();
    for (String side : List.of("TARGET", "BUILD")) {
      arguments.put(side + "PLATFORM", platform());
      arguments.put(side + "OS", "linux");
      arguments.put(side + "ARCH", platform().substring(6));
    }
    return arguments;
  }

  /** Work on an instruction; what is wrong with it is told with its place. */
  @FunctionalInterface
  private interface Work {
    void run() throws IOException;
  }

  private void at(Instruction instruction, Work work) {
    String where = dockerfile.file() + ":" + instruction.at().line() + ": ";
    try {
      work.run();
    } catch (PlatformException e) {
      throw new PlatformException(e.code(), where + e.text(), e);
    } catch (IOException e) {
      throw new PlatformException(PlatformException.Code.INTERNAL, where + e.getMessage(), e);
    }
  }
}
