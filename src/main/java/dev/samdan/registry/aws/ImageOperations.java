package dev.samdan.registry.aws;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.registry.Manifest;
import dev.samdan.registry.Registry;
import dev.samdan.registry.StoredImage;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** ECR's operations on images. */
final class ImageOperations {
  private static final String OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json";

  private final Registry registry;
  private final RepositoryOperations repositories;

  ImageOperations(Registry registry, RepositoryOperations repositories) {
    this.registry = registry;
    this.repositories = repositories;
  }

  Map<String, Object> describe(Arguments in, Caller caller) {
    String repository = repositories.existing(in.repository()).name();
    List<JsonNode> asked = in.list("imageIds");
    List<StoredImage> images = new ArrayList<>();
    if (asked.isEmpty()) {
      images.addAll(filtered(in, repository));
    }
    for (JsonNode id : asked) {
      StoredImage image =
          find(repository, id)
              .orElseThrow(() ->
                  new AwsError(
                      "ImageNotFoundException",
                      "The image with imageId {"
                          + words(id)
                          + "} does not exist within the repository with name '"
                          + repository
                          + "' in the registry with id '"
                          + Caller.ACCOUNT
                          + "'"));
      images.add(image);
    }
    return in.page(
        "imageDetails", images.stream().distinct().map(this::detail).toList(), !asked.isEmpty());
  }

  Map<String, Object> list(Arguments in, Caller caller) {
    String repository = repositories.existing(in.repository()).name();
    List<Map<String, String>> ids = new ArrayList<>();
    for (StoredImage image : filtered(in, repository)) {
      String digest = image.digest().toString();
      if (image.tags().isEmpty()) {
        ids.add(Map.of("imageDigest", digest));
      }
      image.tags().forEach(tag -> ids.add(id(digest, tag)));
    }
    return in.page("imageIds", ids, false);
  }

  Map<String, Object> batchGet(Arguments in, Caller caller) {
    String repository = repositories.existing(in.repository()).name();
    List<Object> images = new ArrayList<>();
    List<Object> failures = new ArrayList<>();
    for (JsonNode id : in.list("imageIds")) {
      Optional<Manifest> manifest =
          reference(id).flatMap(reference -> registry.findManifest(repository, reference));
      if (manifest.isEmpty()) {
        failures.add(failure(id, "ImageNotFound", "Requested image not found"));
      } else {
        images.add(image(repository, manifest.get(), id.path("imageTag").asString("")));
      }
    }
    return Map.of("images", images, "failures", failures);
  }

  /**
   * By digest the image goes with all its tags; by tag only the tag, and the image with its last.
   */
  Map<String, Object> batchDelete(Arguments in, Caller caller) {
    String repository = repositories.existing(in.repository()).name();
    List<Object> deleted = new ArrayList<>();
    List<Object> failures = new ArrayList<>();
    for (JsonNode id : in.list("imageIds")) {
      Optional<StoredImage> found = find(repository, id);
      if (found.isEmpty()) {
        failures.add(failure(id, "ImageNotFound", "Requested image not found"));
        continue;
      }
      StoredImage image = found.get();
      String tag = id.path("imageTag").asString("");
      boolean onlyTag =
          !id.has("imageDigest") && image.tags().stream().anyMatch(t -> !t.equals(tag));
      try {
        if (onlyTag) {
          registry.untag(repository, tag);
        } else {
          registry.delete(repository, image.digest());
        }
        deleted.add(tag.isEmpty() ? digestOnly(image) : id(image.digest().toString(), tag));
      } catch (PlatformException e) {
        failures.add(failure(id, "ImageReferencedByManifestList", e.text()));
      }
    }
    return Map.of("imageIds", deleted, "failures", failures);
  }

