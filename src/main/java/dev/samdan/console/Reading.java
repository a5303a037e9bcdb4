package dev.samdan.console;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.Right;
import dev.samdan.operations.Subject;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pages that are read: which address shows what. */
final class Reading {
  private static final Logger LOG = LoggerFactory.getLogger(Reading.class);

  private final ConsoleRooms rooms;
  private final Door door;
  private final Pages pages;
  private final Shells shells;
  private final Once once = new Once();

  Reading(ConsoleRooms rooms, Door door, Pages pages) {
    this.rooms = rooms;
    this.door = door;
    this.pages = pages;
    this.shells = new Shells(rooms);
  }

  /** What buttons make and pages show once. */
  Once once() {
    return once;
  }

  /** One page: what it shows to whom. */
  @FunctionalInterface
  interface Page {
    Asked.Shown of(Asked asked);
  }

  void register(RoutesConfig routes) {
    get(routes, "/", a -> new HomePages(rooms, a.words()).shown(a));
    get(routes, "/waiting", a -> new WaitingPages(rooms, a.words()).shown(a));
    get(routes, "/rooms", a -> new RoomPages(rooms, a.reader()).shown(a));
    get(routes, "/images", a -> new ImagePages(rooms, a.words()).all(a));
    get(routes, "/settings", a -> new MinePages(rooms, a.words(), once).shown(a));
    get(routes, "/settings/people", a -> new PeoplePages(rooms, a.words(), once).shown(a));
    get(routes, "/settings/people/{user}", a -> new PeoplePages(rooms, a.words(), once).one(a));
    get(routes, "/settings/remotes", a -> new RemotesPages(rooms, a.words(), once).shown(a));
    get(routes, "/audit", a -> new AuditPages(rooms, a.words()).shown(a));
    routes.get("/audit/export", this::export);
    get(routes, "/places", Reading::places);
    get(routes, "/applications", a -> new HomePages(rooms, a.words()).shown(a));
    get(routes, "/applications/new", a -> new FirstRunPages(rooms, a.words()).shown(a, "APP"));
    String application = "/applications/{application}";
    get(routes, application, a -> new OverviewPages(rooms, a.words()).shown(a));
    get(routes, application + "/pipelines", a -> new PipelinePages(rooms, a.words()).shown(a));
    get(routes, application + "/branches", a -> new BranchPages(rooms, a.words()).shown(a));
    get(routes, application + "/strategy", a -> new BranchPages(rooms, a.words()).strategy(a));
    get(routes, application + "/branches/new", a -> new BranchPages(rooms, a.words()).start(a));
    String pulls = application + "/pull-requests";
    get(routes, pulls, a -> new PullRequestPages(rooms, a.words()).shown(a));
    get(routes, pulls + "/new", a -> new PullRequestPages(rooms, a.words()).opening(a));
    String pull = pulls + "/{number}";
    get(routes, pull, a -> new PullRequestPages(rooms, a.words()).one(a, "conversation"));
    get(routes, pull + "/commits", a -> new PullRequestPages(rooms, a.words()).one(a, "commits"));
    get(routes, pull + "/files", a -> new PullRequestPages(rooms, a.words()).one(a, "files"));
    get(routes, application + "/deployments", a -> new DeploymentLists(rooms, a.words()).shown(a));
    get(routes, application + "/images", a -> new ImagePages(rooms, a.words()).shown(a));
    get(routes, application + "/data", a -> new DataPages(rooms, a.words()).shown(a));
    get(routes, application + "/jobs", a -> new JobPages(rooms, a.words()).shown(a));
    get(routes, application + "/settings", a -> new SettingsPages(rooms, a.words()).shown(a));
    get(routes, "/executions/{execution}", a -> new ExecutionPages(rooms, a.words()).shown(a));
    get(routes, "/deployments/{deployment}", a -> new DeploymentPages(rooms, a.words()).shown(a));
    get(routes, "/task-runs/{run}", a -> new JobPages(rooms, a.words()).run(a));
    routes.get("/approvals/{token}", this::approvalLink);
    new LogRoutes(rooms, door, pages).register(routes);
    routes.error(
        404,
        "text/html",
        context ->
            door.reader(context)
                .ifPresent(reader ->
                    problem(
                        context,
                        reader,
                        PlatformException.notFound(reader.words().say("error.nothing")))));
  }

