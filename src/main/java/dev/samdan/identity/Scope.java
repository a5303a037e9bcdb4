package dev.samdan.identity;

import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a token is limited to; it never gives more than its person has.
 *
 * @param application the only one; null for all
 * @param rights the only ones, reading always among them; null for all
 * @param registryOnly whether it opens the image registry and nothing else
 */
public record Scope(
    @Nullable String application, @Nullable Set<Right> rights, boolean registryOnly) {
  /** Not limited. */
  public static final Scope ALL = new Scope(null, null, false);

  public Scope {
    rights = rights == null ? null : Set.copyOf(rights);
  }

  /** Whether anything is limited. */
  public boolean limited() {
    return application != null || rights != null || registryOnly;
  }

  /** Whether a right in an application is within; a null application is the house as a whole. */
  boolean holds(Right right, @Nullable String where) {
    if (right == Right.OWN) {
      return !limited();
    }
    boolean here = application == null || application.equals(where);
    return here && (rights == null || right == Right.READ || rights.contains(right));
  }

  /** Whether anything at all may be read. */
  boolean looks() {
    return !registryOnly;
  }

  /** In words: {@code read and push in sample}. */
  public String text() {
    String what =
        rights == null
            ? "everything"
            : new TreeSet<>(rights).stream().map(Right::text).collect(Collectors.joining(", "));
    String where = application == null ? "" : " in " + application;
    return what + where + (registryOnly ? ", at the registry only" : "");
  }
}