  Map<String, Object> put(Arguments in, Caller caller) {
    String repository = repositories.existing(in.repository()).name();
    byte[] content = in.required("imageManifest").getBytes(StandardCharsets.UTF_8);
    Digest digest = Digest.of(content);
    String tag = in.text("imageTag");
    String declared = in.text("imageDigest");
    if (declared != null && !declared.equals(digest.toString())) {
      throw new AwsError("ImageDigestDoesNotMatchException", "the manifest's digest is " + digest);
    }
    Optional<StoredImage> there = registry.image(repository, digest);
    if (there.isPresent() && (tag == null || there.get().tags().contains(tag))) {
      throw new AwsError(
          "ImageAlreadyExistsException",
          "Image with digest '"
              + digest
              + "' and tag '"
              + tag
              + "' already exists in the repository with name '"
              + repository
              + "' in registry with id '"
              + Caller.ACCOUNT
              + "'");
    }
    try {
      registry.putManifest(
          repository, tag == null ? digest.toString() : tag, content, mediaType(in, content));
    } catch (PlatformException e) {
      throw switch (e.code()) {
        case CONFLICT -> new AwsError("ImageTagAlreadyExistsException", e.text());
        case NOT_FOUND -> new AwsError("LayersNotFoundException", e.text());
        default -> Arguments.invalid(e.text());
      };
    }
    Manifest manifest = registry.manifest(repository, digest.toString());
    return Map.of("image", image(repository, manifest, tag == null ? "" : tag));
  }

  private static String mediaType(Arguments in, byte[] content) {
    String given = in.text("imageManifestMediaType");
    if (given != null) {
      return given;
    }
    try {
      return RepositoryOperations.tree(new String(content, StandardCharsets.UTF_8))
          .path("mediaType")
          .asString(OCI_MANIFEST);
    } catch (PlatformException e) {
      throw Arguments.invalid("Invalid parameter at 'ImageManifest': it is not JSON");
    }
  }

  private List<StoredImage> filtered(Arguments in, String repository) {
    String status = in.input().path("filter").path("tagStatus").asString("ANY");
    return repositories.images(repository).stream()
        .filter(image ->
            switch (status) {
              case "TAGGED" -> !image.tags().isEmpty();
              case "UNTAGGED" -> image.tags().isEmpty();
              default -> true;
            })
        .toList();
  }

  private Optional<StoredImage> find(String repository, JsonNode id) {
    return reference(id)
        .flatMap(reference -> registry.findManifest(repository, reference))
        .flatMap(manifest -> registry.image(repository, manifest.digest()));
  }

  private static Optional<String> reference(JsonNode id) {
    String digest = id.path("imageDigest").asString("");
    String text = digest.isEmpty() ? id.path("imageTag").asString("") : digest;
    boolean wellFormed = digest.isEmpty() || digest.matches("sha256:[0-9a-f]{64}");
    return text.isEmpty() || !wellFormed || digest.isEmpty() && text.indexOf(':') >= 0
        ? Optional.empty()
        : Optional.of(text);
  }

  private Map<String, Object> detail(StoredImage image) {
    Map<String, Object> detail = RepositoryOperations.named(image.repository());
    detail.put("imageDigest", image.digest().toString());
    if (!image.tags().isEmpty()) {
      detail.put("imageTags", image.tags());
    }
    detail.put("imageSizeInBytes", image.sizeBytes());
    detail.put("imagePushedAt", RepositoryOperations.seconds(image.pushedAt()));
    detail.put(
        "imageManifestMediaType",
        registry.manifest(image.repository(), image.digest().toString()).mediaType());
    detail.put("imageStatus", "ACTIVE");
    return detail;
  }

  private static Map<String, Object> image(String repository, Manifest manifest, String tag) {
    Map<String, Object> image = RepositoryOperations.named(repository);
    String digest = manifest.digest().toString();
    image.put("imageId", tag.isEmpty() ? Map.of("imageDigest", digest) : id(digest, tag));
    image.put("imageManifest", new String(manifest.content(), StandardCharsets.UTF_8));
    image.put("imageManifestMediaType", manifest.mediaType());
    return image;
  }

  private static Map<String, String> id(String digest, String tag) {
    Map<String, String> id = new LinkedHashMap<>();
    id.put("imageDigest", digest);
    id.put("imageTag", tag);
    return id;
  }

  private static Map<String, String> digestOnly(StoredImage image) {
    return Map.of("imageDigest", image.digest().toString());
  }

  private static Map<String, Object> failure(JsonNode id, String code, @Nullable String reason) {
    Map<String, Object> failure = new LinkedHashMap<>();
    failure.put("imageId", id);
    failure.put("failureCode", code);
    failure.put("failureReason", String.valueOf(reason));
    return failure;
  }

  private static String words(JsonNode id) {
    List<String> words = new ArrayList<>();
    id.properties().forEach(e -> words.add(e.getKey() + ":'" + e.getValue().asString("") + "'"));
    return String.join(", ", words);
  }
}
