package dev.samdan.console;

import dev.samdan.application.Environment;
import dev.samdan.base.PlatformException;
import dev.samdan.deploy.Deployment;
import dev.samdan.identity.Right;
import dev.samdan.operations.Subject;
import dev.samdan.operations.Subjects;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineView;
import dev.samdan.pipeline.WaitingApproval;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The pages that are read: which address shows what. */
final class Reading {
  private static final Logger LOG = LoggerFactory.getLogger(Reading.class);
  private static final int PAGE = 50;

  private final ConsoleRooms rooms;
  private final Door door;
  private final Pages pages;
  private final Shells shells;

  Reading(ConsoleRooms rooms, Door door, Pages pages) {
    this.rooms = rooms;
    this.door = door;
    this.pages = pages;
    this.shells = new Shells(rooms);
  }

  /** One page: what it shows to a reader. */
  @FunctionalInterface
  private interface Page {
    Shown of(Context context, Door.Reader reader);
  }

  /** A template and its parameters. */
  private record Shown(String template, Shell shell, Object page) {}

  void register(RoutesConfig routes) {
    get(routes, "/", this::home);
    get(routes, "/waiting", this::waiting);
    get(routes, "/rooms", this::rooms);
    get(routes, "/applications", this::home);
    get(routes, "/applications/{application}", this::overview);
    get(routes, "/applications/{application}/pipelines", this::pipelines);
    get(routes, "/applications/{application}/deployments", this::deployments);
    get(routes, "/executions/{execution}", this::execution);
    get(routes, "/deployments/{deployment}", this::deployment);
    routes.get("/approvals/{token}", this::approvalLink);
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

  private void get(RoutesConfig routes, String path, Page page) {
    routes.get(
        path,
        context -> {
          Optional<Door.Reader> reader = door.reader(context);
          if (reader.isEmpty()) {
            return;
          }
          try {
            requireReading(context, path, reader.get());
            show(context, 200, reader.get(), page.of(context, reader.get()));
          } catch (PlatformException e) {
            problem(context, reader.get(), e);
          } catch (RuntimeException e) {
            String id = UUID.randomUUID().toString().substring(0, 8);
            LOG.error("{} could not be shown (request {})", context.path(), id, e);
            problem(
                context,
                reader.get(),
                new PlatformException(
                    PlatformException.Code.INTERNAL,
                    reader.get().words().say("error.internal", id),
                    e));
          }
        });
  }

  /** A page of an application is for those who may look at it. */
  private void requireReading(Context context, String path, Door.Reader reader) {
    Subjects of = rooms.subjects();
    Subject subject = null;
    if (path.contains("{application}")) {
      subject = of.application(context.pathParam("application"));
    } else if (path.contains("{execution}")) {
      subject = of.execution(context.pathParam("execution"));
    } else if (path.contains("{deployment}")) {
      subject = of.deployment(context.pathParam("deployment"));
    }
    if (subject != null) {
      of.require(reader.access(), Right.READ, subject);
    }
  }

  private void show(Context context, int status, Door.Reader reader, Shown shown) {
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("shell", shown.shell());
    parameters.put("page", shown.page());
    pages.show(context, status, shown.template(), parameters);
  }

  /** An error as a page; where even the shell cannot be made, as a sentence. */
  private void problem(Context context, Door.Reader reader, PlatformException e) {
    int status = e.code().httpStatus();
    try {
      Shell shell =
          shells
              .of(reader, context.path())
              .page("error", reader.words().say("error.title." + (status == 404 ? 404 : 500)), "");
      show(
          context,
          status,
          reader,
          new Shown("error", shell, new ErrorPage(status, shell.title(), e.text())));
    } catch (RuntimeException again) {
      LOG.error("not even the error page of {} could be shown", context.path(), again);
      context.status(status).contentType("text/plain; charset=utf-8").result(e.text());
    }
  }

  private Shown home(Context context, Door.Reader reader) {
    Shells.Around around = shells.of(reader, context.path());
    if (rooms.applications().list().isEmpty()) {
      FirstRunPage page = new FirstRunPage(reader.words().say("first.headline"), rooms.url());
      return new Shown("firstrun", around.page("home", page.headline(), "home"), page);
    }
    HomePage page = new HomePages(rooms, reader.words()).page(around.lives());
    String place = context.path().equals("/applications") ? "applications" : "home";
    return new Shown("home", around.page("home", page.headline(), place), page);
  }

  private Shown waiting(Context context, Door.Reader reader) {
    List<WaitingApproval> waiting =
        rooms.pipelines().waitingApprovals(null).stream()
            .filter(w -> reader.access().may(Right.READ, w.application()))
            .toList();
    List<ApprovalCard> cards =
        waiting.stream().map(w -> new Approvals(rooms, reader.words()).card(w)).toList();
    String headline =
        cards.isEmpty()
            ? reader.words().say("waiting.none")
            : reader.words().count("waiting.some", cards.size());
    Shell shell = shells.of(reader, context.path()).page("waiting", headline, "waiting");
    return new Shown("waiting", shell, new WaitingPage(headline, cards));
  }

  private Shown rooms(Context context, Door.Reader reader) {
    RoomsPage page = new RoomPages(rooms, reader).page(context.queryParam("room"));
    Shown shown =
        new Shown(
            "rooms", shells.of(reader, context.path()).page("rooms", page.room(), "rooms"), page);
    RoomPages.markRead(rooms, reader, page);
    return shown;
  }

  private Shown overview(Context context, Door.Reader reader) {
    String application = context.pathParam("application");
    Shells.Around around = shells.of(reader, context.path());
    rooms.applications().show(application);
    List<Environment> environments = rooms.applications().environments(application);
    if (environments.isEmpty()) {
      FirstRunPage page =
          new FirstRunPage(
              reader.words().say("first.headline"), rooms.url() + "/git/" + application + ".git");
      return new Shown(
          "firstrun",
          around.application("overview", page.headline(), application, "overview"),
          page);
    }
    Environment environment = chosen(environments, context.queryParam("env"));
    OverviewPage page = new OverviewPages(rooms, reader.words()).page(environment, environments);
    return new Shown(
        "overview",
        around.application(
            "overview", page.headline(), application, "overview", environment.name()),
        page);
  }

  private static Environment chosen(List<Environment> environments, @Nullable String name) {
    return environments.stream()
        .filter(e -> e.name().equals(name))
        .findFirst()
        .or(() -> environments.stream().filter(Environment::production).findFirst())
        .orElse(environments.getFirst());
  }

  private Shown pipelines(Context context, Door.Reader reader) {
    String application = context.pathParam("application");
    rooms.applications().show(application);
    PipelinesPage page =
        new PipelinePages(rooms, reader.words())
            .page(application, context.queryParam("pipeline"), context.queryParam("before"), PAGE);
    Shell shell =
        shells
            .of(reader, context.path())
            .application("pipelines", page.headline(), application, "pipelines");
    return new Shown("pipelines", shell, page);
  }

  private Shown deployments(Context context, Door.Reader reader) {
    String application = context.pathParam("application");
    rooms.applications().show(application);
    DeploymentsPage page = new DeploymentPages(rooms, reader.words()).list(application);
    Shell shell =
        shells
            .of(reader, context.path())
            .application("deployments", page.headline(), application, "deployments");
    return new Shown("deployments", shell, page);
  }

  private Shown deployment(Context context, Door.Reader reader) {
    String id = context.pathParam("deployment");
    Deployment deployment =
        rooms
            .deployments()
            .show(id)
            .orElseThrow(() -> PlatformException.notFound(reader.words().say("error.nothing")));
    DeploymentPage page = new DeploymentPages(rooms, reader.words()).page(deployment);
    Shell shell =
        shells
            .of(reader, context.path())
            .application(
                "deployment",
                page.headline(),
                deployment.application(),
                "deployments",
                deployment.environment(),
                id);
    return new Shown("deployment", shell, page);
  }

  private Shown execution(Context context, Door.Reader reader) {
    ExecutionView execution = rooms.pipelines().execution(context.pathParam("execution"));
    ExecutionPage page =
        new ExecutionPages(rooms, reader.words())
            .page(execution, context.queryParam("action"), "all".equals(context.queryParam("log")));
    PipelineView pipeline = rooms.pipelines().show(execution.pipeline());
    Shell shell =
        shells
            .of(reader, context.path())
            .application(
                "execution",
                page.headline(),
                pipeline.application(),
                "pipelines",
                execution.pipeline(),
                "#" + execution.number());
    return new Shown("execution", shell, page);
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
