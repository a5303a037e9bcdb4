package dev.samdan.pullrequest;

import dev.samdan.application.BranchPolicy;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Principal;
import dev.samdan.pullrequest.PullRequestEvent.Kind;
import dev.samdan.source.Branches;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Whose review is asked for, by a person or by the strategy, and which files they have seen. */
final class Reviewers {
  private final Journal journal;
  private final Identity identity;
  private final Branches branches;

  Reviewers(Journal journal, Identity identity, Branches branches) {
    this.journal = journal;
    this.identity = identity;
    this.branches = branches;
  }

  /** Asks a person; once more where they have judged since. */
  void ask(PullRequest pull, String reviewer, Principal by) {
    Identity.User asked = identity.show(reviewer);
    String name = asked.name();
    if (name.equals(pull.author())) {
      throw PlatformException.conflict(
          name + " wrote " + pull.name() + ": ask somebody else to review it");
    }
    journal
        .database()
        .useTransaction(handle -> {
          handle
              .createUpdate(
                  """
                  insert into pull_request_reviewer (pull_request, reviewer, asked_by, asked_at)
                  values (:pull, :reviewer, :by, :now) on conflict (pull_request, reviewer)
                  do update set asked_by = excluded.asked_by, asked_at = excluded.asked_at
                  """)
              .bind("pull", pull.id())
              .bind("reviewer", name)
              .bind("by", by.user())
              .bind("now", journal.now())
              .execute();
          journal.event(
              handle,
              pull,
              Kind.REVIEW_ASKED,
              by.user(),
              Map.of("reviewer", name, "name", asked.displayName()));
        });
  }

  /** The names to show of those who were asked and have not judged since. */
  static List<String> asked(Handle handle, PullRequest pull, UnaryOperator<String> names) {
    return handle
        .createQuery(
            """
            select reviewer from pull_request_reviewer a where pull_request = :pull and not exists (
              select from pull_request_review r where r.pull_request = a.pull_request
              and r.reviewer = a.reviewer and r.created_at >= a.asked_at)
            order by asked_at
            """)
        .bind("pull", pull.id())
        .mapTo(String.class)
        .list()
        .stream()
        .map(names)
        .toList();
  }

  private record Candidate(PullRequest pull, @Nullable String askedBy, @Nullable Instant askedAt) {}

  /** What waits for this person's review, the oldest first. */
  List<ReviewWanted> wantedOf(String user) {
    List<Candidate> candidates =
        journal
            .database()
            .withHandle(handle ->
                handle
                    .createQuery(
                        """
                        select p.*, a.asked_by, a.asked_at from pull_request p
                        left join pull_request_reviewer a on a.pull_request = p.id and a.reviewer = :user
                          and not exists (select from pull_request_review r where r.pull_request = p.id
                            and r.reviewer = :user and r.created_at >= a.asked_at)
                        where p.state = 'open' and p.author <> :user and (a.reviewer is not null or not exists (
                          select from pull_request_review r where r.pull_request = p.id
                          and r.commit_id = p.head and r.reviewer <> p.author))
                        order by p.id
                        """)
                    .bind("user", user)
                    .map((row, _) -> {
                      java.sql.Timestamp at = row.getTimestamp("asked_at");
                      return new Candidate(
                          PullRequestRows.read(row),
                          row.getString("asked_by"),
                          at == null ? null : at.toInstant());
                    })
                    .list());
    UnaryOperator<String> names = journal.names();
    Map<String, BranchPolicy> policies = new HashMap<>();
    List<ReviewWanted> wanted = new ArrayList<>();
    for (Candidate each : candidates) {
      if (each.askedBy() != null || required(each.pull(), policies)) {
        wanted.add(wanted(each, names));
      }
    }
    return wanted;
  }

  private boolean required(PullRequest pull, Map<String, BranchPolicy> policies) {
    BranchPolicy policy = policies.computeIfAbsent(pull.repository(), branches::policy);
    return pull.purpose() != Purpose.RETURN
        && policy
            .kind(pull.kind())
            .filter(kind -> kind.review() == BranchPolicy.Review.REQUIRED)
            .isPresent();
  }

  private static ReviewWanted wanted(Candidate candidate, UnaryOperator<String> names) {
    PullRequest pull = candidate.pull();
    String by = candidate.askedBy();
    return new ReviewWanted(
        pull.repository(),
        pull.number(),
        pull.title(),
        pull.source(),
        pull.target(),
        pull.author(),
        names.apply(pull.author()),
        by == null ? null : names.apply(by),
        Optional.ofNullable(candidate.askedAt()).orElse(pull.createdAt()));
  }

  /** What a person has looked at: by path, the content that they saw. */
  Map<String, String> viewed(PullRequest pull, String person) {
    return journal
        .database()
        .withHandle(handle ->
            handle
                .createQuery(
                    "select path, content from pull_request_viewed where pull_request = :pull and"
                        + " person = :person")
                .bind("pull", pull.id())
                .bind("person", person)
                .setMapKeyColumn("path")
                .setMapValueColumn("content")
                .collectInto(new org.jdbi.v3.core.generic.GenericType<Map<String, String>>() {}));
  }

  /**
   * Remembers that a person has looked at a file.
   *
   * @param content what was to be seen; null to forget it
   */
  void view(PullRequest pull, String person, String path, @Nullable String content) {
    journal
        .database()
        .useTransaction(handle -> {
          handle.execute(
              "delete from pull_request_viewed where pull_request = ? and person = ? and path = ?",
              pull.id(),
              person,
              path);
          if (content != null) {
            handle.execute(
                "insert into pull_request_viewed (pull_request, person, path, content) values (?,"
                    + " ?, ?, ?)",
                pull.id(),
                person,
                path,
                content);
          }
        });
  }
}
