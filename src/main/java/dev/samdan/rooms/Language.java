package dev.samdan.rooms;

import java.util.Locale;

/** The languages of the wording. */
public enum Language {
  EN,
  KO;

  /** {@code ko} is Korean; all else, and nothing, is English. */
  public static Language of(@org.jspecify.annotations.Nullable String code) {
    return "ko".equals(code) ? KO : EN;
  }

  /** {@code en} or {@code ko}. */
  public String code() {
    return name().toLowerCase(Locale.ROOT);
  }
}
