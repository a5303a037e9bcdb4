package dev.samdan.operations;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is spoken of, as far as it decides who may; without a place it is the house as a whole. */
public record Subject(List<Place> places) {
  /** The house: what belongs to no application. */
  public static final Subject HOUSE = new Subject(List.of());

  public Subject {
    places = List.copyOf(places);
  }

  /**
   * An application, or one environment of it.
   *
   * @param production whether it is what users have
   */
  public record Place(String application, @Nullable String environment, boolean production) {}

  static Subject of(String application) {
    return new Subject(List.of(new Place(application, null, false)));
  }

  /** The one application it lies in; null for the house, and for more than one. */
  public @Nullable String application() {
    List<String> names = places.stream().map(Place::application).distinct().toList();
    return names.size() == 1 ? names.getFirst() : null;
  }
}
