package dev.samdan.image;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.registry.ImageLayers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A stage while it is built: its layers, its files and how its image will want to be run. */
final class Stage {
  /** A layer of the image to be; {@code descriptor} as the manifest will hold it. */
  record Layer(Digest blob, String diffId, String descriptor) {}

  /** Where the bottom layers come from; null members for {@code scratch}. */
  record Base(@Nullable String repository, @Nullable Digest digest) {}

  final Base base;
  final List<Layer> layers = new ArrayList<>();
  final List<Map<String, Object>> history = new ArrayList<>();
  final Map<String, String> environment = new LinkedHashMap<>();
  final Map<String, String> arguments = new LinkedHashMap<>();
  final Map<String, String> labels = new TreeMap<>();
  final TreeMap<String, Map<String, String>> ports = new TreeMap<>();
  final TreeMap<String, Map<String, String>> volumes = new TreeMap<>();
  final String platform;
  List<String> shell = List.of("/bin/sh", "-c");
  List<String> entrypoint = List.of();
  List<String> cmd = List.of();
  boolean cmdIsOwn;
  String workdir = "/";
  @Nullable String user;
  @Nullable String stopSignal;
  private @Nullable FileTree tree;

  private Stage(Base base, String platform) {
    this.base = base;
    this.platform = platform;
  }

  static Stage fromScratch(String platform) {
    return new Stage(new Base(null, null), platform);
  }

  /** A stage that begins where another one ended. */
  static Stage from(Stage other, LayerFiles files) throws IOException {
    Stage stage = new Stage(other.base, other.platform);
    stage.layers.addAll(other.layers);
    stage.history.addAll(other.history);
    stage.environment.putAll(other.environment);
    stage.labels.putAll(other.labels);
    stage.ports.putAll(other.ports);
    stage.volumes.putAll(other.volumes);
    stage.shell = other.shell;
    stage.entrypoint = other.entrypoint;
    stage.cmd = other.cmd;
    stage.workdir = other.workdir;
    stage.user = other.user;
    stage.stopSignal = other.stopSignal;
    stage.tree = other.tree(files).copy();
    return stage;
  }

  /** A stage that begins with an image. */
  static Stage from(String repository, Digest digest, ImageLayers image) {
    JsonNode root = Json.tree(image.configuration());
    Stage stage =
        new Stage(
            new Base(repository, digest),
            root.path("os").asString("linux") + "/" + root.path("architecture").asString("amd64"));
    for (int i = 0; i < image.layers().size(); i++) {
      String diffId = root.path("rootfs").path("diff_ids").path(i).asString("");
      stage.layers.add(new Layer(image.layers().get(i), diffId, image.descriptors().get(i)));
    }
    root.path("history").forEach(entry -> stage.history.add(history(entry)));
    JsonNode config = root.path("config");
    for (String pair : texts(config.path("Env"))) {
      int equals = pair.indexOf('=');
      stage.environment.put(
          equals < 0 ? pair : pair.substring(0, equals),
          equals < 0 ? "" : pair.substring(equals + 1));
    }
    config
        .path("Labels")
        .properties()
        .forEach(l -> stage.labels.put(l.getKey(), l.getValue().asString("")));
    config.path("ExposedPorts").propertyNames().forEach(port -> stage.ports.put(port, Map.of()));
    config.path("Volumes").propertyNames().forEach(volume -> stage.volumes.put(volume, Map.of()));
    stage.entrypoint = texts(config.path("Entrypoint"));
    stage.cmd = texts(config.path("Cmd"));
    List<String> shell = texts(config.path("Shell"));
    stage.shell = shell.isEmpty() ? stage.shell : shell;
    String workdir = config.path("WorkingDir").asString("");
    stage.workdir = workdir.isEmpty() ? "/" : workdir;
    stage.user = orNull(config.path("User").asString(""));
    stage.stopSignal = orNull(config.path("StopSignal").asString(""));
    return stage;
  }

  /** The stage's files, read from its layers when they are first needed. */
  FileTree tree(LayerFiles files) throws IOException {
    FileTree known = tree;
    if (known == null) {
      known = files.tree(layers.stream().map(Layer::blob).toList());
      tree = known;
    }
    return known;
  }

  void record(String text, boolean empty) {
    Map<String, Object> entry = new LinkedHashMap<>();
    entry.put("created", LayerWriter.TIME.toString());
    entry.put("created_by", text);
    if (empty) {
      entry.put("empty_layer", true);
    }
    history.add(entry);
  }

  /** A variable as instructions see it: ENV wins over ARG. */
  @Nullable String variable(String name) {
    return environment.containsKey(name) ? environment.get(name) : arguments.get(name);
  }

  /** The image's configuration (OCI image configuration), in one order always. */
  byte[] configuration() {
    Map<String, Object> config = new LinkedHashMap<>();
    putIfAny(config, "User", user);
    putIfAny(config, "ExposedPorts", ports);
    config.put(
        "Env", environment.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    putIfAny(config, "Entrypoint", entrypoint);
    putIfAny(config, "Cmd", cmd);
    putIfAny(config, "Volumes", volumes);
    config.put("WorkingDir", workdir);
    putIfAny(config, "Labels", labels);
    putIfAny(config, "StopSignal", stopSignal);
    if (!shell.equals(List.of("/bin/sh", "-c"))) {
      config.put("Shell", shell);
    }
    Map<String, Object> rootfs = new LinkedHashMap<>();
    rootfs.put("type", "layers");
    rootfs.put("diff_ids", layers.stream().map(Layer::diffId).toList());
    Map<String, Object> root = new LinkedHashMap<>();
    root.put("created", LayerWriter.TIME.toString());
    root.put("architecture", platform.substring(platform.indexOf('/') + 1));
    root.put("os", platform.substring(0, platform.indexOf('/')));
    root.put("config", config);
    root.put("rootfs", rootfs);
    root.put("history", history);
    return Json.bytes(root);
  }

  private static void putIfAny(Map<String, Object> map, String key, @Nullable Object value) {
    boolean none =
        value == null
            || (value instanceof List<?> list && list.isEmpty())
            || (value instanceof Map<?, ?> fields && fields.isEmpty());
    if (!none) {
      map.put(key, value);
    }
  }

  private static Map<String, Object> history(JsonNode entry) {
    Map<String, Object> copy = new LinkedHashMap<>();
    entry
        .properties()
        .forEach(e ->
            copy.put(
                e.getKey(),
                e.getValue().isBoolean() ? e.getValue().asBoolean() : e.getValue().asString("")));
    return copy;
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(node -> texts.add(node.asString("")));
    return List.copyOf(texts);
  }

  private static @Nullable String orNull(String text) {
    return text.isEmpty() ? null : text;
  }
}
