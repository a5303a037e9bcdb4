package dev.samdan.console;

import dev.samdan.application.BranchPolicy;
import dev.samdan.pullrequest.BranchGraph;
import dev.samdan.pullrequest.BranchGraph.Lane;
import dev.samdan.pullrequest.PullRequestRow;
import dev.samdan.pullrequest.Purpose;
import dev.samdan.source.BranchView;
import dev.samdan.source.Branches;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes the page of an application's branches, the strategy's, and the one to start a branch. */
final class BranchPages {
  /** So many lanes are drawn; the others are listed as quiet. */
  private static final int MOST_LANES = 20;

  private final ConsoleRooms rooms;
  private final Words words;

  BranchPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  Asked.Shown shown(Asked asked) {
    String application = asked.application();
    String repository = rooms.applications().show(application).repository();
    BranchGraph graph = rooms.pullRequests().graph(repository, asked.reader().principal());
    BranchPolicy policy = rooms.branches().policy(repository);
    List<Lane> drawn = drawn(graph.lanes());
    List<Lane> quiet = graph.lanes().stream().filter(lane -> !drawn.contains(lane)).toList();
    GraphDrawing drawing = new GraphDrawing(words, drawn, graph.joins());
    ApplicationLife life = life(asked, application);
    BranchesPage page =
        new BranchesPage(
            headline(graph),
            offStrategy(graph),
            application,
            drawing.days(),
            GraphDrawing.WIDTH,
            drawn.stream().map(lane -> row(application, policy, life, lane, drawing)).toList(),
            quiet.stream().map(lane -> row(application, policy, life, lane, null)).toList(),
            started(asked.query("started")));
    String title = page.rest().isEmpty() ? page.headline() : page.headline() + " " + page.rest();
    return new Asked.Shown("branches", asked.around().tab("branches", title, application), page);
  }

  private static ApplicationLife life(Asked asked, String application) {
    return asked.around().lives().stream()
        .filter(l -> l.name().equals(application))
        .findFirst()
        .orElseThrow();
  }

  /** Those that always exist, that someone works on or that are wrong, then the newest. */
  private static List<Lane> drawn(List<Lane> lanes) {
    if (lanes.size() <= MOST_LANES) {
      return lanes;
    }
    List<Lane> kept = new ArrayList<>(lanes.stream().filter(BranchPages::asks).toList());
    lanes.stream()
        .filter(lane -> !asks(lane))
        .sorted((a, b) -> b.branch().at().compareTo(a.branch().at()))
        .limit(Math.max(0, MOST_LANES - kept.size()))
        .forEach(kept::add);
    return lanes.stream().filter(kept::contains).toList();
  }

  private static boolean asks(Lane lane) {
    return Branches.FIXED.equals(lane.branch().kind())
        || lane.pullRequest() != null
        || !lane.branch().problems().isEmpty();
  }

  /** A branch whose pull request cannot be merged by itself. */
  private record Conflict(String branch, PullRequestRow pull) {
    static Optional<Conflict> of(Lane lane) {
      return Optional.ofNullable(lane.pullRequest())
          .filter(pull -> !pull.conflicts().isEmpty())
          .map(pull -> new Conflict(lane.branch().name(), pull));
    }
  }

  private String headline(BranchGraph graph) {
    List<Conflict> away =
        graph.lanes().stream().flatMap(lane -> Conflict.of(lane).stream()).toList();
    Optional<Conflict> hotfix =
        away.stream().filter(c -> c.pull().purpose() == Purpose.RETURN).findFirst();
    if (hotfix.isPresent()) {
      PullRequestRow pull = hotfix.get().pull();
      return words.count(
          "branches.away",
          pull.conflicts().size(),
          hotfix.get().branch(),
          pull.number(),
          pull.target());
    }
    if (!away.isEmpty()) {
      return words.count("branches.conflicts", away.size());
    }
    return graph.lanes().isEmpty()
        ? words.say("branches.none")
        : offStrategy(graph).isEmpty() ? words.say("branches.well") : offStrategy(graph);
  }

  private String offStrategy(BranchGraph graph) {
    long off = graph.lanes().stream().filter(l -> !l.branch().problems().isEmpty()).count();
    return off == 0 ? "" : words.count("branches.off", off);
  }

  private BranchesPage.@Nullable Started started(@Nullable String branch) {
    return branch == null
        ? null
        : new BranchesPage.Started(
            words.say("branches.started", branch), "git fetch\ngit switch " + branch);
  }

