package dev.samdan.deploy;

import dev.samdan.application.ApiTier;
import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.registry.ImageReference;
import dev.samdan.registry.Registry;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The files that a CodeDeployToECS action names in its configuration (CodePipeline user guide,
 * "CodeDeploy and ECS blue-green action").
 */
final class PlannedFiles {
  private static final int MOST_IMAGES = 4;

  private final ActionContext context;
  private final ApiTier api;
  private final Registry registry;

  PlannedFiles(ActionContext context, ApiTier api, Registry registry) {
    this.context = context;
    this.api = api;
    this.registry = registry;
  }

  /**
   * The images that the pipeline built, by digest, and by what stands for them in the task
   * definition, such as {@code <IMAGE1_NAME>}; the first is the one that is delivered.
   */
  Map<String, String> images() throws NotYetThere {
    Map<String, String> images = new LinkedHashMap<>();
    for (int i = 1; i <= MOST_IMAGES; i++) {
      String key = "Image" + i + "ArtifactName";
      Optional<String> artifact = configured(key);
      if (artifact.isEmpty() && i == 1) {
        throw missingKey(key);
      }
      if (artifact.isPresent()) {
        String name = configured("Image" + i + "ContainerName").orElse("IMAGE" + i + "_NAME");
        images.put("<" + name + ">", image(artifact.get()));
      }
    }
    return images;
  }

  /** ImageURI of imageDetail.json, else the first imageUri of imagedefinitions.json. */
  private String image(String artifact) throws NotYetThere {
    Path zip = context.input(artifact);
    Optional<SourceFiles.Found> detail = SourceFiles.read(zip, "", "imageDetail.json");
    Optional<SourceFiles.Found> definitions =
        detail.isPresent() ? detail : SourceFiles.read(zip, "", "imagedefinitions.json");
    SourceFiles.Found file = definitions.orElseThrow(() -> notFound("imageDetail.json", artifact));
    JsonNode tree = Json.tree(file.text());
    String key = tree.isArray() ? "imageUri" : "ImageURI";
    String uri = (tree.isArray() ? tree.path(0) : tree).path(key).asString("");
    if (uri.isEmpty()) {
      throw PlatformException.invalid(file.path() + " in " + artifact + " has no " + key);
    }
    return byDigest(uri);
  }

  /** {@code repository@sha256:…}: a tag is looked up once for a deployment. */
  String byDigest(String image) {
    ImageReference reference = ImageReference.parse(image);
    Digest digest = reference.digest();
    Digest found =
        digest != null
            ? digest
            : registry.manifest(reference.repository(), reference.reference()).digest();
    return reference.repository() + "@" + found;
  }

  /**
   * A named file must be there; one that is not named is taken where it stands under its usual
   * name.
   */
  Optional<SourceFiles.Found> file(String artifactKey, String pathKey, List<String> usualNames)
      throws NotYetThere {
    Optional<String> artifact = configured(artifactKey);
    if (artifact.isEmpty()) {
      return Optional.empty();
    }
    Path zip = context.input(artifact.get());
    Optional<String> named = configured(pathKey);
    if (named.isPresent()) {
      return Optional.of(
          SourceFiles.read(zip, api.source(), named.get())
              .orElseThrow(() -> notFound(place(named.get()), artifact.get())));
    }
    for (String name : usualNames) {
      Optional<SourceFiles.Found> found = SourceFiles.read(zip, api.source(), name);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private String place(String path) {
    return api.source().isEmpty() ? path : api.source() + "/" + path;
  }

  private NotYetThere notFound(String path, String artifact) {
    String commit = context.revision().commit();
    return new NotYetThere(
        path
            + " was not found in "
            + artifact
            + " of commit "
            + commit.substring(0, Math.min(8, commit.length()))
            + ". Commit the file, or name it as it is called in the action's configuration.");
  }

  private Optional<String> configured(String key) {
    return Optional.ofNullable(context.configuration().get(key)).filter(v -> !v.isBlank());
  }

  private PlatformException missingKey(String key) {
    return PlatformException.invalid(
        "pipeline "
            + context.pipeline()
            + ": action "
            + context.action().name()
            + " has no "
            + key
            + " in its configuration");
  }
}
