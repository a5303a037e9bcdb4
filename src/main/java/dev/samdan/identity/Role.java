package dev.samdan.identity;

import dev.samdan.base.PlatformException;
import java.util.Locale;

/** What a person is in an application, or in all of them; each is also all that stand before it. */
public enum Role {
  /** Looks. */
  VIEWER,
  /** Pushes, and delivers everywhere but to production. */
  DEVELOPER,
  /** Merges into the production branch, decides on production, keeps secrets and webhooks. */
  MAINTAINER,
  /** Says who may do what, and deletes. */
  ADMIN;

  /** As people write it: {@code viewer}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The role of this text; INVALID names those there are. */
  public static Role parse(String text) {
    for (Role role : values()) {
      if (role.text().equals(text)) {
        return role;
      }
    }
    throw PlatformException.invalid(
        "'" + text + "' is not a role: viewer, developer, maintainer or admin");
  }

  boolean atLeast(Role other) {
    return compareTo(other) >= 0;
  }
}
