package dev.samdan.console;

import java.util.List;

/**
 * The people, and what they are where.
 *
 * @param why why the reader may change nothing here; empty where they may
 * @param roles what there is to be, the least first
 */
public record PeoplePage(
    String headline,
    String rest,
    List<Filter> places,
    List<Line> people,
    List<String> applications,
    List<String> roles,
    String why,
    boolean wrong) {
  /**
   * One person.
   *
   * @param everywhere the role in every application; empty for none
   */
  public record Line(
      String name,
      String displayName,
      String everywhere,
      List<PersonPage.Place> roles,
      boolean hasPassword,
      When since) {}
}
