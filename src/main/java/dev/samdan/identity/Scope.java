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
 * @param shared whether, besides the only application, it reads and pushes what belongs to none,
 *     such as the images that all build on
 */
public record Scope(
    @Nullable String application,
    @Nullable Set<Right> rights,
    boolean registryOnly,
    boolean shared) {
  /** Not limited. */
  public static final Scope ALL = new Scope(null, null, false);

  private static final Set<Right> OF_SHARED = Set.of(Right.READ, Right.PUSH);

  public Scope {
    rights = rights == null ? null : Set.copyOf(rights);
  }

  public Scope(@Nullable String application, @Nullable Set<Right> rights, boolean registryOnly) {
    this(application, rights, registryOnly, false);
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
    boolean here =
        application == null
            || application.equals(where)
            || shared && where == null && OF_SHARED.contains(right);
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
    String besides = shared ? " and the images of no application" : "";
    return what + where + besides + (registryOnly ? ", at the registry only" : "");
  }
}
