package dev.samdan.pullrequest;

import dev.samdan.source.Diff;
import dev.samdan.source.History;
import dev.samdan.source.Merges;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What git says of a head beside a target. It never changes for two commits, so the newest answers
 * are kept.
 */
final class Looks {
  private static final int KEPT = 500;

  private final History history;
  private final Merges merges;
  private final Map<Key, Look> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Look> eldest) {
          return size() > KEPT;
        }
      };

  Looks(History history, Merges merges) {
    this.history = history;
    this.merges = merges;
  }

  private record Key(String repository, @Nullable String target, String head) {}

  /**
   * @param base the newest commit of both; null where there is none
   * @param testsTouched existing tests that it edits or takes away
   */
  record Look(
      @Nullable String base,
      int ahead,
      int behind,
      List<String> conflicts,
      int files,
      int additions,
      int deletions,
      List<String> testsTouched) {
    /** Where git has the commits no more. */
    static final Look GONE = new Look(null, 0, 0, List.of(), 0, 0, 0, List.of());
  }

  /**
   * @param target null where the target is not there yet
   */
  Look at(String repository, @Nullable String target, String head) {
    Key key = new Key(repository, target, head);
    synchronized (kept) {
      Look known = kept.get(key);
      if (known != null) {
        return known;
      }
    }
    Look look = look(repository, target, head);
    synchronized (kept) {
      kept.put(key, look);
    }
    return look;
  }

  private Look look(String repository, @Nullable String target, String head) {
    String base = target == null ? null : history.mergeBase(repository, target, head).orElse(null);
    Diff diff = history.diff(repository, base, head, false);
    return new Look(
        base,
        history.count(repository, target, head),
        target == null ? 0 : history.count(repository, head, target),
        target == null ? List.of() : merges.preview(repository, target, head).conflicts(),
        diff.files().size(),
        diff.additions(),
        diff.deletions(),
        TestFiles.touched(diff));
  }
}
