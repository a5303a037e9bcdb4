package dev.samdan.console;

import java.util.List;

/**
 * One's own settings.
 *
 * @param places the pages of the settings
 * @param hasPassword whether the one there is must be given for another
 * @param applications those a token can be limited to
 * @param rights those a token can be limited to
 * @param made what was just made, to be shown once; empty otherwise
 * @param saved the section that was just saved; empty otherwise
 * @param wrong the section whose button was refused; empty otherwise
 */
public record MinePage(
    String headline,
    String rest,
    List<Filter> places,
    boolean hasPassword,
    List<KeyLine> tokens,
    List<KeyLine> accessKeys,
    List<String> applications,
    List<String> rights,
    List<String> made,
    String saved,
    String wrong) {
  /**
   * A token or an access key without its secret.
   *
   * @param mark its first characters, or its id
   * @param may what it is limited to
   * @param used when it was last used
   * @param ends until when it holds
   * @param over whether that is past
   */
  public record KeyLine(
      String id, String name, String mark, String may, String used, String ends, boolean over) {}

  /** Whether a section was just saved. */
  public boolean saved(String section) {
    return section.equals(saved);
  }

  /** Whether a token, {@code access-key}, was just made in this section. */
  public boolean made(String section) {
    return saved(section) && !made.isEmpty();
  }
}
