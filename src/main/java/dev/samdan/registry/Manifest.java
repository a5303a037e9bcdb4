package dev.samdan.registry;

import dev.samdan.base.Digest;
import java.util.Arrays;

/**
 * A manifest or an index as it was pushed, byte for byte, because its digest names these bytes (OCI
 * image specification 1.1).
 *
 * @param repository such as {@code sample/api}
 * @param mediaType as pushed, such as {@code application/vnd.oci.image.manifest.v1+json}
 */
public record Manifest(String repository, Digest digest, String mediaType, byte[] content) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Manifest that
        && repository.equals(that.repository)
        && digest.equals(that.digest)
        && mediaType.equals(that.mediaType)
        && Arrays.equals(content, that.content);
  }

  @Override
  public int hashCode() {
    return digest.hashCode();
  }

  @Override
  public String toString() {
    return repository + "@" + digest;
  }
}
