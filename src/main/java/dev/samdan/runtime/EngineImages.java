package dev.samdan.runtime;

import com.github.dockerjava.api.exception.ConflictException;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Image;
import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.engine.Engine;
import dev.samdan.registry.ImageReference;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Images in the engine, pulled by digest from this home's registry where a build has not left them
 * there. What was pulled gets a tag of this home, by which it is found and removed again.
 */
final class EngineImages {
  private static final Logger LOG = LoggerFactory.getLogger(EngineImages.class);

  private final Engine engine;
  private final ConcurrentMap<String, ReentrantLock> pulling = new ConcurrentHashMap<>();

  EngineImages(Engine engine) {
    this.engine = engine;
  }

  /** The image's name in the engine, once it is there. */
  String ensure(ContainerDefinition container) {
    ImageReference image = ImageReference.parse(container.image());
    Digest digest = image.digest();
    if (digest == null) {
      throw PlatformException.invalid(
          "container "
              + container.name()
              + " names the image "
              + image
              + " by no digest: register repository@sha256:…");
    }
    String repository = registry(image) + "/" + image.repository();
    String name = repository + "@" + digest;
    ReentrantLock lock = pulling.computeIfAbsent(name, n -> new ReentrantLock());
    lock.lock();
    try {
      if (!isThere(name)) {
        pull(repository, name, digest, registry(image));
      }
      // Also where it is there: the engine may have ended between the two.
      var _ =
          engine.ask(client ->
              client.tagImageCmd(name, prefix() + image.repository(), digest.hex()).exec());
      return name;
    } finally {
      lock.unlock();
    }
  }

  private String registry(ImageReference image) {
    String host = image.host();
    return host != null ? host : engine.registry().orElse("localhost:7070");
  }

  private boolean isThere(String name) {
    try {
      return engine.ask(client -> client.inspectImageCmd(name).exec()) != null;
    } catch (NotFoundException e) {
      return false;
    }
  }

  private void pull(String repository, String name, Digest digest, String registry) {
    try {
      boolean _ =
          engine.ask(client -> {
            var command = client.pullImageCmd(repository).withTag(digest.toString());
            engine.authorisation(registry).ifPresent(command::withAuthConfig);
            try {
              return command.start().awaitCompletion() != null;
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
              throw PlatformException.unavailable("interrupted while " + name + " was pulled");
            }
          });
    } catch (DockerException | com.github.dockerjava.api.exception.DockerClientException e) {
      engine.ask(client -> client.pingCmd().exec()); // One that has ended is the better reason.
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          "the Docker engine could not pull the image " + name + ": " + e.getMessage(),
          e);
    }
  }

  private String prefix() {
    return "samdan-" + engine.homeId() + "/";
  }

  /** Removes what was pulled and none of these runs. */
  void prune(Collection<ContainerDefinition> used) {
    Set<String> digests =
        used.stream()
            .map(c -> ImageReference.parse(c.image()).digest())
            .filter(java.util.Objects::nonNull)
            .map(Digest::hex)
            .collect(Collectors.toSet());
    for (Image image : own()) {
      List<String> tags = tags(image);
      if (tags.stream()
          .noneMatch(t -> digests.contains(t.substring(t.lastIndexOf(':') + 1)) || isPause(t))) {
        remove(image, tags);
      }
    }
  }

  /** Removes all that was pulled, and the pause image. */
  void removeAll() {
    for (Image image : own()) {
      remove(image, tags(image));
    }
  }

  private List<String> tags(Image image) {
    String[] all = image.getRepoTags();
    return all == null
        ? List.of()
        : Arrays.stream(all).filter(tag -> tag.startsWith(prefix())).toList();
  }

  private List<Image> own() {
    return engine.ask(client -> client.listImagesCmd().exec()).stream()
        .filter(image -> !tags(image).isEmpty())
        .toList();
  }

  private boolean isPause(String tag) {
    return tag.equals(prefix() + "pause:1");
  }

  /**
   * The names by digest that the pull gave, then the tags: the engine refuses the last name of an
   * image that a container uses, and by its tag it is found again.
   */
  private void remove(Image image, List<String> tags) {
    Set<String> repositories =
        tags.stream()
            .map(t -> "/" + t.substring(prefix().length(), t.lastIndexOf(':')) + "@")
            .collect(Collectors.toSet());
    String[] digests = image.getRepoDigests();
    for (String name : digests == null ? new String[0] : digests) {
      if (repositories.stream().anyMatch(name::contains)) {
        remove(name);
      }
    }
    for (String tag : tags) {
      remove(tag);
    }
  }

  private void remove(String name) {
    try {
      var _ = engine.ask(client -> client.removeImageCmd(name).exec());
    } catch (NotFoundException e) {
      LOG.trace("{} went with its last name", name);
    } catch (ConflictException e) {
      LOG.debug("{} is in use and stays", name);
    } catch (DockerException e) {
      LOG.warn("could not remove the image {} from the engine: {}", name, e.getMessage());
    }
  }
}
