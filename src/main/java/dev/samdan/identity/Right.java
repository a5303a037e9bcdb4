package dev.samdan.identity;

import dev.samdan.base.PlatformException;
import java.util.Locale;

/** What may be done; a {@link Role} has rights, and a token is limited to some. */
public enum Right {
  /** Look at an application, fetch its repositories, pull its images. */
  READ(Role.VIEWER, "look at"),
  /** Push branches, tags and images, open and review pull requests. */
  PUSH(Role.DEVELOPER, "push to"),
  /** Bring commits to the branch that production follows. */
  MERGE(Role.MAINTAINER, "merge into the production branch of"),
  /** Start, stop and roll back; where that is production's, it takes production's role too. */
  DEPLOY(Role.DEVELOPER, "deliver"),
  /** Answer what waits for a person. */
  APPROVE(Role.MAINTAINER, "approve deliveries of"),
  /** Change what an application runs with: secrets, webhooks, transitions, its database. */
  MAINTAIN(Role.MAINTAINER, "change the settings of"),
  /** Say who may do what, and delete. */
  ADMIN(Role.ADMIN, "administer"),
  /** One's own tokens, password and language: everyone's, but no limited token's. */
  OWN(Role.VIEWER, "act for");

  private final Role least;
  private final String deed;

  Right(Role least, String deed) {
    this.least = least;
    this.deed = deed;
  }

  /** The least role that has it, where an application declares no other. */
  public Role leastRole() {
    return least;
  }

  /** As people write it: {@code read}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What stands before an application's name. */
  String deed() {
    return deed;
  }

  /** A right that a token may be limited to; INVALID names them. */
  public static Right parse(String text) {
    for (Right right : values()) {
      if (right != OWN && right.text().equals(text)) {
        return right;
      }
    }
    throw PlatformException.invalid(
        "'"
            + text
            + "' is not a right of a token: read, push, merge, deploy, approve, maintain or admin");
  }
}
