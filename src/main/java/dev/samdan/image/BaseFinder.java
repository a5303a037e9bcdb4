package dev.samdan.image;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.registry.ImageLayers;
import dev.samdan.registry.ImageReference;
import dev.samdan.registry.Manifest;
import dev.samdan.registry.Registry;
import java.util.Optional;
import java.util.Set;

/**
 * Finds the image that a FROM names. Only this registry is asked: unqualified names and its own
 * address.
 */
final class BaseFinder {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private final Registry registry;
  private final String address;

  /**
   * @param address of this registry as people push to it, such as {@code localhost:7070}
   */
  BaseFinder(Registry registry, String address) {
    this.registry = registry;
    this.address = address;
  }

  /** The stage that begins with this image; what is not here is NOT_FOUND with the remedy. */
  Stage begin(String name) {
    ImageReference reference = ImageReference.parse(name);
    Optional<Manifest> found =
        isOwn(reference.host())
            ? registry.findManifest(reference.repository(), reference.reference())
            : Optional.empty();
    Manifest manifest = found.orElseThrow(() -> missing(name, reference));
    Digest digest = manifest.digest();
    ImageLayers image = registry.layers(manifest.repository(), digest);
    return Stage.from(manifest.repository(), digest, image);
  }

  private boolean isOwn(@org.jspecify.annotations.Nullable String host) {
    if (host == null || host.equals(address)) {
      return true;
    }
    int port = host.lastIndexOf(':');
    return LOOPBACK.contains(port < 0 || host.endsWith("]") ? host : host.substring(0, port));
  }

  private PlatformException missing(String name, ImageReference reference) {
    String here =
        address
            + "/"
            + reference.repository()
            + ":"
            + (reference.tag() == null ? "latest" : reference.tag());
    return PlatformException.notFound(
        "the image "
            + name
            + " is not in this registry, and the built-in builder fetches none from elsewhere. Bring it here once: docker pull "
            + name
            + " && docker tag "
            + name
            + " "
            + here
            + " && docker push "
            + here
            + (isOwn(reference.host())
                ? ""
                : ", and write FROM " + here.substring(address.length() + 1)));
  }
}