  /** Answers an address with a page, or with what is wrong. */
  void get(RoutesConfig routes, String path, Page page) {
    routes.get(
        path,
        context -> {
          Optional<Door.Reader> reader = door.reader(context);
          if (reader.isPresent()) {
            answer(context, reader.get(), page);
          }
        });
  }

  /** Makes the page of a reader and sends it. */
  void answer(Context context, Door.Reader reader, Page page) {
    try {
      subject(context).ifPresent(s -> rooms.subjects().require(reader.access(), Right.READ, s));
      Asked asked = new Asked(context, reader, shells.of(reader, visit(context)));
      show(context, 200, page.of(asked));
    } catch (PlatformException e) {
      problem(context, reader, e);
    } catch (RuntimeException e) {
      String id = UUID.randomUUID().toString().substring(0, 8);
      LOG.error("{} could not be shown (request {})", context.path(), id, e);
      problem(
          context,
          reader,
          new PlatformException(
              PlatformException.Code.INTERNAL, reader.words().say("error.internal", id), e));
    }
  }

  /** What a page is about, by the name in its address; empty for one of all that may be read. */
  private Optional<Subject> subject(Context context) {
    Map<String, String> names = context.pathParamMap();
    if (names.containsKey("application")) {
      String application = names.get("application");
      return Optional.of(rooms.subjects().application(application));
    }
    if (names.containsKey("execution")) {
      return Optional.of(rooms.subjects().execution(names.get("execution")));
    }
    if (names.containsKey("deployment")) {
      return Optional.of(rooms.subjects().deployment(names.get("deployment")));
    }
    return Optional.ofNullable(names.get("run"))
        .flatMap(rooms.jobs()::run)
        .map(run -> rooms.subjects().application(run.application()));
  }

  private static Shells.Visit visit(Context context) {
    String query = context.queryString();
    String refused = context.queryParam("refused");
    boolean plain = query == null || refused != null;
    return new Shells.Visit(
        plain ? context.path() : context.path() + "?" + query, Shells.or(refused, ""));
  }

  private void show(Context context, int status, Asked.Shown shown) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("shell", shown.shell());
    parameters.put("page", shown.page());
    pages.show(context, status, shown.template(), parameters);
  }

  /** An error as a page; where even the shell cannot be made, as a sentence. */
  private void problem(Context context, Door.Reader reader, PlatformException e) {
    int status = e.code().httpStatus();
    try {
      String title =
          reader.words().say("error.title." + (status == 403 || status == 404 ? status : 500));
      Shell shell = shells.of(reader, visit(context)).page("error", title, "");
      show(
          context, status, new Asked.Shown("error", shell, new ErrorPage(status, title, e.text())));
    } catch (RuntimeException again) {
      LOG.error("not even the error page of {} could be shown", context.path(), again);
      context.status(status).contentType("text/plain; charset=utf-8").result(e.text());
    }
  }

  private void export(Context context) {
    Optional<Door.Reader> reader = door.reader(context);
    if (reader.isEmpty()) {
      return;
    }
    try {
      new AuditPages(rooms, reader.get().words()).export(context, reader.get());
    } catch (PlatformException e) {
      problem(context, reader.get(), e);
    }
  }

  /** The palette as a page, for who has no scripts. */
  private static Asked.Shown places(Asked asked) {
    Shell shell = asked.around().page("places", asked.words().say("goto"), "");
    return new Asked.Shown("places", shell, shell.places());
  }

  /** The link of a message: it only leads to the page; deciding is a POST. */
  private void approvalLink(Context context) {
    if (door.reader(context).isEmpty()) {
      return;
    }
    String token = context.pathParam("token");
    String path =
        rooms.pipelines().waitingApprovals(null).stream()
            .filter(w -> w.token().toString().equals(token))
            .map(w -> "/executions/" + w.executionId())
            .findFirst()
            .orElse("/waiting");
    context.redirect(path);
  }
}
