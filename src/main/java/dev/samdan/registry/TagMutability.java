package dev.samdan.registry;

import dev.samdan.base.PlatformException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whether a tag that exists may be pointed at another image (Amazon ECR user guide, "Preventing
 * image tags from being overwritten").
 *
 * @param filters wildcards of tags that are treated the other way; of the two modes with exclusion
 */
public record TagMutability(Mode mode, List<String> filters) {
  private static final Pattern FILTER = Pattern.compile("[0-9a-zA-Z._*-]{1,128}");
  private static final int MOST_FILTERS = 5;

  /** ECR's words. */
  public enum Mode {
    MUTABLE,
    IMMUTABLE,
    IMMUTABLE_WITH_EXCLUSION,
    MUTABLE_WITH_EXCLUSION
  }

  /** What a new repository has. */
  public static final TagMutability MUTABLE = new TagMutability(Mode.MUTABLE, List.of());

  public TagMutability {
    filters = List.copyOf(filters);
    boolean excluding =
        mode == Mode.IMMUTABLE_WITH_EXCLUSION || mode == Mode.MUTABLE_WITH_EXCLUSION;
    if (excluding == filters.isEmpty() || filters.size() > MOST_FILTERS) {
      throw PlatformException.invalid(
          mode + " takes " + (excluding ? "1 to 5 filters" : "no filters"));
    }
    filters.stream()
        .filter(f -> !FILTER.matcher(f).matches())
        .findFirst()
        .ifPresent(f -> {
          throw PlatformException.invalid(
              "'" + f + "' is not a filter: 1 to 128 letters, digits, '.', '_', '-' and '*'");
        });
  }

  /** Whether this tag, once there, may move. */
  public boolean mayMove(String tag) {
    boolean excluded = filters.stream().anyMatch(f -> Wildcard.matches(f, tag));
    return switch (mode) {
      case MUTABLE -> true;
      case IMMUTABLE -> false;
      case IMMUTABLE_WITH_EXCLUSION -> excluded;
      case MUTABLE_WITH_EXCLUSION -> !excluded;
    };
  }
}
