package dev.samdan.console;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.Access;
import dev.samdan.identity.Principal;
import dev.samdan.identity.Right;
import dev.samdan.pullrequest.Comment;
import dev.samdan.pullrequest.PullRequestView;
import dev.samdan.pullrequest.PullRequests;
import dev.samdan.pullrequest.Review;
import dev.samdan.source.Strategy;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the buttons of branches and pull requests do. */
final class BranchActs {
  private static final String ROOT = "/applications/{application}";
  private static final String ONE = ROOT + "/pull-requests/{number}";

  private final ConsoleRooms rooms;

  BranchActs(ConsoleRooms rooms) {
    this.rooms = rooms;
  }

  void register(Acting acting, RoutesConfig routes) {
    Acting.Needs push =
        new Acting.Needs(Right.PUSH, c -> rooms.subjects().application(c.pathParam("application")));
    Pull pull = (path, action, act) -> acting.personal(routes, ONE + path, push, action, act);
    acting.personal(routes, ROOT + "/branches", push, "Start a branch", this::start);
    acting.personal(routes, ROOT + "/pull-requests", push, "Open a pull request", this::open);
    pull.act("/comments", "Comment", this::comment);
    pull.act("/comments/{comment}/resolve", "Resolve a thread", this::resolve);
    acting.mark(routes, ONE + "/viewed", new Acting.Needs(Right.READ, push.of()), this::view);
    pull.act("/reviews", "Review", this::review);
    pull.act("/reviewers", "Ask for a review", this::askFor);
    pull.act("/merge", "Merge", this::merge);
    pull.act("/ready", "Take a pull request out of draft", then(pulls()::ready));
    pull.act("/checks", "Run the checks again", then(pulls()::check));
    pull.act("/reopen", "Open a pull request again", then(pulls()::reopen));
    pull.act("/close", "Close a pull request", then(pulls()::close));
    acting.ask(
        routes, ONE + "/close", a -> Questions.danger(a, "pull.close", "#" + a.path("number")));
    acting.ask(routes, ONE + "/merge", this::mergeAsked);
    acting.personal(routes, ROOT + "/release", push, "Open a release", this::release);
    acting.ask(
        routes,
        ROOT + "/release",
        a -> Questions.question(a, "primary", "release", a.application()));
  }

  /** A button of a pull request. */
  private interface Pull {
    void act(String path, String action, Acting.PersonalAct act);
  }

  /** What happens to a pull request without more to say. */
  private interface Plain {
    void of(String repository, int number, Principal by);
  }

  private Acting.PersonalAct then(Plain plain) {
    return (context, by) -> {
      plain.of(repository(context), number(context), by.principal());
      return page(context);
    };
  }

  private PullRequests pulls() {
    return rooms.pullRequests();
  }

  private String repository(Context context) {
    return rooms.applications().show(context.pathParam("application")).repository();
  }

  private static int number(Context context) {
    return Math.toIntExact(id(context, "number"));
  }

  private static long id(Context context, String name) {
    String text = context.pathParam(name);
    if (!text.matches("[0-9]{1,9}")) {
      throw PlatformException.notFound("there is no pull request or comment " + text);
    }
    return Long.parseLong(text);
  }

  private static String page(Context context) {
    return root(context) + "/pull-requests/" + context.pathParam("number");
  }

  private static String root(Context context) {
    return "/applications/" + context.pathParam("application");
  }

  private static @Nullable String given(Context context, String name) {
    String text = context.formParam(name);
    return text == null || text.isBlank() ? null : text.strip();
  }

  private String start(Context context, Access by) {
    String kind = Shells.or(given(context, "kind"), "");
    String name =
        rooms
            .branches()
            .start(repository(context), kind, given(context, "summary"), by.principal())
            .name();
    return root(context) + "/branches?started=" + Brief.encoded(name);
  }

