package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What stands around every page.
 *
 * @param page the page's kind, for its keys
 * @param title the headline, which is the document's title too
 * @param place the entry of the left column that is current
 * @param application the application at hand, empty outside of one
 * @param worst the worst state that the favicon shows
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
    String assets) {
  /** One step of the breadcrumb; the last has no address. */
  public record Crumb(String text, @Nullable String href) {}

  /** A tab of an application. */
  public record Tab(String text, String href, boolean current, @Nullable Integer count) {}

  /** An application in the left column; the label is its mark in words. */
  public record ApplicationLink(String name, Mark mark, String label) {}

  /** Somewhere to go. */
  public record Place(String text, String href) {}

  /** A key and what it does. */
  public record Key(String key, String text) {}

  public Mark logo() {
    return Mark.LOGO;
  }

  /** The first letter of the person's name. */
  public String initial() {
    return person.isEmpty() ? "?" : person.substring(0, person.offsetByCodePoints(0, 1));
  }

  /** Every page that can be gone to from here. */
  public List<Place> places() {
    List<Place> places = new java.util.ArrayList<>();
    places.add(new Place(words.say("home"), "/"));
    places.add(new Place(words.say("waiting"), "/waiting"));
    places.add(new Place(words.say("rooms"), "/rooms"));
    for (ApplicationLink link : applications) {
      places.add(new Place(link.name(), "/applications/" + link.name()));
      places.add(
          new Place(
              link.name() + " · " + words.say("pipelines"),
              "/applications/" + link.name() + "/pipelines"));
    }
    return places;
  }

  public List<Key> keys() {
    return List.of(
            "Ctrl K", "?", "g h", "g w", "g r", "g o", "g p", "[ ]", "j k", "x", "e", "n", "f", "a",
            "r")
        .stream()
        .map(key ->
            new Key(
                key, words.say("key." + key.replace(' ', '_').replace('[', 'p').replace(']', 'n'))))
        .toList();
  }
}
