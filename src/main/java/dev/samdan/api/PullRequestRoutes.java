package dev.samdan.api;

import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.post;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.Right;
import dev.samdan.operations.Subject;
import dev.samdan.pullrequest.Comment;
import dev.samdan.pullrequest.PullRequestEvent;
import dev.samdan.pullrequest.PullRequestFilter;
import dev.samdan.pullrequest.PullRequests;
import dev.samdan.pullrequest.Review;
import dev.samdan.source.Strategy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Pull requests, releases and hotfixes of an application's repository. */
final class PullRequestRoutes {
  private static final String ROOT = "/applications/{application}";
  private static final String ONE = ROOT + "/pull-requests/{number}";
  private static final int MOST = 200;

  private final ApiRooms rooms;

  PullRequestRoutes(ApiRooms rooms) {
    this.rooms = rooms;
  }

  List<Route> routes() {
    Stream<Route> ofRepository =
        Stream.of(
            get(
                ROOT + "/pull-requests",
                Right.READ,
                "Pull requests, newest first",
                this::list,
                "repository",
                "state",
                "source",
                "before",
                "limit"),
            post(
                ROOT + "/pull-requests",
                Right.PUSH,
                "Open a pull request; the strategy names the target",
                this::create,
                "repository",
                "source",
                "target",
                "title",
                "text",
                "draft"),
            get(
                ONE,
                Right.READ,
                "A pull request with its checks, timeline and commits",
                this::show,
                "repository"),
            get(
                ONE + "/diff",
                Right.READ,
                "Its files, compared with the commit that it is made from",
                r -> pulls().diff(repository(r), number(r)),
                "repository"),
            post(
                ONE + "/comments",
                Right.PUSH,
                "Comment on the whole, on a line, or in a thread",
                this::comment,
                "repository",
                "text",
                "path",
                "line",
                "oldSide",
                "replyTo"),
            post(
                ONE + "/comments/{comment}/resolve",
                Right.PUSH,
                "Call a thread done",
                r -> {
                  long comment = id(r.path("comment"), "a comment's id");
                  pulls().resolve(repository(r), number(r), comment, r.principal());
                  return show(r);
                },
                "repository"),
            post(
                ONE + "/reviews",
                Right.PUSH,
                "Approve, or ask for changes",
                this::review,
                "repository",
                "commit",
                "verdict",
                "text",
                "allowTestChanges"),
            post(
                ONE + "/reviewers",
                Right.PUSH,
                "Ask a person for a review",
                r -> {
                  pulls().ask(repository(r), number(r), r.required("reviewer"), r.principal());
                  return show(r);
                },
                "repository",
                "reviewer"),
            post(
                ONE + "/ready",
                Right.PUSH,
                "A draft asks to be merged",
                r -> {
                  pulls().ready(repository(r), number(r), r.principal());
                  return show(r);
                },
                "repository"),
            post(
                ONE + "/checks",
                Right.PUSH,
                "Run the failed checks again",
                r -> {
                  pulls().check(repository(r), number(r), r.principal());
                  return show(r);
                },
                "repository"),
            post(
                ONE + "/merge",
                Right.PUSH,
                "Merge it, and delete its branch",
                this::merge,
                "repository",
                "commit",
                "override"),
            post(
                ONE + "/close",
                Right.PUSH,
                "Nobody wants it any more",
                r -> {
                  pulls().close(repository(r), number(r), r.principal());
                  return show(r);
                },
                "repository"),
            post(
                ONE + "/reopen",
                Right.PUSH,
                "Open a closed one again",
                r -> {
                  pulls().reopen(repository(r), number(r), r.principal());
                  return show(r);
                },
                "repository"),
            get(
                ROOT + "/release",
                Right.READ,
                "What a release would bring now",
                r -> pulls().nextRelease(repository(r), r.principal()),
                "repository"),
            post(
                ROOT + "/release",
                Right.PUSH,
                "Release: open its pull request where none is, and merge it",
                this::release,
                "repository",
                "override"),
            get(
                ROOT + "/hotfixes",
                Right.READ,
                "Merged hotfixes, newest first, and how far each is",
                r -> Map.of("hotfixes", pulls().hotfixes(repository(r), r.limit(50, MOST))),
                "repository",
                "limit"),
            get(
                ROOT + "/branch-graph",
                Right.READ,
                "The branches as lanes, with merges, tags and what is live",
                r -> pulls().graph(repository(r), r.principal()),
                "repository"));
    Route events =
        get(
            "/pull-request-events",
            Right.READ,
            "What happened to pull requests after an event, oldest first; next is where to go on",
            this::events,
            "after",
            "limit");
    return Stream.concat(ofRepository.map(route -> route.about(this::owners)), Stream.of(events))
        .toList();
  }

  private PullRequests pulls() {
    return rooms.pullRequests();
  }

