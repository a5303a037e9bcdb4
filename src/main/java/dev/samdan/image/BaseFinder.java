package dev.samdan.image;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.registry.ImageLayers;
import dev.samdan.registry.ImageReference;
import dev.samdan.registry.Manifest;
import dev.samdan.registry.Registry;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Finds the image that a FROM names. Only this registry is asked: unqualified names and its own
 * address.
 */
final class BaseFinder {
  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Pattern MASK = Pattern.compile("\\*{3,}");
  private final Registry registry;
  private final String address;

  /**
   * @param address of this registry as people push to it, such as {@code localhost:7070}
   */
  BaseFinder(Registry registry, String address) {
    this.registry = registry;
    this.address = address;
  }

  /**
   * The stage that begins with this image; what is not here is NOT_FOUND with the remedy, and what
   * the build may not take FORBIDDEN.
   */
  Stage begin(String written, Images.ImageBuild build) {
    String name = meant(written, build.arguments());
    ImageReference reference = ImageReference.parse(name);
    Optional<Manifest> found = isOwn(reference) ? find(reference, build) : Optional.empty();
    Manifest manifest = found.orElseThrow(() -> missing(name, reference));
    Digest digest = manifest.digest();
    ImageLayers image = registry.layers(manifest.repository(), digest);
    return Stage.from(manifest.repository(), digest, image);
  }

  /**
   * The image of this name for an engine to pull; empty where the engine is to find it elsewhere,
   * NOT_FOUND where the name can only mean this registry, and FORBIDDEN what the build may not
   * take.
   *
   * @param pulledFrom this registry's address as the engine knows it
   */
  Optional<EngineDockerfile.Own> own(String written, Images.ImageBuild build, String pulledFrom) {
    String name = meant(written, build.arguments());
    ImageReference reference = ImageReference.parse(name);
    if (!isOwn(reference)) {
      return Optional.empty();
    }
    Optional<Manifest> found = find(reference, build);
    if (found.isEmpty() && (reference.isEcr() || address.equals(reference.host()))) {
      throw missing(name, reference);
    }
    return found.map(m ->
        new EngineDockerfile.Own(
            pulledFrom + "/" + m.repository() + "@" + m.digest(), m.repository(), m.digest()));
  }

  /**
   * A name without a host may also be another registry's, so it is refused only where it is here.
   */
  private Optional<Manifest> find(ImageReference reference, Images.ImageBuild build) {
    Optional<Manifest> found = registry.findManifest(reference.repository(), reference.reference());
    if (found.isPresent() || reference.host() != null) {
      build.reading().accept(reference.repository());
    }
    return found;
  }

  /**
   * The image that a name means in this build: the newest image of the base's repository is the
   * base of the build's own commit, because a build never resolves {@code latest}.
   *
   * @param arguments in which BASE_IMAGE names that base, where there is one
   */
  private String meant(String name, Map<String, String> arguments) {
    String base = arguments.get("BASE_IMAGE");
    if (base == null || name.isBlank()) {
      return name;
    }
    ImageReference given = ImageReference.parse(name);
    boolean newest =
        given.digest() == null && (given.tag() == null || given.tag().equals("latest"));
    return newest
            && isOwn(given)
            && given.repository().equals(ImageReference.parse(base).repository())
        ? base
        : name;
  }

  /** Refuses a FROM that names nothing, with what to write instead. */
  static void requireName(Instruction.From from, String name) {
    if (MASK.matcher(name).matches()) {
      throw PlatformException.invalid(
          "FROM "
              + name
              + " is a mask and names no image; write the image's name, or ARG BASE_IMAGE and"
              + " FROM ${BASE_IMAGE} for the base image that samdan.yml declares (tiers.api.base)");
    }
    if (name.isBlank()) {
      throw PlatformException.invalid(
          "FROM "
              + from.image()
              + " names no image: no value came for it. Declare a base in samdan.yml"
              + " (tiers.api.base) or give the ARG a default");
    }
  }

  private boolean isOwn(ImageReference reference) {
    String host = reference.host();
    if (host == null || host.equals(address) || reference.isEcr()) {
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
            + " is not in this registry, and it is fetched from nowhere else. Bring it here once:"
            + " docker pull "
            + reference
            + " && docker tag "
            + reference
            + " "
            + here
            + " && docker push "
            + here
            + (isOwn(reference) ? "" : ", and write FROM " + here.substring(address.length() + 1)));
  }
}
