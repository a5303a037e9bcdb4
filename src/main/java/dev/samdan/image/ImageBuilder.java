package dev.samdan.image;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.registry.Registry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Builds a Dockerfile's image without a Docker engine, which is possible where nothing has to run:
 * every instruction but RUN. The same input gives the same digest.
 */
final class ImageBuilder {
  static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
  static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  private final Registry registry;
  private final BaseFinder bases;
  private final Path scratch;

  /** What was built, from what. */
  record Built(Digest digest, Stage.Base base) {}

  /**
   * @param scratch a folder for what a build unpacks, gone after it
   */
  ImageBuilder(Registry registry, BaseFinder bases, Path scratch) {
    this.registry = registry;
    this.bases = bases;
    this.scratch = scratch;
  }

  Built build(
      Dockerfile dockerfile, FileTree context, List<String> ignored, Images.ImageBuild build) {
    dockerfile.problems().forEach(problem -> build.log().accept(problem.toString()));
    List<Dockerfile.Stage> needed = dockerfile.needed(build.target());
    requireNoEngine(dockerfile, needed);
    try (LayerFiles files = new LayerFiles(registry, scratch)) {
      BuildRun run =
          new BuildRun(registry, dockerfile, new BuildRun.Context(context, ignored), build, files);
      Map<Integer, Stage> stages = new LinkedHashMap<>();
      for (Dockerfile.Stage stage : needed) {
        run.stage(stage, needed.size(), stages, bases);
      }
      return store(stages.get(needed.getLast().number()), build);
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.INTERNAL,
          dockerfile.file() + ": the build could not go on: " + e.getMessage(),
          e);
    }
  }

  private static void requireNoEngine(Dockerfile dockerfile, List<Dockerfile.Stage> stages) {
    String problems =
        stages.stream()
            .flatMap(stage -> stage.instructions().stream())
            .filter(Instruction.NeedsEngine.class::isInstance)
            .map(Instruction.NeedsEngine.class::cast)
            .map(it ->
                dockerfile.file()
                    + ":"
                    + it.at().line()
                    + ": "
                    + it.what()
                    + " needs a Docker engine, and none answers here: "
                    + (it.mend().isEmpty()
                        ? "do this work in the build (buildspec.yml) and COPY what it made"
                        : it.mend())
                    + ", or install Docker (samdan doctor tells whether it is found)")
            .collect(Collectors.joining("\n"));
    if (!problems.isEmpty()) {
      throw PlatformException.invalid(problems);
    }
  }

  private Built store(@Nullable Stage stage, Images.ImageBuild build) throws IOException {
    if (stage == null) {
      throw new IllegalStateException("the target was not built");
    }
    String repository = build.repository();
    byte[] configuration = stage.configuration();
    Digest config = registry.putBlob(repository, new ByteArrayInputStream(configuration));
    Map<String, Object> manifest = new LinkedHashMap<>();
    manifest.put("schemaVersion", 2);
    manifest.put("mediaType", MANIFEST);
    manifest.put("config", descriptor(CONFIG, config, configuration.length));
    manifest.put(
        "layers", stage.layers.stream().map(layer -> Json.tree(layer.descriptor())).toList());
    Digest base = stage.base.digest();
    if (base != null) {
      Map<String, String> annotations = new LinkedHashMap<>();
      annotations.put("org.opencontainers.image.base.digest", base.toString());
      annotations.put(
          "org.opencontainers.image.base.name", String.valueOf(stage.base.repository()));
      manifest.put("annotations", annotations);
    }
    byte[] content = Json.bytes(manifest);
    Digest digest =
        registry.putManifest(repository, Digest.of(content).toString(), content, MANIFEST);
    for (String tag : build.tags()) {
      registry.tag(repository, digest, tag);
    }
    build.log().accept("stored " + repository + "@" + digest + tags(build.tags()));
    return new Built(digest, stage.base);
  }

  private static String tags(List<String> tags) {
    return tags.isEmpty() ? "" : " as " + String.join(", ", tags);
  }

  static Map<String, Object> descriptor(String mediaType, Digest digest, long size) {
    Map<String, Object> descriptor = new LinkedHashMap<>();
    descriptor.put("mediaType", mediaType);
    descriptor.put("digest", digest.toString());
    descriptor.put("size", size);
    return descriptor;
  }
}
