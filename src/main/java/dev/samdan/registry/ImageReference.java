package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name of an image: {@code [host[:port]/]repository[:tag][@digest]}. A first part with a dot, a
 * colon or the name {@code localhost} is a host, as Docker reads it.
 *
 * @param host such as {@code localhost:7070}; null where the name is unqualified
 * @param tag null where none is given
 * @param digest null where none is given; it wins over the tag
 */
public record ImageReference(
    @Nullable String host, String repository, @Nullable String tag, @Nullable Digest digest) {
  private static final Pattern REPOSITORY =
      Pattern.compile("[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*");
  private static final Pattern TAG = Pattern.compile("[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}");
  private static final Pattern HOST =
      Pattern.compile("[A-Za-z0-9.-]+(:[0-9]{1,5})?|\\[[0-9a-fA-F:]+](:[0-9]{1,5})?");

  private static final Pattern ECR =
      Pattern.compile("[0-9]{12}\\.dkr\\.ecr(-fips)?\\.[a-z0-9-]+\\.amazonaws\\.com(\\.cn)?");

  /** Parses a name; one that is none is an INVALID problem saying why. */
  public static ImageReference parse(String text) {
    String rest = text;
    Digest digest = null;
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Digest.parse(rest.substring(at + 1));
      rest = rest.substring(0, at);
    }
    String host = null;
    int slash = rest.indexOf('/');
    if (slash > 0 && isHost(rest.substring(0, slash))) {
      host = rest.substring(0, slash);
      rest = rest.substring(slash + 1);
    }
    String tag = null;
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = rest.substring(colon + 1);
      rest = rest.substring(0, colon);
    }
    if (!isRepository(rest)
        || (tag != null && !isTag(tag))
        || (host != null && !HOST.matcher(host).matches())) {
      throw PlatformException.invalid(
          "'"
              + text
              + "' is not the name of an image: it must be [host/]repository[:tag][@sha256:…] in"
              + " lower case");
    }
    return new ImageReference(host, rest, tag, digest);
  }

  /**
   * Whether the host is one of Amazon ECR's. Such a name means this registry, so that a team's
   * files stay as they are.
   */
  public boolean isEcr() {
    return host != null && ECR.matcher(host).matches();
  }

  /**
   * Whether this is a repository's name: 1 to 256 characters of lower case, digits and separators.
   */
  public static boolean isRepository(String text) {
    return text.length() <= 256 && REPOSITORY.matcher(text).matches();
  }

  /** Whether this is a tag: at most 128 characters. */
  public static boolean isTag(String text) {
    return TAG.matcher(text).matches();
  }

  /** What a repository is asked for: the digest, else the tag, else {@code latest}. */
  public String reference() {
    return digest != null ? digest.toString() : tag != null ? tag : "latest";
  }

  @Override
  public String toString() {
    return (host == null ? "" : host + "/")
        + repository
        + (tag == null ? "" : ":" + tag)
        + (digest == null ? "" : "@" + digest);
  }

  private static boolean isHost(String first) {
    return first.equals("localhost") || first.indexOf('.') >= 0 || first.indexOf(':') >= 0;
  }
}
