package dev.samdan.console;

import static dev.samdan.identity.Right.APPROVE;
import static dev.samdan.identity.Right.DEPLOY;
import static dev.samdan.identity.Right.MAINTAIN;

import dev.samdan.audit.Deed;
import dev.samdan.base.PlatformException;
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

/** What the buttons do: each a POST from a page of ours, answered with the page to look at next. */
final class Acting {
  private final ConsoleRooms rooms;
  private final Door door;

  Acting(ConsoleRooms rooms, Door door) {
    this.rooms = rooms;
    this.door = door;
  }

  /** One action; gives the address to go to. */
  @FunctionalInterface
  private interface Act {
    String by(Context context, String user);
  }

  void register(RoutesConfig routes) {
    Subjects of = rooms.subjects();
    post(routes, "/approvals/{token}", APPROVE, of::approval, "Answer an approval", this::answer);
    post(routes, "/executions/{execution}/retry", DEPLOY, of::execution, "Retry", this::retry);
    post(
        routes,
        "/executions/{execution}/stop",
        DEPLOY,
        of::execution,
        "Stop an execution",
        this::stop);
    post(routes, "/pipelines/{pipeline}/start", DEPLOY, of::pipeline, "Release", this::start);
    post(
        routes,
        "/deployment-groups/{group}/rollback",
        DEPLOY,
        of::group,
        "Roll back",
        this::rollback);
    post(
        routes,
        "/webhooks/{webhook}/send-again",
        MAINTAIN,
        id -> of.webhook(Long.parseLong(id)),
        "Send messages again",
        this::sendAgain);
  }

  /** A button that does something to what the one name in its path stands for. */
  private void post(
      RoutesConfig routes,
      String path,
      Right needs,
      Function<String, Subject> find,
      String action,
      Act act) {
    String name = path.substring(path.indexOf('{') + 1, path.indexOf('}'));
    routes.post(
        path,
        context -> {
          Door.checkOrigin(context);
          var reader = door.reader(context);
          if (reader.isEmpty()) {
            return;
          }
          try {
            Subject subject = find.apply(context.pathParam(name));
            Deed deed = deed(context, reader.get(), action, subject);
            if (!rooms.subjects().may(reader.get().access(), needs, subject)) {
              String why = reader.get().mayLookOnly(subject);
              rooms.audit().refused(deed, why);
              throw new PlatformException(PlatformException.Code.FORBIDDEN, why);
            }
            String user = reader.get().principal().user();
            context.redirect(rooms.audit().accompany(deed, () -> act.by(context, user)));
          } catch (PlatformException e) {
            // The page that the button stood on shows what is true now, with why the button did
            // nothing.
            context.redirect(back(context) + "?refused=" + RoomPages.encode(e.text()));
          }
        });
  }

  private static Deed deed(Context context, Door.Reader reader, String action, Subject subject) {
    StringJoiner told = new StringJoiner(", ");
    for (String name : List.of("decision", "comment", "reason")) {
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

  private static String back(Context context) {
    String back = context.formParam("back");
    return back != null && back.startsWith("/") && !back.startsWith("//") ? back : "/";
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

  private String rollback(Context context, String user) {
    return "/deployments/" + rooms.deployments().rollback(context.pathParam("group"), user).id();
  }

  private String sendAgain(Context context, String user) {
    rooms.rooms().sendAgain(Long.parseLong(context.pathParam("webhook")));
    return back(context);
  }

  private static String text(@Nullable String value) {
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
