package dev.samdan.source;

import java.time.Instant;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.revwalk.RevCommit;

/**
 * A commit as people know it.
 *
 * @param id 40 hex digits
 * @param message the whole message, without the newline at its end
 * @param at the author's time
 */
public record Commit(String id, String message, String author, String authorEmail, Instant at) {
  static Commit of(RevCommit commit) {
    PersonIdent author = commit.getAuthorIdent();
    return new Commit(
        commit.name(),
        commit.getFullMessage().stripTrailing(),
        author.getName(),
        author.getEmailAddress(),
        author.getWhenAsInstant());
  }

  /** The first line of the message. */
  public String subject() {
    return message.lines().findFirst().orElse("");
  }

  /** The first eight digits, for people. */
  public String shortId() {
    return id.substring(0, 8);
  }
}
