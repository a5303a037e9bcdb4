package dev.samdan.base;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Which name somebody may have meant. */
public final class Spelling {
  private static final int LONGEST = 200;

  private Spelling() {}

  /** How many letters must change to make one word of the other (Levenshtein). */
  public static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int corner = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int above = row[j];
        int swap = corner + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        row[j] = Math.min(swap, Math.min(row[j - 1], above) + 1);
        corner = above;
      }
    }
    return row[b.length()];
  }

  /** The known name written most like the given one, where one is like it. */
  public static Optional<String> near(String name, Collection<String> known) {
    if (name.length() > LONGEST) {
      return Optional.empty();
    }
    int limit = Math.max(2, name.length() / 3);
    return known.stream()
        .filter(k -> Math.abs(k.length() - name.length()) <= limit)
        .min(Comparator.comparingInt(k -> distance(name, k)))
        .filter(k -> distance(name, k) <= limit);
  }
}
