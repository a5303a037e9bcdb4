package dev.samdan.pullrequest;

import dev.samdan.base.PlatformException;
import dev.samdan.source.Deliveries;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What the person who pushed reads about pull requests. */
final class PushAnswer {
  private final PullRequests pulls;
  private final Journal journal;

  PushAnswer(PullRequests pulls, Journal journal) {
    this.pulls = pulls;
    this.journal = journal;
  }

  List<String> of(String repository, Deliveries.Push push) {
    Optional<PushOptions> asked = PushOptions.of(push.options());
    List<String> lines = new ArrayList<>();
    for (String branch : push.branches().stream().sorted().toList()) {
      Optional<PullRequest> open = pulls.openFrom(repository, branch);
      if (open.isPresent()) {
        lines.add(follows(open.get(), "ko".equals(push.by().language())));
      } else if (asked.isPresent()) {
        lines.addAll(opened(repository, branch, asked.get(), push));
      }
    }
    return lines;
  }

  private String follows(PullRequest pull, boolean korean) {
    String link = journal.link(pull);
    return korean
        ? "#" + pull.number() + " 풀 리퀘스트에 반영했어요: " + link
        : "#" + pull.number() + " has these commits: " + link;
  }

  private List<String> opened(
      String repository, String branch, PushOptions asked, Deliveries.Push push) {
    try {
      PullRequestRow row =
          pulls.create(
              new PullRequests.Order(
                  repository, branch, asked.target(), asked.title(), asked.text(), asked.draft()),
              push.by());
      PullRequest pull = pulls.openFrom(repository, branch).orElseThrow();
      return List.of(
          "ko".equals(push.by().language())
              ? "#"
                  + row.number()
                  + " 풀 리퀘스트를 열었어요. "
                  + row.target()
                  + " 브랜치에 병합해요: "
                  + journal.link(pull)
              : "#"
                  + row.number()
                  + " asks to merge it into "
                  + row.target()
                  + ": "
                  + journal.link(pull));
    } catch (PlatformException e) {
      // The push is taken; what was asked for beside it is not.
      return e.text().lines().toList();
    }
  }
}
