package dev.samdan.console;

import dev.samdan.audit.Audit;
import dev.samdan.audit.Deed;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Access;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Principal;
import dev.samdan.identity.Role;
import dev.samdan.operations.Subject;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Cookie;
import io.javalin.http.SameSite;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in: sign-in by one-time link or token, the session's cookie, the reader's language
 * and theme.
 */
final class Door {
  private static final String SESSION = "samdan_session";
  private static final String LANGUAGE = "samdan_language";
  private static final String THEME = "samdan_theme";
  private static final int YEAR = (int) Duration.ofDays(365).toSeconds();

  private final Identity identity;
  private final Audit audit;
  private final Pages pages;

  Door(Identity identity, Audit audit, Pages pages) {
    this.identity = identity;
    this.audit = audit;
    this.pages = pages;
  }

  /** Who reads, in which language and light. */
  record Reader(Access access, Words words, @Nullable String theme) {
    Principal principal() {
      return access.principal();
    }

    /** Why a button does nothing, and who can change that. */
    String mayLookOnly(Subject subject) {
      String application = subject.application();
      List<String> deciders = access.deciders(application);
      String who = deciders.isEmpty() ? "admin" : deciders.getFirst();
      if (application == null) {
        return words.say("may.not.house", who);
      }
      Role role = access.role(application);
      return words.say(
          role == null || role == Role.VIEWER ? "may.look.only" : "may.not.this", application, who);
    }
  }

  void register(RoutesConfig routes) {
    routes.get("/sign-in", this::signInPage);
    routes.post("/sign-in", this::signIn);
    routes.post("/sign-out", this::signOut);
    routes.post("/language", this::language);
    routes.post("/theme", this::theme);
  }

  /**
   * The reader of this request; without a session the answer is the sign-in page, and this is
   * empty.
   */
  Optional<Reader> reader(Context context) {
    Optional<Access> access =
        Optional.ofNullable(context.cookie(SESSION)).flatMap(identity::session);
    if (access.isEmpty()) {
      String back = context.method().name().equals("GET") ? context.path() : "/";
      context.redirect(back.equals("/") ? "/sign-in" : "/sign-in?next=" + back);
      return Optional.empty();
    }
    return access.map(a -> new Reader(a, words(context, a.principal()), themeOf(context)));
  }

  /**
   * Refuses what did not come from one of our own pages (Fetch standard: browsers send Origin with
   * every POST).
   */
  static void checkOrigin(Context context) {
    String origin = context.header("Origin");
    if (origin == null || !origin.equals("http://" + context.header("Host"))) {
      throw new PlatformException(
          PlatformException.Code.FORBIDDEN,
          "this did not come from a page of the console: open the console and try there");
    }
  }

  private static @Nullable String themeOf(Context context) {
    String theme = context.cookie(THEME);
    return "dark".equals(theme) || "light".equals(theme) ? theme : null;
  }

  private static Words words(Context context, @Nullable Principal principal) {
    String chosen = context.cookie(LANGUAGE);
    if (chosen == null && principal != null) {
      chosen = principal.language();
    }
    return chosen != null ? Words.of(chosen) : Words.accepted(context.header("Accept-Language"));
  }

  private void signInPage(Context context) {
    String link = context.queryParam("link");
    if (link == null) {
      showSignIn(context, 200, "");
      return;
    }
    attempt(context, "", "by link", "sign.link.used", () -> identity.redeem(link, context.ip()));
  }

  /** Something that may give a session. */
  private interface Attempt {
    Optional<Identity.Session> make();
  }

  /**
   * Lets in, or shows why not; either way it is recorded, but not again while the door is closed.
   */
  private void attempt(Context context, String name, String how, String wrong, Attempt attempt) {
    Optional<Identity.Session> session;
    try {
      session = attempt.make();
    } catch (PlatformException e) {
      boolean limited = e.code() == PlatformException.Code.RATE_LIMITED;
      showSignIn(context, e.code().httpStatus(), limited ? "sign.limited" : "sign.scope");
      return;
    }
    String who = session.map(s -> s.principal().user()).orElse(name.isEmpty() ? "?" : name);
    Deed deed = new Deed(who, Deed.Door.CONSOLE, context.ip(), "Sign in", null, "/sign-in", how);
    audit.record(deed, session.isPresent() ? Deed.Outcome.DONE : Deed.Outcome.REFUSED);
    if (session.isPresent()) {
      enter(context, session.get(), local(context.formParam("next")));
    } else {
      showSignIn(context, 403, wrong);
    }
  }

  private void signIn(Context context) {
    checkOrigin(context);
    String given = context.formParam("name");
    String name = given == null ? "" : given.strip();
    String typed = context.formParam("token");
    String secret = typed == null ? "" : typed;
    if (name.isEmpty()) {
      attempt(
          context,
          "",
          "by token",
          "sign.wrong",
          () -> identity.signIn(secret.strip(), context.ip()));
    } else {
      attempt(
          context,
          name,
          "by password",
          "sign.wrong.password",
          () -> identity.signIn(name, secret, context.ip()));
    }
  }

  private void showSignIn(Context context, int status, String problem) {
    Words words = words(context, null);
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("words", words);
    parameters.put("theme", Optional.ofNullable(themeOf(context)).orElse(""));
    parameters.put("problem", problem.isEmpty() ? "" : words.say(problem));
    parameters.put("next", local(context.queryParam("next")));
    parameters.put("host", Shells.or(context.header("Host"), ""));
    parameters.put("assets", Assets.version());
    pages.show(context, status, "signin", parameters);
  }

  private static void enter(Context context, Identity.Session session, String next) {
    keep(context, session);
    context.redirect(next);
  }

  /**
   * This browser stands for the session from now on. Its cookie goes with a link from a chat or a
   * mail, the one-time link among them, so it is lax; what changes something is a POST that {@link
   * #checkOrigin} lets in.
   */
  static void keep(Context context, Identity.Session session) {
    int seconds =
        (int) Math.max(1, Duration.between(Instant.now(), session.expiresAt()).toSeconds());
    context.cookie(
        new Cookie(SESSION, session.cookie(), "/", seconds, false, true, null, SameSite.LAX));
  }

  private void signOut(Context context) {
    checkOrigin(context);
    Optional.ofNullable(context.cookie(SESSION)).ifPresent(identity::endSession);
    context.removeCookie(SESSION, "/");
    context.redirect("/sign-in");
  }

  private void language(Context context) {
    checkOrigin(context);
    String language = "ko".equals(context.formParam("language")) ? "ko" : "en";
    remember(context, LANGUAGE, language);
    Optional.ofNullable(context.cookie(SESSION))
        .flatMap(identity::session)
        .ifPresent(access -> identity.chooseLanguage(access.principal().user(), language));
    context.redirect(local(context.formParam("back")));
  }

  private void theme(Context context) {
    checkOrigin(context);
    String theme = context.formParam("theme");
    remember(context, THEME, theme == null ? "" : theme);
    context.redirect(local(context.formParam("back")));
  }

  private static void remember(Context context, String name, String value) {
    context.cookie(new Cookie(name, value, "/", YEAR, false, true, null, SameSite.LAX));
  }

  /** A path of this server; anything else, such as another site's address, is the home page. */
  static String local(@Nullable String path) {
    return path != null && path.startsWith("/") && !path.startsWith("//") && !path.contains("\\")
        ? path
        : "/";
  }
}
