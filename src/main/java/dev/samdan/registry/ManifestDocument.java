package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * What a manifest or an index says (OCI image specification 1.1; Docker image manifest version 2,
 * schema 2).
 *
 * @param config null for an index
 * @param layers bottom first; empty for an index
 * @param children the manifests of an index
 * @param subject the manifest that this one refers to
 * @param artifactType the manifest's own, else its configuration's media type
 * @param annotations as JSON
 */
record ManifestDocument(
    @Nullable Descriptor config,
    List<Descriptor> layers,
    List<Descriptor> children,
    @Nullable Digest subject,
    @Nullable String artifactType,
    @Nullable String annotations) {
  static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String OCI_INDEX = "application/vnd.oci.image.index.v1+json";
  static final String DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json";
  static final String DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json";
  static final int LIMIT = 4 << 20;
  private static final Set<String> MANIFESTS = Set.of(OCI_MANIFEST, DOCKER_MANIFEST);
  private static final Set<String> INDEXES = Set.of(OCI_INDEX, DOCKER_LIST);

  /** One descriptor; {@code platform} such as {@code linux/amd64}, null where it names none. */
  record Descriptor(String mediaType, Digest digest, long size, @Nullable String platform) {
    /** Layers that a registry need not hold, because their bytes may not be passed on. */
    boolean isForeign() {
      return mediaType.contains("nondistributable") || mediaType.contains(".foreign.");
    }
  }

  boolean isIndex() {
    return config == null;
  }

  /** Every blob that must be there: the configuration and the layers. */
  List<Descriptor> blobs() {
    List<Descriptor> all = new ArrayList<>();
    if (config != null) {
      all.add(config);
    }
    layers.stream().filter(l -> !l.isForeign()).forEach(all::add);
    return all;
  }

  /** Reads one; what is none is an INVALID problem that says why. */
  static ManifestDocument parse(byte[] content, String mediaType) {
    if (content.length > LIMIT) {
      throw new PlatformException(
          PlatformException.Code.TOO_LARGE,
          "a manifest may hold at most " + (LIMIT >> 20) + " MiB");
    }
    String type = mediaType.split(";", 2)[0].strip();
    JsonNode root = Json.tree(new String(content, StandardCharsets.UTF_8));
    if (!root.isObject() || root.path("schemaVersion").asInt(0) != 2) {
      throw PlatformException.invalid(
          "a manifest is a JSON object of schemaVersion 2; Docker's schema 1 is not taken");
    }
    String own = root.path("mediaType").asString("");
    if (!own.isEmpty() && !own.equals(type)) {
      throw PlatformException.invalid(
          "the manifest says it is " + own + ", its Content-Type says " + type);
    }
    if (INDEXES.contains(type)) {
      return new ManifestDocument(
          null,
          List.of(),
          descriptors(root, "manifests"),
          subject(root),
          text(root, "artifactType"),
          annotations(root));
    }
    if (!MANIFESTS.contains(type)) {
      throw PlatformException.invalid(
          "'"
              + type
              + "' is not the media type of a manifest or an index of OCI or of Docker's schema 2");
    }
    Descriptor config = descriptor(root.path("config"), "config");
    String artifactType = text(root, "artifactType");
    return new ManifestDocument(
        config,
        descriptors(root, "layers"),
        List.of(),
        subject(root),
        artifactType == null ? config.mediaType() : artifactType,
        annotations(root));
  }

  private static @Nullable Digest subject(JsonNode root) {
    JsonNode subject = root.path("subject");
    return subject.isObject() ? descriptor(subject, "subject").digest() : null;
  }

  private static @Nullable String annotations(JsonNode root) {
    JsonNode annotations = root.path("annotations");
    return annotations.isObject() ? annotations.toString() : null;
  }

  private static @Nullable String text(JsonNode node, String name) {
    String value = node.path(name).asString("");
    return value.isEmpty() ? null : value;
  }

  private static List<Descriptor> descriptors(JsonNode root, String name) {
    JsonNode list = root.path(name);
    if (!list.isArray()) {
      throw PlatformException.invalid("the manifest's '" + name + "' is not a list");
    }
    List<Descriptor> all = new ArrayList<>();
    for (JsonNode node : list) {
      all.add(descriptor(node, name + "[" + all.size() + "]"));
    }
    return all;
  }

  private static Descriptor descriptor(JsonNode node, String where) {
    String mediaType = node.path("mediaType").asString("");
    long size = node.path("size").asLong(-1);
    if (!node.isObject() || mediaType.isEmpty() || size < 0) {
      throw PlatformException.invalid(
          "the manifest's '" + where + "' needs a mediaType, a digest and a size");
    }
    JsonNode platform = node.path("platform");
    return new Descriptor(
        mediaType,
        Digest.parse(node.path("digest").asString("")),
        size,
        platform.isObject()
            ? platform.path("os").asString("") + "/" + platform.path("architecture").asString("")
            : null);
  }
}
