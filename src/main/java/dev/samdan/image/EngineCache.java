package dev.samdan.image;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Image;
import dev.samdan.engine.Engine;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What builds leave in the engine and later ones begin from. Of each repository the newest images
 * stay, and the newest ends of builds that failed or were stages only; nothing without this home's
 * labels is touched. BuildKit keeps its cache by itself, bounded by the engine's own settings.
 */
final class EngineCache {
  private static final Logger LOG = LoggerFactory.getLogger(EngineCache.class);
  private static final int IMAGES = 3;
  private static final int ENDS = 6;
  private final Engine engine;
  private final String kind;

  EngineCache(Engine engine, String kind) {
    this.engine = engine;
    this.kind = kind;
  }

  /** Takes away what is beyond the bounds of a repository; what is in use stays. */
  void trim(String repository) {
    try {
      List<Image> all = list(engine.labels(kind, repository));
      remove(all.stream().filter(EngineCache::named).skip(IMAGES).toList());
      remove(all.stream().filter(image -> !named(image)).skip(ENDS).toList());
    } catch (RuntimeException e) {
      LOG.warn(
          "could not bound the engine's images of {}; trying after the next build", repository, e);
    }
  }

  /** Takes away what was built for repositories whose names begin so. */
  void forget(String prefix) {
    try {
      Map<String, String> own = engine.labels(kind, "");
      own.remove(Engine.ID_LABEL);
      remove(list(own).stream().filter(image -> label(image).startsWith(prefix)).toList());
    } catch (RuntimeException e) {
      LOG.warn("could not remove the engine's images of {}", prefix, e);
    }
  }

  private static String label(Image image) {
    Map<String, String> labels = image.getLabels();
    return labels == null ? "" : labels.getOrDefault(Engine.ID_LABEL, "");
  }

  /** Newest first. */
  private List<Image> list(Map<String, String> labels) {
    return engine.client().listImagesCmd().withLabelFilter(labels).exec().stream()
        .sorted(Comparator.comparing(Image::getCreated).reversed())
        .toList();
  }

  private void remove(List<Image> images) {
    for (Image image : images) {
      List<String> names = new ArrayList<>(tags(image));
      names.add(image.getId());
      for (String name : names) {
        try {
          engine.client().removeImageCmd(name).exec();
        } catch (NotFoundException e) {
          LOG.trace("{} went with its last name", name);
        } catch (ConflictException e) {
          LOG.debug("{} is in use and stays", name);
        } catch (DockerException e) {
          LOG.warn("could not remove the image {} from the engine: {}", name, e.getMessage());
        }
      }
    }
  }

  private static boolean named(Image image) {
    return !tags(image).isEmpty();
  }

  private static List<String> tags(Image image) {
    String[] tags = image.getRepoTags();
    return tags == null
        ? List.of()
        : Arrays.stream(tags).filter(tag -> !tag.equals("<none>:<none>")).toList();
  }
}
