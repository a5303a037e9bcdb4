package dev.samdan.edge;

import java.util.regex.Pattern;

/**
 * How long a browser may keep a site's file. A name that carries its content's hash never changes
 * its content; all else is asked for again with its ETag, which is what Flutter's index.html,
 * flutter_service_worker.js, main.dart.js, flutter_bootstrap.js and version.json need: their names
 * stay while their content changes.
 */
final class CachePolicy {
  private static final String ASK_AGAIN = "no-cache";
  private static final String FOR_EVER = "public, max-age=31536000, immutable";

  /**
   * A word of its own before the extension: {@code app.3f2a9c1b.js}, {@code index-BNx3Kz1_.css}.
   */
  private static final Pattern HASH =
      Pattern.compile("[.-]([0-9A-Za-z_]{8,})(\\.[A-Za-z][0-9A-Za-z]*){1,2}$");

  private static final Pattern HEX = Pattern.compile("(?=.*[0-9])(?=.*[a-f])[0-9a-f]{8,}");
  private static final Pattern BASE64 =
      Pattern.compile("(?=.*[0-9])(?=.*[a-z])(?=.*[A-Z])[0-9A-Za-z_]{8,}");

  private CachePolicy() {}

  static String of(String path) {
    var hash = HASH.matcher(path.substring(path.lastIndexOf('/') + 1));
    if (path.endsWith(".html") || !hash.find()) {
      return ASK_AGAIN;
    }
    String word = hash.group(1);
    return HEX.matcher(word).matches() || BASE64.matcher(word).matches() ? FOR_EVER : ASK_AGAIN;
  }
}
