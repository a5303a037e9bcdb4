package dev.samdan.console;

import static dev.samdan.identity.Right.APPROVE;
import static dev.samdan.identity.Right.DEPLOY;
import static dev.samdan.identity.Right.MAINTAIN;

import dev.samdan.audit.Deed;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Access;
import dev.samdan.identity.Right;
import dev.samdan.operations.Subject;
import dev.samdan.operations.Subjects;
import dev.samdan.pipeline.ExecutionView;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.StringJoiner;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the buttons do: each a POST from a page of ours, answered with the page to look at next. An
 * address that cannot be undone shows its question to a GET.
 */
final class Acting {
  /** Fields that the audit keeps; a secret's value is none of them. */
  private static final List<String> TOLD =
      List.of(
          "decision",
          "comment",
          "reason",
          "command",
          "environment",
          "name",
          "room",
          "application",
          "role");

  private final ConsoleRooms rooms;
  private final Door door;
  private final Reading reading;
  private final Questions questions;

  Acting(ConsoleRooms rooms, Door door, Reading reading) {
    this.rooms = rooms;
    this.door = door;
    this.reading = reading;
    this.questions = new Questions(rooms);
  }

  /** One action; gives the address to go to. */
  @FunctionalInterface
  interface Act {
    String by(Context context, String user);
  }

  /** One action for which it matters who does it and what they may. */
  @FunctionalInterface
  interface PersonalAct {
    String by(Context context, Access by);
  }

  /** What is asked before it. */
  @FunctionalInterface
  interface Asking {
    Question of(Asked asked);
  }

  void register(RoutesConfig routes) {
    Subjects of = rooms.subjects();
    Needs execution = new Needs(DEPLOY, c -> of.execution(c.pathParam("execution")));
    Needs pipeline = new Needs(DEPLOY, c -> of.pipeline(c.pathParam("pipeline")));
    Needs transition = new Needs(MAINTAIN, pipeline.of());
    Needs group = new Needs(DEPLOY, c -> of.group(c.pathParam("group")));
    Needs deployment = new Needs(DEPLOY, c -> of.deployment(c.pathParam("deployment")));
    post(
        routes,
        "/approvals/{token}",
        new Needs(APPROVE, c -> of.approval(c.pathParam("token"))),
        "Answer an approval",
        this::answer);
    ask(routes, "/approvals/{token}/approve", questions::approve);
    post(
        routes, "/executions/{execution}/retry", execution, "Retry", this::retry, questions::retry);
    post(
        routes,
        "/executions/{execution}/stop",
        execution,
        "Stop an execution",
        this::stop,
        questions::stop);
    post(routes, "/pipelines/{pipeline}/start", pipeline, "Release", this::start, questions::start);
    String stage = "/pipelines/{pipeline}/stages/{stage}/";
    post(
        routes,
        stage + "disable",
        transition,
        "Disable a transition",
        this::disable,
        questions::transition);
    post(routes, stage + "enable", transition, "Enable a transition", this::enable);
    post(
        routes,
        "/deployment-groups/{group}/rollback",
        group,
        "Roll back",
        this::rollback,
        questions::rollback);
    post(
        routes,
        "/deployments/{deployment}/shift",
        deployment,
        "Shift all traffic",
        this::shift,
        questions::shift);
    post(
        routes,
        "/deployments/{deployment}/continue",
        deployment,
        "End a wait",
        this::goOn,
        questions::goOn);
    new BranchActs(rooms).register(this, routes);
    new RoomActs(rooms).register(this, routes);
    new ApplicationActs(rooms).register(this, routes);
    new OwnActs(rooms, reading.once()).register(this, routes);
    new RemoteActs(rooms, reading.once()).register(this, routes);
    new PeopleActs(rooms, reading.once()).register(this, routes);
  }

  /** What must be allowed, on what. */
  record Needs(Right right, Function<Context, Subject> of) {}

  /** {@code action} is what the audit calls it. */
  void post(RoutesConfig routes, String path, Needs needs, String action, Act act) {
    personal(routes, path, needs, action, (context, by) -> act.by(context, by.principal().user()));
  }

