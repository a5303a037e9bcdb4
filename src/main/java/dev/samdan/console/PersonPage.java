package dev.samdan.console;

import java.util.List;

/**
 * One person.
 *
 * @param places what they are, first everywhere and then by application
 * @param free applications in which they are nothing yet and the reader may make them something
 * @param link an address that signs them in once, shown once; empty otherwise
 * @param fixed whether it is who the home belongs to
 * @param why why the reader may change nothing here; empty where they may
 * @param saved the section that was just saved; empty otherwise
 */
public record PersonPage(
    String name,
    String headline,
    String rest,
    List<Filter> settings,
    List<Place> places,
    List<String> free,
    List<String> roles,
    boolean hasPassword,
    List<MinePage.KeyLine> tokens,
    List<MinePage.KeyLine> accessKeys,
    String link,
    boolean fixed,
    String why,
    String saved) {
  /**
   * A role; {@code application} is empty for all, {@code role} for none.
   *
   * @param may whether the reader may change it
   */
  public record Place(String application, String role, boolean may) {}

  /** Where its buttons post to. */
  public String address() {
    return "/settings/people/" + name;
  }
}
