package dev.samdan.preflight;

import dev.samdan.base.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks files one by one and against each other; reads only what it is given and runs nothing. */
public final class Preflight {
  private Preflight() {}

  /**
   * A file that was checked.
   *
   * @param kind null where nothing tells it, which is then among the problems
   * @param problems in the file's order, each with a line and a column
   */
  public record Checked(String file, @Nullable Kind kind, List<Problem> problems) {
    public Checked {
      problems = List.copyOf(problems);
    }
  }

  /** Checks one file by itself, as what its name or else its content says that it is. */
  public static Checked validate(String file, String text) {
    return Validation.check(file, text);
  }
}
