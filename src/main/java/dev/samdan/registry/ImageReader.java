package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads what an image consists of and how it wants to be run. */
final class ImageReader {
  private static final long CONFIG_LIMIT = 8 << 20;
  private final Registry registry;

  ImageReader(Registry registry) {
    this.registry = registry;
  }

  /** {@code linux/amd64} or {@code linux/arm64}, in Go's words. */
  static String platform() {
    String arch = System.getProperty("os.arch", "amd64");
    return "linux/" + (arch.equals("aarch64") ? "arm64" : arch);
  }

  ImageLayers layers(String repository, Digest digest) {
    Manifest manifest = registry.manifest(repository, digest.toString());
    ManifestDocument document = ManifestDocument.parse(manifest.content(), manifest.mediaType());
    ManifestDocument.Descriptor config = document.config();
    if (config == null) {
      return layers(repository, childForThisMachine(manifest, document));
    }
    List<String> descriptors = new ArrayList<>();
    Json.tree(new String(manifest.content(), StandardCharsets.UTF_8))
        .path("layers")
        .forEach(node -> descriptors.add(node.toString()));
    return new ImageLayers(
        digest,
        config.digest(),
        read(config.digest()),
        document.layers().stream().map(ManifestDocument.Descriptor::digest).toList(),
        List.copyOf(descriptors));
  }

  ImageConfig config(String repository, Digest digest) {
    JsonNode config = Json.tree(layers(repository, digest).configuration()).path("config");
    return new ImageConfig(
        texts(config.path("Entrypoint")),
        texts(config.path("Cmd")),
        environment(config.path("Env")),
        text(config, "WorkingDir"),
        text(config, "User"),
        List.copyOf(config.path("ExposedPorts").propertyNames()),
        List.copyOf(config.path("Volumes").propertyNames()),
        labels(config.path("Labels")));
  }

  private static Digest childForThisMachine(Manifest manifest, ManifestDocument document) {
    for (ManifestDocument.Descriptor child : document.children()) {
      if (platform().equals(child.platform())) {
        return child.digest();
      }
    }
    throw PlatformException.invalid(
        manifest
            + " holds no image for "
            + platform()
            + "; build it with --platform "
            + platform()
            + " and push again");
  }

  private String read(Digest blob) {
    try {
      var file = registry.blobFile(blob);
      if (Files.size(file) > CONFIG_LIMIT) {
        throw PlatformException.invalid(
            "the image configuration " + blob + " is larger than 8 MiB");
      }
      byte[] content = Files.readAllBytes(file);
      Digest found = Digest.of(content);
      if (!found.equals(blob)) {
        throw registry.files().damaged(blob, found);
      }
      return new String(content, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(node -> texts.add(node.asString("")));
    return List.copyOf(texts);
  }

  private static Map<String, String> environment(JsonNode list) {
    Map<String, String> environment = new LinkedHashMap<>();
    for (String entry : texts(list)) {
      int equals = entry.indexOf('=');
      environment.put(
          equals < 0 ? entry : entry.substring(0, equals),
          equals < 0 ? "" : entry.substring(equals + 1));
    }
    return environment;
  }

  private static Map<String, String> labels(JsonNode object) {
    Map<String, String> labels = new LinkedHashMap<>();
    object.properties().forEach(e -> labels.put(e.getKey(), e.getValue().asString("")));
    return labels;
  }

  private static @Nullable String text(JsonNode node, String name) {
    String value = node.path(name).asString("");
    return value.isEmpty() ? null : value;
  }
}
