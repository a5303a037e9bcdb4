package dev.samdan.console;

import java.util.List;

/** Whether the files of a commit agree with each other; what does not, the errors first. */
public record FindingsPanel(State state, List<Line> lines) {
  /**
   * One finding.
   *
   * @param place file, line and column
   * @param code what stands there; empty where the whole file is meant
   * @param message what is wrong and how it is mended
   */
  public record Line(State state, String place, String code, String message) {}
}