  private BranchesPage.Row row(
      String application,
      BranchPolicy policy,
      ApplicationLife life,
      Lane lane,
      @Nullable GraphDrawing drawing) {
    BranchView branch = lane.branch();
    PullRequestRow pull = lane.pullRequest();
    boolean fixed = Branches.FIXED.equals(branch.kind());
    String root = "/applications/" + application;
    String href =
        pull != null
            ? root + "/pull-requests/" + pull.number()
            : fixed
                ? root + "/pipelines"
                : root + "/pull-requests/new?source=" + Brief.encoded(branch.name());
    GraphDrawing.Pull pill =
        pull == null || fixed
            ? null
            : new GraphDrawing.Pull(
                "#" + pull.number(), PullRequestWords.of(words, pull).tone(), href);
    LaneDrawing drawn = drawing == null ? null : drawing.lane(lane, pill);
    String about = fixed ? aboutFixed(branch, policy, life) : about(branch);
    if (!branch.problems().isEmpty()) {
      BranchView.Finding problem = branch.problems().getFirst();
      String command = problem.commands().isEmpty() ? "" : problem.commands().getFirst();
      State state = new State("fail", "fail", problem.message(), "OffStrategy");
      return new BranchesPage.Row(branch.name(), about, href, drawn, state, "", command);
    }
    if (fixed) {
      boolean open = branch.name().equals(policy.integration()) && policy.directPush();
      String detail = words.say(open ? "branches.direct" : "branches.requests");
      return new BranchesPage.Row(
          branch.name(), about, href, drawn, standing(branch.name(), life), detail, "");
    }
    if (pull != null) {
      String detail =
          words.say("branches.by", pull.authorName()) + ", " + words.count("files", pull.files());
      State state = PullRequestWords.numbered(words, pull);
      return new BranchesPage.Row(branch.name(), about, href, drawn, state, detail, "");
    }
    long days = Duration.between(branch.at(), Instant.now()).toDays();
    String since =
        branch.ahead() == 0
            ? words.say("branches.nothing")
            : days == 0 ? words.say("branches.nopull") : words.count("branches.nopull.since", days);
    State state = new State("none", "clock", since, "NoPullRequest");
    String by = words.say("branches.by", branch.author());
    return new BranchesPage.Row(branch.name(), about, href, drawn, state, by, "");
  }

  private String about(BranchView branch) {
    if (branch.kind() == null) {
      return words.say("branches.nokind");
    }
    String from = words.say("branches.from", branch.kind(), Shells.or(branch.base(), "?"));
    String ahead = branch.ahead() == 0 ? "" : ", " + words.say("branches.ahead", branch.ahead());
    String behind =
        branch.behind() == 0 ? "" : ", " + words.say("branches.behind", branch.behind());
    return from + ahead + behind;
  }

  private String aboutFixed(BranchView branch, BranchPolicy policy, ApplicationLife life) {
    String live =
        String.join(
            ", ",
            life.environments().stream()
                .filter(e -> e.environment().branch().equals(branch.name()))
                .filter(e -> !e.version().isEmpty())
                .map(e -> words.say("branches.live", e.version(), e.environment().name()))
                .toList());
    return !live.isEmpty() || branch.name().equals(policy.production())
        ? live
        : words.say("branches.aheadof", branch.ahead(), policy.production());
  }

  /** How the environments that follow a branch stand. */
  private State standing(String branch, ApplicationLife life) {
    for (ApplicationLife.EnvironmentLife each : life.environments()) {
      if (each.environment().branch().equals(branch) && each.pressing() != null) {
        String environment = each.environment().name();
        if (ApplicationLife.failed(each.pressing())) {
          return new State("fail", "fail", words.say("branches.failed", environment), "Failed");
        }
        return Approvals.waits(each.pressing())
            ? new State("wait", "wait", words.say("branches.waits", environment), "InProgress")
            : new State("run", "run", words.say("branches.moves", environment), "InProgress");
      }
    }
    return State.live(words);
  }

  /** The strategy as a table, a sentence a row. */
  Asked.Shown strategy(Asked asked) {
    String application = asked.application();
    String repository = rooms.applications().show(application).repository();
    BranchPolicy policy = rooms.branches().policy(repository);
    List<StrategyPage.Row> rows = new ArrayList<>();
    rows.add(fixed(policy.production(), "strategy.production", ""));
    rows.add(
        fixed(
            policy.integration(),
            policy.directPush() ? "strategy.integration" : "strategy.integration.closed",
            policy.production()));
    for (BranchPolicy.Kind kind : policy.kinds()) {
      rows.add(
          new StrategyPage.Row(
              kind.pattern(),
              kind.base(),
              kind.target(),
              words.say("strategy.review." + kind.review().name().toLowerCase(Locale.ROOT)),
              words.say(
                  kind.versioned()
                      ? "strategy.hotfix"
                      : kind.keepsTests() ? "strategy.tests" : "strategy.kind",
                  kind.target())));
    }
    String title = words.say("strategy.title");
    StrategyPage page =
        new StrategyPage(title, application, rows, words.bytes(policy.largestFile()));
    Shell.Crumb branches =
        new Shell.Crumb(words.say("branches"), "/applications/" + application + "/branches");
    Shell.Crumb here = new Shell.Crumb(words.say("branches.strategy"), null);
    return new Asked.Shown(
        "strategy", asked.around().below("strategy", title, application, branches, here), page);
  }

  private StrategyPage.Row fixed(String branch, String sentence, String target) {
    return new StrategyPage.Row(branch, "", target, "", words.say(sentence, target));
  }

  /** The form that starts a branch. */
  Asked.Shown start(Asked asked) {
    String application = asked.application();
    String repository = rooms.applications().show(application).repository();
    List<StartBranchPage.Kind> kinds =
        rooms.branches().policy(repository).kinds().stream()
            .map(k -> new StartBranchPage.Kind(k.name(), k.pattern(), k.base()))
            .toList();
    String title = words.say("branches.start");
    Shell.Crumb branches =
        new Shell.Crumb(words.say("branches"), "/applications/" + application + "/branches");
    Shell shell =
        asked
            .around()
            .below("branchstart", title, application, branches, new Shell.Crumb(title, null));
    return new Asked.Shown("branchstart", shell, new StartBranchPage(title, application, kinds));
  }
}