  /** What a person keeps for themselves, such as what they have seen: no decision to record. */
  void mark(RoutesConfig routes, String path, Needs needs, PersonalAct act) {
    routes.post(
        path,
        context -> {
          Door.checkOrigin(context);
          var reader = door.reader(context);
          if (reader.isPresent()) {
            Access by = reader.get().access();
            rooms.subjects().require(by, needs.right(), needs.of().apply(context));
            context.redirect(act.by(context, by));
          }
        });
  }

  void personal(RoutesConfig routes, String path, Needs needs, String action, PersonalAct act) {
    routes.post(
        path,
        context -> {
          Door.checkOrigin(context);
          var reader = door.reader(context);
          if (reader.isEmpty()) {
            return;
          }
          try {
            Subject subject = needs.of().apply(context);
            Deed deed = deed(context, reader.get(), action, subject);
            if (!rooms.subjects().may(reader.get().access(), needs.right(), subject)) {
              String why = reader.get().mayLookOnly(subject);
              rooms.audit().refused(deed, why);
              throw new PlatformException(PlatformException.Code.FORBIDDEN, why);
            }
            Access by = reader.get().access();
            context.redirect(rooms.audit().accompany(deed, () -> act.by(context, by)));
          } catch (PlatformException e) {
            // The page that the button stood on shows what is true now, with why the button did
            // nothing.
            String back = back(context);
            String mark = back.contains("?") ? "&" : "?";
            context.redirect(back + mark + "refused=" + Brief.encoded(e.text()));
          }
        });
  }

  void post(RoutesConfig routes, String path, Needs needs, String action, Act act, Asking asking) {
    ask(routes, path, asking);
    post(routes, path, needs, action, act);
  }

  void ask(RoutesConfig routes, String path, Asking asking) {
    reading.get(
        routes,
        path,
        asked -> {
          Question question = asking.of(asked);
          return new Asked.Shown("ask", asked.around().page("ask", question.title(), ""), question);
        });
  }

  private static Deed deed(Context context, Door.Reader reader, String action, Subject subject) {
    StringJoiner told = new StringJoiner(", ");
    for (String name : TOLD) {
      String value = context.formParam(name);
      if (value != null && !value.isBlank()) {
        told.add(name + "=" + value.strip());
      }
    }
    return new Deed(
        reader.principal().user(),
        Deed.Door.CONSOLE,
        context.ip(),
        action,
        subject.application(),
        context.path(),
        told.toString());
  }

  /** The page that a button stood on; only one of ours. */
  static String back(Context context) {
    String back = context.formParam("back");
    return Door.local(back == null ? context.queryParam("back") : back);
  }

  private String answer(Context context, String user) {
    boolean approved = "approve".equals(context.formParam("decision"));
    UUID execution =
        rooms
            .pipelines()
            .answer(
                uuid(context.pathParam("token")),
                approved,
                text(context.formParam("comment")),
                user);
    return "/executions/" + execution;
  }

  private String retry(Context context, String user) {
    UUID id = uuid(context.pathParam("execution"));
    rooms.pipelines().retry(id, user);
    return "/executions/" + id;
  }

  private String stop(Context context, String user) {
    UUID id = uuid(context.pathParam("execution"));
    ExecutionView execution = rooms.pipelines().execution(id);
    rooms.pipelines().stop(execution.id(), true, text(context.formParam("reason")), user);
    return "/executions/" + id;
  }

  private String start(Context context, String user) {
    return "/executions/" + rooms.releases().release(context.pathParam("pipeline"), user);
  }

  private String disable(Context context, String user) {
    rooms
        .pipelines()
        .disableTransition(
            context.pathParam("pipeline"),
            context.pathParam("stage"),
            text(context.formParam("reason")),
            user);
    return back(context);
  }

  private String enable(Context context, String user) {
    rooms
        .pipelines()
        .enableTransition(context.pathParam("pipeline"), context.pathParam("stage"), user);
    return back(context);
  }

  private String rollback(Context context, String user) {
    return "/deployments/" + rooms.deployments().rollback(context.pathParam("group"), user).id();
  }

  private String shift(Context context, String user) {
    rooms.deployments().shiftNow(context.pathParam("deployment"));
    return back(context);
  }

  private String goOn(Context context, String user) {
    rooms.deployments().goOn(context.pathParam("deployment"));
    return back(context);
  }

  static String text(@Nullable String value) {
    return value == null ? "" : value.strip();
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new PlatformException(
          PlatformException.Code.NOT_FOUND, "there is nothing of this id", e);
    }
  }
}
