package dev.samdan.console;

import java.util.Locale;

/** Short forms for people; the full text stays in a title. */
public final class Brief {
  private Brief() {}

  static String commit(String id) {
    return id.length() > 7 ? id.substring(0, 7) : id;
  }

  static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** A text as a part of an address. */
  public static String encoded(String text) {
    return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
  }

  /** {@code repository@sha256:0123…} as {@code sha256:01234567}. */
  static String digest(String image) {
    int at = image.indexOf("sha256:");
    return at < 0 ? image : image.substring(at, Math.min(image.length(), at + 15));
  }

  static String task(String id) {
    return id.length() > 4 ? id.substring(id.length() - 4) : id;
  }

  /**
   * What stands for a person in a small circle: of a Korean name the first syllable of the given
   * name, else the first letters of the first two words.
   */
  public static String initials(String name) {
    String plain = name.strip();
    if (plain.isEmpty()) {
      return "?";
    }
    boolean korean =
        plain
            .codePoints()
            .allMatch(c -> Character.UnicodeScript.of(c) == Character.UnicodeScript.HANGUL);
    if (korean) {
      int from = plain.codePointCount(0, plain.length()) == 3 ? 1 : 0;
      int start = plain.offsetByCodePoints(0, from);
      return plain.substring(start, plain.offsetByCodePoints(start, 1));
    }
    StringBuilder letters = new StringBuilder();
    for (String word : plain.split("[\\s._-]+", 3)) {
      if (letters.length() < 2 && !word.isEmpty()) {
        letters.append(word, 0, word.offsetByCodePoints(0, 1));
      }
    }
    return letters.toString().toUpperCase(Locale.ROOT);
  }
}
