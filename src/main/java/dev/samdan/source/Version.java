package dev.samdan.source;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A release's number {@code major.minor.hotfix} (semver.org 2.0.0, without pre-release and build).
 */
record Version(long major, long minor, long hotfix) implements Comparable<Version> {
  private static final Pattern FORM =
      Pattern.compile("(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})\\.(0|[1-9][0-9]{0,8})");
  private static final Comparator<Version> ORDER =
      Comparator.comparingLong(Version::major)
          .thenComparingLong(Version::minor)
          .thenComparingLong(Version::hotfix);

  /** Empty where the text is no version. */
  static Optional<Version> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new Version(
                Long.parseLong(matcher.group(1)),
                Long.parseLong(matcher.group(2)),
                Long.parseLong(matcher.group(3))))
        : Optional.empty();
  }

  /** The version that a tag's name is, {@code 1.2.0} or {@code v1.2.0}. */
  static Optional<Version> ofTag(String tag) {
    return parse(tag.startsWith("v") ? tag.substring(1) : tag);
  }

  Version nextHotfix() {
    return new Version(major, minor, hotfix + 1);
  }

  @Override
  public int compareTo(Version other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return major + "." + minor + "." + hotfix;
  }
}
