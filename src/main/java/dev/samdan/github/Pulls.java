package dev.samdan.github;

import dev.samdan.github.CommitReport.State;
import dev.samdan.github.GitHubApi.Answer;
import dev.samdan.github.GitHubApi.Request;
import dev.samdan.source.BranchView.Finding;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** The open pull requests at GitHub, held against the branch strategy. */
final class Pulls {
  private static final Logger LOG = LoggerFactory.getLogger(Pulls.class);
  static final String CONTEXT = "samdan/pull-request";

  /** More open ones than these are not looked at. */
  private static final int MOST = 100;

  private final PullRows rows;
  private final ReportRows reports;
  private final GitHub.Judge strategy;
  private final GitHubApi api;
  private final String url;

  Pulls(PullRows rows, ReportRows reports, GitHub.Judge strategy, GitHubApi api, String url) {
    this.rows = rows;
    this.reports = reports;
    this.strategy = strategy;
    this.api = api;
    this.url = url;
  }

  /** Refs of pull requests whose commits come from elsewhere. */
  List<String> refs(String repository) {
    return rows.list(repository).stream().filter(Pull::fork).map(Pull::ref).toList();
  }

  void take(String repository, Event event) {
    Pull pull = event.pull();
    if (pull == null) {
      return;
    }
    if (event.work() == Event.Work.PULL) {
      rows.put(repository, pull);
    } else {
      rows.delete(repository, pull.number());
    }
  }

  /**
   * Reads the list, in case that webhooks were lost.
   *
   * @return whether it could be read
   */
  boolean read(GitHubRepository from, String token, RepositoryRows repositories) {
    String path = "/repos/" + from.fullName() + "/pulls?state=open&per_page=" + MOST;
    String tag = repositories.pullsTag(from.repository()).orElse(null);
    Answer answer = api.send(from.api(), new Request("GET", path, null, token, tag));
    switch (answer) {
      case Answer.Done(JsonNode body, var newTag) -> {
        replace(from.repository(), body);
        repositories.pullsRead(from.repository(), newTag);
        return true;
      }
      case Answer.Unchanged() -> repositories.pullsRead(from.repository(), null);
      case Answer.Refused(int _, String reason) -> {
        LOG.info("the pull requests of {} are not to be had: {}", from.fullName(), reason);
        repositories.pullsRead(from.repository(), null);
      }
      case Answer.Later(String reason, var _) ->
          LOG.info("the pull requests of {} are read later: {}", from.fullName(), reason);
    }
    return false;
  }

  private void replace(String repository, JsonNode list) {
    Set<Integer> open = new HashSet<>();
    for (JsonNode node : list) {
      Pull pull = Event.pull(node);
      if (pull != null) {
        rows.put(repository, pull);
        open.add(pull.number());
      }
    }
    rows.list(repository).stream()
        .map(Pull::number)
        .filter(number -> !open.contains(number))
        .forEach(number -> rows.delete(repository, number));
  }

  /**
   * Holds all that are open against the strategy, and wants that reported.
   *
   * @param here whether the repository holds a commit already
   */
  void judge(String repository, Predicate<String> here) {
    for (Pull pull : rows.list(repository)) {
      if (here.test(pull.headCommit())) {
        List<Finding> findings =
            strategy.against(repository, pull.head(), pull.base(), pull.headCommit());
        reports.want(repository, report(repository, pull, findings));
      }
    }
  }

  private CommitReport report(String repository, Pull pull, List<Finding> findings) {
    boolean well = findings.isEmpty();
    return new CommitReport(
        pull.headCommit(),
        CONTEXT,
        well ? State.SUCCESS : State.FAILURE,
        well
            ? pull.head() + " into " + pull.base() + " follows the branch strategy"
            : findings.getFirst().message(),
        findings.stream().map(Pulls::markdown).collect(Collectors.joining("\n\n")),
        url + "/applications/" + repository + "/branches",
        "pull-" + pull.number() + "-" + pull.headCommit());
  }

  static String markdown(Finding finding) {
    return finding.message()
        + (finding.commands().isEmpty()
            ? ""
            : "\n\n```\n" + String.join("\n", finding.commands()) + "\n```");
  }
}
