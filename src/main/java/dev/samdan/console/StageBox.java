package dev.samdan.console;

/**
 * One stage in a strip.
 *
 * @param fact one more word, such as its time or how many tests failed
 * @param closed whether the transition into it is disabled
 */
public record StageBox(String name, State state, String fact, boolean closed) {
  /** The class that draws it. */
  public String tone() {
    return state.tone().equals("none") ? "todo" : state.tone();
  }
}
