package dev.samdan.console;

/** Short forms for people; the full text stays in a title. */
final class Brief {
  private Brief() {}

  static String commit(String id) {
    return id.length() > 7 ? id.substring(0, 7) : id;
  }

  static String firstLine(String text) {
    return text.lines().findFirst().orElse("");
  }

  /** {@code repository@sha256:0123…} as {@code sha256:01234567}. */
  static String digest(String image) {
    int at = image.indexOf("sha256:");
    return at < 0 ? image : image.substring(at, Math.min(image.length(), at + 15));
  }

  static String task(String id) {
    return id.length() > 4 ? id.substring(id.length() - 4) : id;
  }
}
