package dev.samdan.console;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.Access;
import dev.samdan.identity.Right;
import dev.samdan.pullrequest.Comment;
import dev.samdan.pullrequest.PullRequestFilter;
import dev.samdan.pullrequest.PullRequestRow;
import dev.samdan.pullrequest.PullRequestView;
import dev.samdan.source.BranchView;
import dev.samdan.source.Branches;
import dev.samdan.source.Diff;
import dev.samdan.source.Strategy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes the pages of an application's pull requests. */
final class PullRequestPages {
  private static final int SIZE = 50;
  private static final List<String> STATES = List.of("open", "merged", "closed", "all");

  private final ConsoleRooms rooms;
  private final Words words;

  PullRequestPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  /** The list. */
  Asked.Shown shown(Asked asked) {
    String application = asked.application();
    String repository = rooms.applications().show(application).repository();
    String wanted = Shells.or(asked.query("state"), "open");
    String state = STATES.contains(wanted) ? wanted : "open";
    String root = "/applications/" + application + "/pull-requests";
    PullRequestFilter filter =
        new PullRequestFilter(repository, state, null, before(asked.query("before")));
    List<PullRequestRow> found =
        rooms.pullRequests().list(filter, SIZE + 1, asked.reader().principal());
    List<PullRequestRow> rows = found.subList(0, Math.min(SIZE, found.size()));
    List<Filter> filters =
        STATES.stream()
            .map(s -> Filter.of(words.say("pulls." + s), root + "?state=" + s, s.equals(state)))
            .toList();
    String headline =
        rows.isEmpty()
            ? words.say(state.equals("open") ? "pulls.none" : "pulls.nothing")
            : state.equals("open") ? headline(rows) : words.say("pulls." + state + ".title");
    String older =
        found.size() > SIZE
            ? root + "?state=" + state + "&before=" + rows.getLast().number()
            : null;
    PullRequestsPage page =
        new PullRequestsPage(
            headline, application, filters, rows.stream().map(r -> line(root, r)).toList(), older);
    return new Asked.Shown("pulls", asked.around().tab("pulls", headline, application), page);
  }

  private String headline(List<PullRequestRow> rows) {
    long waiting =
        rows.stream().filter(r -> r.standing() == PullRequestRow.Standing.WAITS_FOR_REVIEW).count();
    long ready = rows.stream().filter(r -> r.standing() == PullRequestRow.Standing.READY).count();
    return ready > 0
        ? words.count("pulls.ready", ready)
        : waiting > 0
            ? words.count("pulls.waiting", waiting)
            : words.count("pulls.openones", rows.size());
  }

  private static @Nullable Integer before(@Nullable String text) {
    return text != null && text.matches("[0-9]{1,9}") ? Integer.valueOf(text) : null;
  }

  private PullRequestsPage.Line line(String root, PullRequestRow row) {
    return new PullRequestsPage.Line(
        row.number(),
        root + "/" + row.number(),
        PullRequestWords.of(words, row),
        row.title(),
        row.source(),
        row.target(),
        row.authorName(),
        row.additions(),
        row.deletions(),
        When.ago(words, row.updatedAt()));
  }

  /** The form that opens one. */
  Asked.Shown opening(Asked asked) {
    String application = asked.application();
    String repository = rooms.applications().show(application).repository();
    List<BranchView> branches =
        rooms.branches().list(repository, asked.reader().principal()).stream()
            .filter(b -> !Branches.FIXED.equals(b.kind()) && b.ahead() > 0)
            .toList();
    String source = Shells.or(asked.query("source"), "");
    String title =
        branches.stream()
            .filter(b -> b.name().equals(source))
            .map(BranchView::subject)
            .findFirst()
            .orElse("");
    String headline = words.say("pulls.new");
    Shell shell =
        asked
            .around()
            .below(
                "pullnew",
                headline,
                application,
                list(application),
                new Shell.Crumb(headline, null));
    OpenPullRequestPage page =
        new OpenPullRequestPage(
            headline, application, source, branches.stream().map(BranchView::name).toList(), title);
    return new Asked.Shown("pullnew", shell, page);
  }

  private Shell.Crumb list(String application) {
    return new Shell.Crumb(words.say("pulls"), "/applications/" + application + "/pull-requests");
  }

