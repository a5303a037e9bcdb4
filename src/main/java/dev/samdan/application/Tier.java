package dev.samdan.application;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/**
 * A tier with a folder of its own, delivered by a pipeline in each environment. The data tier has
 * neither.
 */
public enum Tier {
  WEB,
  API;

  /** Its name as samdan.yml and pipeline names write it: {@code web}, {@code api}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The tier of this name. */
  public static Optional<Tier> of(String text) {
    return Arrays.stream(values()).filter(t -> t.text().equals(text)).findFirst();
  }
}