  private String open(Context context, Access by) {
    PullRequests.Order order =
        new PullRequests.Order(
            repository(context),
            Shells.or(given(context, "source"), ""),
            null,
            given(context, "title"),
            given(context, "text"),
            context.formParam("draft") != null);
    return root(context) + "/pull-requests/" + pulls().create(order, by.principal()).number();
  }

  private String comment(Context context, Access by) {
    String path = given(context, "path");
    String line = given(context, "line");
    String replyTo = given(context, "replyTo");
    Comment.Place place = null;
    if (path != null && line != null && line.matches("[0-9]{1,9}")) {
      boolean oldSide = "old".equals(given(context, "side"));
      PullRequestView view = pulls().show(repository(context), number(context), by.principal());
      place = new Comment.Place(path, Integer.parseInt(line), oldSide, view.row().head(), false);
    }
    Long first = replyTo != null && replyTo.matches("[0-9]{1,18}") ? Long.valueOf(replyTo) : null;
    String text = Shells.or(given(context, "text"), "");
    long id =
        pulls().comment(repository(context), number(context), text, place, first, by.principal());
    return Acting.back(context) + "#comment-" + id;
  }

  private String resolve(Context context, Access by) {
    pulls().resolve(repository(context), number(context), id(context, "comment"), by.principal());
    return Acting.back(context);
  }

  private String review(Context context, Access by) {
    String verdict = Shells.or(given(context, "verdict"), "");
    if (verdict.equals("comment")) {
      return comment(context, by);
    }
    pulls()
        .review(
            repository(context),
            number(context),
            given(context, "commit"),
            verdict.equals("approved") ? Review.Verdict.APPROVED : Review.Verdict.CHANGES_REQUESTED,
            Shells.or(given(context, "text"), ""),
            context.formParam("tests") != null,
            by.principal());
    return page(context);
  }

  /** The reader's own mark; the next file is the one to look at then. */
  private String view(Context context, Access by) {
    String path = Shells.or(given(context, "path"), "");
    String content = given(context, "content");
    if (path.isEmpty() || path.length() > 4_096 || (content != null && content.length() > 64)) {
      throw PlatformException.invalid("there is no such file to mark as viewed");
    }
    pulls().view(repository(context), number(context), path, content, by.principal());
    return Acting.back(context);
  }

  private String askFor(Context context, Access by) {
    pulls()
        .ask(
            repository(context),
            number(context),
            Shells.or(given(context, "name"), ""),
            by.principal());
    return page(context);
  }

  /** What goes into production takes the role that production's branch declares. */
  private String merge(Context context, Access by) {
    String repository = repository(context);
    int number = number(context);
    Strategy strategy = Strategy.of(rooms.applications(), repository);
    String target = pulls().show(repository, number, by.principal()).row().target();
    if (strategy.production().contains(target)) {
      by.require(Right.MERGE, context.pathParam("application"), strategy.protection().merge());
    }
    pulls()
        .merge(
            repository,
            number,
            given(context, "commit"),
            given(context, "override"),
            by.principal());
    return page(context);
  }

  private Question mergeAsked(Asked asked) {
    String application = asked.application();
    String repository = rooms.applications().show(application).repository();
    PullRequestView view =
        pulls().show(repository, PullRequestPages.number(asked), asked.reader().principal());
    Question question =
        Questions.question(
            asked,
            "primary",
            "pull.merge",
            "#" + view.row().number(),
            view.row().source(),
            view.row().target());
    String commit = asked.query("commit");
    return commit == null ? question : Questions.with(question, Map.of("commit", commit));
  }

  private String release(Context context, Access by) {
    String repository = repository(context);
    Integer open = pulls().nextRelease(repository, by.principal()).open();
    if (open != null) {
      return root(context) + "/pull-requests/" + open;
    }
    String integration = rooms.branches().policy(repository).integration();
    PullRequests.Order order =
        new PullRequests.Order(repository, integration, null, null, null, false);
    return root(context) + "/pull-requests/" + pulls().create(order, by.principal()).number();
  }
}