  /** One tab of one. */
  Asked.Shown one(Asked asked, String tab) {
    String application = asked.application();
    String repository = rooms.applications().show(application).repository();
    int number = number(asked);
    PullRequestView view =
        rooms.pullRequests().show(repository, number, asked.reader().principal());
    PullRequestRow row = view.row();
    String address = "/applications/" + application + "/pull-requests/" + number;
    PullRequestTalk talk = new PullRequestTalk(words, view);
    DiffPanel files = null;
    if (tab.equals("files")) {
      Diff diff = rooms.pullRequests().diff(repository, number);
      files =
          new DiffPanels(
                  words,
                  address,
                  asked.query("at"),
                  byLine(view, talk),
                  talk.open() && asked.reader().access().may(Right.PUSH, application),
                  rooms.pullRequests().viewed(repository, number, asked.reader().principal()))
              .of(diff);
    }
    PullRequestPage page =
        new PullRequestPage(
            application,
            number,
            row.title(),
            PullRequestWords.of(words, row),
            row.authorName(),
            words.count("pull.wants", row.commits()),
            row.source(),
            row.target(),
            row.head(),
            tab,
            tabs(address, tab, view),
            row.additions(),
            row.deletions(),
            tab.equals("conversation") ? talk.conversation() : null,
            tab.equals("commits") ? view.commits() : List.of(),
            files,
            files == null ? "" : words.say("diff.progress", files.viewed(), files.files().size()),
            files == null || !talk.open() ? null : findings(row),
            new PullRequestSide(words, view, people(application, row), mayNotMerge(asked, row))
                .side());
    Shell.Crumb here = new Shell.Crumb("#" + number, null);
    Shell shell =
        asked
            .around()
            .below("pull", row.title() + " #" + number, application, list(application), here);
    return new Asked.Shown("pull", shell, page);
  }

  private @Nullable FindingsPanel findings(PullRequestRow row) {
    return new FindingsPanels(rooms, words)
        .of(row.repository(), row.head())
        .filter(panel -> !panel.lines().isEmpty())
        .orElse(null);
  }

  /** What goes into production takes the role that production's branch declares. */
  private String mayNotMerge(Asked asked, PullRequestRow row) {
    Access access = asked.reader().access();
    Strategy strategy = Strategy.of(rooms.applications(), row.repository());
    boolean may =
        access.may(Right.PUSH, asked.application())
            && (!strategy.production().contains(row.target())
                || access.may(Right.MERGE, asked.application(), strategy.protection().merge()));
    return may ? "" : asked.reader().mayLookOnly(rooms.subjects().application(asked.application()));
  }

  /** Who may review it: all who may push, but its author. */
  private List<PullRequestPage.Person> people(String application, PullRequestRow row) {
    return rooms.identity().users().stream()
        .filter(user -> user.may(Right.PUSH, application) && !user.name().equals(row.author()))
        .map(user -> new PullRequestPage.Person(user.name(), user.displayName()))
        .toList();
  }

  private static Map<String, List<PullRequestPage.Thread>> byLine(
      PullRequestView view, PullRequestTalk talk) {
    Map<String, List<PullRequestPage.Thread>> threads = new LinkedHashMap<>();
    for (Comment first : view.comments()) {
      Comment.Place place = first.place();
      if (place != null && first.replyTo() == null && !place.outdated()) {
        threads
            .computeIfAbsent(
                DiffPanels.place(place.path(), place.oldSide(), place.line()),
                key -> new ArrayList<>())
            .add(talk.thread(first));
      }
    }
    return threads;
  }

  private List<Filter> tabs(String address, String tab, PullRequestView view) {
    int said = view.comments().size() + view.reviews().size();
    return List.of(
        Filter.counted(words.say("pull.conversation"), address, tab.equals("conversation"), said),
        Filter.counted(
            words.say("pull.commits"),
            address + "/commits",
            tab.equals("commits"),
            view.row().commits()),
        Filter.counted(
            words.say("pull.files"), address + "/files", tab.equals("files"), view.row().files()));
  }

  static int number(Asked asked) {
    String text = asked.path("number");
    if (!text.matches("[0-9]{1,9}")) {
      throw PlatformException.notFound(asked.words().say("error.nothing"));
    }
    return Integer.parseInt(text);
  }
}
