package dev.samdan.console;

import static dev.samdan.identity.Right.ADMIN;
import static dev.samdan.identity.Right.DEPLOY;
import static dev.samdan.identity.Right.MAINTAIN;

import dev.samdan.base.PlatformException;
import dev.samdan.jobs.TaskRun;
import dev.samdan.operations.Subject;
import dev.samdan.operations.Subjects;
import dev.samdan.registry.StoredImage;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the buttons of an application's data, images, jobs and settings do. */
final class ApplicationActs {
  private static final String ENVIRONMENT =
      "/applications/{application}/environments/{environment}";

  private final ConsoleRooms rooms;

  ApplicationActs(ConsoleRooms rooms) {
    this.rooms = rooms;
  }

  void register(Acting acting, RoutesConfig routes) {
    Subjects of = rooms.subjects();
    Acting.Needs prune = new Acting.Needs(ADMIN, c -> Subject.HOUSE);
    Acting.Needs maintain = new Acting.Needs(MAINTAIN, this::environment);
    Acting.Needs deploy = new Acting.Needs(DEPLOY, this::environment);
    Acting.Needs task =
        new Acting.Needs(
            DEPLOY,
            c ->
                of.environment(
                    c.pathParam("application"), Acting.text(c.formParam("environment"))));
    Acting.Needs run = new Acting.Needs(DEPLOY, this::ofRun);
    acting.post(routes, "/images/prune", prune, "Prune images", this::prune, this::pruneAsked);
    acting.post(routes, ENVIRONMENT + "/secrets", maintain, "Set a secret", this::setSecret);
    acting.post(
        routes,
        ENVIRONMENT + "/secrets/delete",
        maintain,
        "Delete a secret",
        this::deleteSecret,
        this::deleteAsked);
    acting.post(
        routes, ENVIRONMENT + "/jobs/{job}/run", deploy, "Run a job", this::runJob, this::runAsked);
    acting.post(
        routes, "/applications/{application}/task-runs", task, "Run a command", this::runTask);
    acting.post(routes, "/task-runs/{run}/stop", run, "Stop a run", this::stopRun, this::stopAsked);
    acting.post(
        routes,
        ENVIRONMENT + "/snapshots",
        maintain,
        "Snapshot a database",
        this::snapshot,
        this::snapshotAsked);
    acting.post(
        routes,
        ENVIRONMENT + "/snapshots/{snapshot}/restore",
        maintain,
        "Restore a database",
        this::restore,
        a -> Questions.danger(a, "restore", a.path("environment"), a.path("snapshot")));
    acting.post(
        routes,
        ENVIRONMENT + "/snapshots/{snapshot}/delete",
        maintain,
        "Delete a snapshot",
        this::deleteSnapshot,
        a -> Questions.danger(a, "snapshot.delete", a.path("environment"), a.path("snapshot")));
  }

  private Subject environment(Context context) {
    return rooms
        .subjects()
        .environment(context.pathParam("application"), context.pathParam("environment"));
  }

  private Subject ofRun(Context context) {
    String id = context.pathParam("run");
    TaskRun run =
        rooms.jobs().run(id).orElseThrow(() -> PlatformException.notFound("there is no run " + id));
    return rooms.subjects().environment(run.application(), run.environment());
  }

  private String prune(Context context, String user) {
    rooms.registry().prune(ImagePages.KEPT, false);
    return Acting.back(context);
  }

  private Question pruneAsked(Asked asked) {
    List<StoredImage> images = rooms.registry().prune(ImagePages.KEPT, true);
    long bytes = images.stream().mapToLong(StoredImage::sizeBytes).sum();
    return Questions.danger(
        asked, "prune", images.size(), asked.words().bytes(bytes), ImagePages.KEPT);
  }

  private String setSecret(Context context, String user) {
    rooms
        .secrets()
        .set(
            context.pathParam("application"),
            scope(context),
            Acting.text(context.formParam("name")),
            Shells.or(context.formParam("value"), ""),
            user);
    return settings(context);
  }

  private String deleteSecret(Context context, String user) {
    String name = Acting.text(context.formParam("name"));
    if (!rooms.secrets().delete(context.pathParam("application"), scope(context), name)) {
      throw PlatformException.notFound("there is no secret '" + name + "' there any more");
    }
    return settings(context);
  }

  private static String settings(Context context) {
    return "/applications/"
        + context.pathParam("application")
        + "/settings?saved="
        + context.pathParam("environment")
        + "#secrets-"
        + context.pathParam("environment");
  }

  private Question deleteAsked(Asked asked) {
    String name = Shells.or(asked.query("name"), "");
    Question question = Questions.danger(asked, "secret", name);
    return new Question(
        question.title(),
        question.detail(),
        question.yes(),
        question.no(),
        question.action(),
        Map.of("name", name),
        question.tone(),
        question.back());
  }

  private @Nullable String scope(Context context) {
    String environment = context.pathParam("environment");
    if (environment.equals(SettingsPages.ALL)) {
      return null;
    }
    String application = context.pathParam("application");
    if (rooms.applications().environment(application, environment).isEmpty()) {
      throw PlatformException.notFound(application + " has no environment " + environment);
    }
    return environment;
  }

  private String runJob(Context context, String user) {
    TaskRun run =
        rooms
            .jobs()
            .runJob(
                context.pathParam("application"),
                context.pathParam("environment"),
                context.pathParam("job"),
                user);
    return "/task-runs/" + run.id();
  }

  private Question runAsked(Asked asked) {
    return Questions.question(
        asked, "primary", "job", asked.path("job"), asked.path("environment"));
  }

  private String runTask(Context context, String user) {
    String command = Acting.text(context.formParam("command"));
    if (command.isEmpty()) {
      throw PlatformException.invalid("give the command that is to run");
    }
    TaskRun run =
        rooms
            .jobs()
            .runTask(
                context.pathParam("application"),
                Acting.text(context.formParam("environment")),
                List.of("sh", "-c", command),
                user);
    return "/task-runs/" + run.id();
  }

  private String stopRun(Context context, String user) {
    rooms.jobs().stop(context.pathParam("run"), user);
    return "/task-runs/" + context.pathParam("run");
  }

  private Question stopAsked(Asked asked) {
    TaskRun run =
        rooms
            .jobs()
            .run(asked.path("run"))
            .orElseThrow(() -> PlatformException.notFound(asked.words().say("error.nothing")));
    return Questions.danger(
        asked, "run.stop", Shells.or(run.job(), String.join(" ", run.command())));
  }

  private String snapshot(Context context, String user) {
    rooms
        .databases()
        .snapshot(context.pathParam("application"), context.pathParam("environment"), user);
    return Acting.back(context);
  }

  private Question snapshotAsked(Asked asked) {
    return Questions.question(asked, "primary", "snapshot", asked.path("environment"));
  }

  private String restore(Context context, String user) {
    rooms
        .databases()
        .restore(
            context.pathParam("application"),
            context.pathParam("environment"),
            context.pathParam("snapshot"),
            user);
    return Acting.back(context);
  }

  private String deleteSnapshot(Context context, String user) {
    rooms
        .databases()
        .deleteSnapshot(
            context.pathParam("application"),
            context.pathParam("environment"),
            context.pathParam("snapshot"));
    return Acting.back(context);
  }
}
