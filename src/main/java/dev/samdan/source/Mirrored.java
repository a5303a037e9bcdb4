package dev.samdan.source;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What moved in a repository elsewhere, and is about to move here.
 *
 * @param by who moved it, as far as it is known
 */
public record Mirrored(String application, String repository, String by, List<Move> moves) {
  public Mirrored {
    moves = List.copyOf(moves);
  }

  /**
   * One ref.
   *
   * @param ref in full
   * @param older null where it is new
   * @param newer null where it was deleted
   * @param english what it breaks of the branch strategy; null where it breaks nothing
   * @param korean the same in Korean
   */
  public record Move(
      String ref,
      @Nullable String older,
      @Nullable String newer,
      BranchView.@Nullable Finding english,
      BranchView.@Nullable Finding korean) {
    /** Its name without where it stands. */
    public String name() {
      return ref.replaceFirst("^refs/(heads|tags)/", "");
    }
  }

  /** Those that break the branch strategy. */
  public List<Move> wrong() {
    return moves.stream().filter(m -> m.english() != null).toList();
  }
}
