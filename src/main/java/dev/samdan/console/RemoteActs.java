package dev.samdan.console;

import static dev.samdan.identity.Right.ADMIN;
import static dev.samdan.identity.Right.MAINTAIN;

import dev.samdan.application.Application;
import dev.samdan.base.PlatformException;
import dev.samdan.github.ConnectOrder;
import dev.samdan.github.Connected;
import dev.samdan.identity.Access;
import dev.samdan.source.RemoteOrder;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What the buttons of the repositories elsewhere do. */
final class RemoteActs {
  private static final String PAGE = "/settings/remotes";
  private static final String ONE = "/applications/{application}/remotes/{repository}";

  /** A page is not waited for longer; the fetch goes on. */
  private static final Duration WAIT = Duration.ofSeconds(10);

  private final ConsoleRooms rooms;
  private final Once once;

  RemoteActs(ConsoleRooms rooms, Once once) {
    this.rooms = rooms;
    this.once = once;
  }

  void register(Acting acting, RoutesConfig routes) {
    Acting.Needs chosen =
        new Acting.Needs(
            MAINTAIN, c -> rooms.subjects().application(Acting.text(c.formParam("application"))));
    Acting.Needs one =
        new Acting.Needs(MAINTAIN, c -> rooms.subjects().application(c.pathParam("application")));
    acting.personal(routes, PAGE, chosen, "Follow a repository elsewhere", this::connect);
    acting.post(routes, ONE + "/sync", one, "Fetch from a repository elsewhere", this::sync);
    acting.post(
        routes,
        ONE + "/disconnect",
        one,
        "Follow a repository elsewhere no longer",
        this::disconnect,
        a -> Questions.danger(a, "remote", a.path("repository")));
  }

  private static @Nullable String given(Context context, String name) {
    String text = Acting.text(context.formParam(name));
    return text.isEmpty() ? null : text;
  }

  private String connect(Context context, Access by) {
    Application application =
        rooms.applications().show(Acting.text(context.formParam("application")));
    String url = Acting.text(context.formParam("url"));
    if (url.startsWith("file:")) {
      // It reads what control may read, of whomever.
      by.require(ADMIN, null);
    }
    String key = given(context, "deployKey");
    String appKey = given(context, "appKey");
    RemoteOrder order =
        new RemoteOrder(
            application.repository(),
            application.name(),
            url,
            given(context, "token"),
            key == null ? null : key + "\n",
            RemoteOrder.USUAL_POLL);
    Connected connected =
        rooms
            .gitHub()
            .connect(
                new ConnectOrder(
                    order,
                    given(context, "api"),
                    given(context, "appId"),
                    appKey == null ? null : appKey + "\n"),
                by.principal().user());
    Connected.AtGitHub gitHub = connected.gitHub();
    if (gitHub == null || gitHub.webhookSecret() == null) {
      return PAGE;
    }
    String secret = gitHub.webhookUrl() + "\n" + gitHub.webhookSecret();
    return PAGE + "?made=" + once.keep(by.principal().user(), secret);
  }

  private String followed(Context context) {
    String repository = context.pathParam("repository");
    Connected connected = rooms.gitHub().show(repository);
    if (!connected.remote().application().equals(context.pathParam("application"))) {
      throw PlatformException.notFound(
          context.pathParam("application") + " follows no other repository as " + repository);
    }
    return repository;
  }

  private String sync(Context context, String user) {
    boolean _ = rooms.gitHub().sync(followed(context), WAIT);
    return PAGE;
  }

  private String disconnect(Context context, String user) {
    rooms.gitHub().disconnect(followed(context));
    return PAGE;
  }
}
