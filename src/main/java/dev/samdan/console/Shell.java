package dev.samdan.console;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands around every page.
 *
 * @param page the page's kind, for its keys
 * @param title the headline, which is the document's title too
 * @param path the address of this page, to come back to
 * @param place the entry of the left column that is current
 * @param application the application at hand, empty outside of one
 * @param house what of the house stands, as one line
 * @param worst the worst state that the favicon shows
 * @param audits whether the reader may look into the audit log
 * @param bars why buttons do nothing for the reader
 * @param refused why the button that was pressed did nothing; empty otherwise
 * @param assets changes when the stylesheet or the script does
 */
public record Shell(
    Words words,
    String page,
    String title,
    String path,
    String place,
    String application,
    List<Crumb> crumbs,
    List<Tab> tabs,
    List<ApplicationLink> applications,
    int waiting,
    int unread,
    String person,
    String house,
    @Nullable String theme,
    String worst,
    boolean audits,
    Bars bars,
    String refused,
    String assets) {
  /** From so many applications on they can be filtered. */
  private static final int MANY = 12;

  /** One step of the breadcrumb; the last has no address. */
  public record Crumb(String text, @Nullable String href) {}

  /** A tab of an application; its key names it to the keyboard. */
  public record Tab(
      String key, String text, String href, boolean current, @Nullable Integer count) {}

  /** An application in the left column; the label is its mark in words. */
  public record ApplicationLink(String name, Mark mark, String label) {}

  /**
   * Somewhere to go.
   *
   * @param keys that go there too; empty for none
   */
  public record Place(String icon, String text, String href, String keys) {}

  /** A key and what it does. */
  public record Key(String key, String text) {}

  public Mark logo() {
    return Mark.LOGO;
  }

  public String initials() {
    return Brief.initials(person);
  }

  public boolean manyApplications() {
    return applications.size() > MANY;
  }

  /** The places below the applications in the left column; a place's name is its address. */
  public List<Place> lower() {
    List<Place> lower = new ArrayList<>();
    lower.add(new Place("layers", words.say("images"), "/images", ""));
    if (audits) {
      lower.add(new Place("file", words.say("audit"), "/audit", ""));
    }
    lower.add(new Place("gear", words.say("settings"), "/settings", ""));
    return lower;
  }

  /** Every page that can be gone to from here. */
  public List<Place> places() {
    List<Place> places = new ArrayList<>();
    for (Tab tab : tabs) {
      if (!tab.current()) {
        places.add(
            new Place("arrow", application + " · " + tab.text(), tab.href(), "g " + tab.key()));
      }
    }
    places.add(new Place("home", words.say("home"), "/", "g h"));
    places.add(new Place("person", words.say("waiting"), "/waiting", "g w"));
    places.add(new Place("room", words.say("rooms"), "/rooms", "g r"));
    places.addAll(lower());
    for (ApplicationLink link : applications) {
      String root = "/applications/" + link.name();
      places.add(new Place("arrow", link.name(), root, ""));
      places.add(
          new Place(
              "arrow", link.name() + " · " + words.say("pipelines"), root + "/pipelines", ""));
    }
    return places;
  }

  public List<Key> keys() {
    return List.of(
            "Ctrl K", "?", "g h", "g w", "g r", "g o", "g p", "g b", "g m", "g d", "g i", "[ ]",
            "j k", "Enter", "Esc", "x", "e", "n N", "f", "y", "a", "r", ".")
        .stream()
        .map(key ->
            new Key(
                key, words.say("key." + key.replace(' ', '_').replace('[', 'p').replace(']', 'n'))))
        .toList();
  }
}