  /**
   * The application's own, or another one that a tier of it lives in; never one that is another
   * application's own, which any samdan.yml may name.
   */
  private String repository(Route.Request request) {
    String application = request.path("application");
    String asked = request.query("repository");
    String repository = asked == null ? rooms.applications().show(application).repository() : asked;
    if (!Strategy.owners(rooms.applications(), repository).contains(application)) {
      throw PlatformException.notFound(application + " is no owner of a repository " + repository);
    }
    return repository;
  }

  /** As with git: who may look at one of the owners may read, anything else takes all of them. */
  private Subject owners(Route.Request request) {
    return rooms.subjects().repository(repository(request));
  }

  /** What goes into production takes the role that production's branch declares, in each owner. */
  private void requireMerge(Route.Request request, String repository, Strategy strategy) {
    for (String owner : Strategy.owners(rooms.applications(), repository)) {
      request.access().require(Right.MERGE, owner, strategy.protection().merge());
    }
  }

  private Object events(Route.Request request) {
    long after = request.offset("after");
    List<PullRequestEvent> events = pulls().eventsAfter(after, request.limit(100, 500));
    Map<String, Boolean> seen = new HashMap<>();
    return Map.of(
        "events",
        events.stream()
            .filter(e -> seen.computeIfAbsent(e.repository(), r -> sees(request, r)))
            .toList(),
        "next",
        events.isEmpty() ? after : events.getLast().id());
  }

  private boolean sees(Route.Request request, String repository) {
    return rooms
        .subjects()
        .may(request.access(), Right.READ, rooms.subjects().repository(repository));
  }

  private static int number(Route.Request request) {
    return (int) id(request.path("number"), "a pull request's number");
  }

  private static long id(String text, String what) {
    try {
      return Math.toIntExact(Long.parseLong(text));
    } catch (NumberFormatException | ArithmeticException e) {
      throw PlatformException.invalid("'" + text + "' is not " + what);
    }
  }

  private Object list(Route.Request request) {
    String before = request.query("before");
    PullRequestFilter filter =
        new PullRequestFilter(
            repository(request),
            request.query("state") == null ? "open" : String.valueOf(request.query("state")),
            request.query("source"),
            before == null ? null : (int) id(before, "a pull request's number"));
    return Map.of(
        "pullRequests", pulls().list(filter, request.limit(50, MOST), request.principal()));
  }

  private Object create(Route.Request request) {
    return pulls()
        .create(
            new PullRequests.Order(
                repository(request),
                request.required("source"),
                request.optionalText("target"),
                request.optionalText("title"),
                request.optionalText("text"),
                flag(request, "draft")),
            request.principal());
  }

  private Object show(Route.Request request) {
    return pulls().show(repository(request), number(request), request.principal());
  }

  private Object comment(Route.Request request) {
    JsonNode replyTo = request.body().path("replyTo");
    long id =
        pulls()
            .comment(
                repository(request),
                number(request),
                request.required("text"),
                place(request),
                replyTo.isIntegralNumber() ? replyTo.asLong() : null,
                request.principal());
    return Map.of("id", id);
  }

  private Comment.@Nullable Place place(Route.Request request) {
    String path = request.optionalText("path");
    JsonNode line = request.body().path("line");
    if (path == null) {
      return null;
    }
    if (!line.isIntegralNumber() || line.asInt() < 1) {
      throw PlatformException.invalid("'line' must be the number of a line of " + path);
    }
    String head =
        pulls().show(repository(request), number(request), request.principal()).row().head();
    return new Comment.Place(path, line.asInt(), flag(request, "oldSide"), head, false);
  }

  private Object review(Route.Request request) {
    Review.Verdict verdict =
        switch (request.required("verdict")) {
          case "approved" -> Review.Verdict.APPROVED;
          case "changes-requested" -> Review.Verdict.CHANGES_REQUESTED;
          default ->
              throw PlatformException.invalid("'verdict' must be approved or changes-requested");
        };
    pulls()
        .review(
            repository(request),
            number(request),
            request.optionalText("commit"),
            verdict,
            request.textOr("text", ""),
            flag(request, "allowTestChanges"),
            request.principal());
    return show(request);
  }

  private Object merge(Route.Request request) {
    String repository = repository(request);
    Strategy strategy = Strategy.of(rooms.applications(), repository);
    String target = pulls().show(repository, number(request), request.principal()).row().target();
    if (strategy.production().contains(target)) {
      requireMerge(request, repository, strategy);
    }
    return pulls()
        .merge(
            repository,
            number(request),
            request.optionalText("commit"),
            request.optionalText("override"),
            request.principal());
  }

  private Object release(Route.Request request) {
    String repository = repository(request);
    requireMerge(request, repository, Strategy.of(rooms.applications(), repository));
    return pulls().release(repository, request.optionalText("override"), request.principal());
  }

  private static boolean flag(Route.Request request, String name) {
    JsonNode value = request.body().path(name);
    if (!value.isMissingNode() && !value.isNull() && !value.isBoolean()) {
      throw PlatformException.invalid("'" + name + "' must be true or false");
    }
    return value.asBoolean(false);
  }
}
