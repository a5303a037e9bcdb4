package dev.samdan.audit;

import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that somebody sets out to do, as the door that they came to knows it.
 *
 * @param who the user's name
 * @param address where the request came from
 * @param action what, such as {@code Set a secret}
 * @param application null where it is about none
 * @param subject on what, such as {@code /applications/sample/secrets/prod}
 * @param detail what else tells one from another; never a secret
 */
public record Deed(
    UUID id,
    String who,
    Door door,
    String address,
    String action,
    @Nullable String application,
    String subject,
    String detail) {
  /** A longer detail is cut. */
  private static final int LONGEST = 1_000;

  /** How somebody came in. */
  public enum Door {
    CONSOLE,
    API,
    CLI,
    GIT,
    REGISTRY,
    AWS,
    WEBHOOK,
    /** Samdan by itself. */
    SAMDAN;

    /** As it is stored and shown. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How it ended. */
  public enum Outcome {
    DONE,
    /** It was not allowed. */
    REFUSED,
    /** It was allowed and could not be done. */
    FAILED;

    /** As it is stored and shown. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public Deed {
    subject = cut(subject);
    detail = cut(detail);
  }

  public Deed(
      String who,
      Door door,
      String address,
      String action,
      @Nullable String application,
      String subject,
      String detail) {
    this(UUID.randomUUID(), who, door, address, action, application, subject, detail);
  }

  /** With a reason beside what is said of it. */
  Deed because(String reason) {
    return new Deed(
        id,
        who,
        door,
        address,
        action,
        application,
        subject,
        detail.isEmpty() ? reason : detail + " | " + reason);
  }

  private static String cut(String text) {
    return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
  }
}
