package dev.samdan.application;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The applications, their environments with the ports given to them, and their declarations by
 * commit.
 */
public final class Applications {
  private final Database database;

  public Applications(Database database) {
    this.database = database;
  }

  /**
   * Makes an application known; CONFLICT where the name, or an address or the repository that it
   * needs, is taken.
   */
  public Application create(String name, @Nullable String title) {
    try {
      String _ = Names.application(name);
    } catch (Section.Refused e) {
      throw PlatformException.invalid("'" + name + "' " + e.getMessage());
    }
    return database.inTransaction(handle -> {
      EnvironmentRows.lock(handle);
      EnvironmentRows.requireFreeHost(handle, name, name);
      requireNoTier(handle, name);
      int added =
          handle
              .createUpdate(
                  "insert into application (name, title) values (:name, :title) on conflict do"
                      + " nothing")
              .bind("name", name)
              .bind("title", title == null || title.isBlank() ? name : title.strip())
              .execute();
      if (added == 0) {
        throw PlatformException.conflict("there is an application '" + name + "' already");
      }
      return find(handle, name).orElseThrow();
    });
  }

  /** An application's repository has its name. */
  private static void requireNoTier(Handle handle, String name) {
    Optional<String> other =
        handle
            .createQuery("select application from tier_repository where repository = :name limit 1")
            .bind("name", name)
            .mapTo(String.class)
            .findFirst();
    if (other.isPresent()) {
      throw PlatformException.conflict(
          "the repository "
              + name
              + " holds a tier of "
              + other.get()
              + "; choose another application's name");
    }
  }

  /**
   * Forgets an application with its environments, ports and declarations; quiet where there is
   * none.
   */
  public void delete(String name) {
    database.useHandle(handle ->
        handle
            .createUpdate("delete from application where name = :name")
            .bind("name", name)
            .execute());
  }

  /** All of them, by name. */
  public List<Application> list() {
    return database.withHandle(handle ->
        handle
            .createQuery("select * from application order by name")
            .map((r, c) -> application(r))
            .list());
  }

  public Optional<Application> find(String name) {
    return database.withHandle(handle -> find(handle, name));
  }

  /** The application; NOT_FOUND names the ones there are. */
  public Application show(String name) {
    return find(name)
        .orElseThrow(() -> {
          String others = list().stream().map(Application::name).collect(Collectors.joining(", "));
          String known =
              others.isEmpty()
                  ? "there is none yet; 'samdan app create' makes one"
                  : "there are: " + others;
          return PlatformException.notFound("there is no application '" + name + "'; " + known);
        });
  }

  /**
   * Keeps the declaration of a commit, and gives what they lack to the environments on its branch.
   * INVALID where the text has errors, CONFLICT where an address or a repository that it needs is
   * another application's.
   */
  public ApplicationDeclaration saveDeclaration(
      String application, String branch, String commit, String text) {
    ApplicationFile.Parsed parsed = ApplicationFile.parseFor(application, text);
    ApplicationDeclaration declaration = parsed.declaration();
    if (declaration == null) {
      throw PlatformException.invalid(parsed.errors());
    }
    show(application);
    database.useTransaction(handle -> {
      EnvironmentRows.lock(handle);
      keep(handle, application, commit, text);
      for (EnvironmentDeclaration environment : declaration.environmentsOn(branch)) {
        EnvironmentRows.save(handle, declaration, environment, commit);
      }
      for (Tier tier : declaration.tiers()) {
        if (!declaration.repositoryOf(tier).equals(application)) {
          saveRepository(handle, declaration, tier);
        }
      }
    });
    return declaration;
  }

  /**
   * A repository is one application's: whoever pushes to an application reads the repositories of
   * its tiers through its pipelines.
   */
  private static void saveRepository(Handle handle, ApplicationDeclaration declaration, Tier tier) {
    String repository = declaration.repositoryOf(tier);
    Optional<String> other =
        handle
            .createQuery(
                """
                select name from application where name = :repository
                union select application from tier_repository
                where repository = :repository and application <> :application limit 1
                """)
            .bind("repository", repository)
            .bind("application", declaration.name())
            .mapTo(String.class)
            .findFirst();
    if (other.isPresent()) {
      throw PlatformException.conflict(
          "samdan.yml: tiers."
              + tier.text()
              + ".repository: "
              + repository
              + " is a repository of the application "
              + other.get()
              + "; name one of your own");
    }
    handle
        .createUpdate(
            """
            insert into tier_repository (repository, application) values (:repository, :application)
            on conflict do nothing
            """)
        .bind("repository", repository)
        .bind("application", declaration.name())
        .execute();
  }

  /**
   * Keeps the declaration of a commit that is delivered to no environment, such as one that is
   * checked before it is merged.
   */
  public void keepDeclaration(String application, String commit, String text) {
    database.useHandle(handle -> keep(handle, application, commit, text));
  }

  private static void keep(Handle handle, String application, String commit, String text) {
    handle
        .createUpdate(
            """
            insert into declaration (application, commit, text) values (:application, :commit, :text)
            on conflict (application, commit) do update set text = excluded.text
            """)
        .bind("application", application)
        .bind("commit", commit)
        .bind("text", text)
        .execute();
  }

  /** The declaration that was saved for this commit. */
  public Optional<ApplicationDeclaration> declarationAt(String application, String commit) {
    return declarationText(application, commit)
        .map(text -> ApplicationFile.parseFor(application, text).declaration());
  }

  /** The samdan.yml that was saved for this commit. */
  public Optional<String> declarationText(String application, String commit) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                "select text from declaration where application = :application and commit ="
                    + " :commit")
            .bind("application", application)
            .bind("commit", commit)
            .mapTo(String.class)
            .findOne());
  }

  /**
   * The applications of which a tier lives in this repository, which is not the one of their
   * samdan.yml.
   */
  public List<String> withTierIn(String repository) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                "select application from tier_repository where repository = :repository order by"
                    + " application")
            .bind("repository", repository)
            .mapTo(String.class)
            .list());
  }

  /** The newest valid declaration on the environment's branch. */
  public Optional<ApplicationDeclaration> declaration(String application, String environment) {
    return environment(application, environment)
        .flatMap(e -> declarationAt(application, e.commit()));
  }

  /** The application's environments as seen so far, production last. */
  public List<Environment> environments(String application) {
    return database.withHandle(handle -> EnvironmentRows.list(handle, application));
  }

  /** The environments of any application whose messages go to this room. */
  public List<Environment> environmentsIn(String room) {
    return database.withHandle(handle -> EnvironmentRows.ofRoom(handle, room));
  }

  public Optional<Environment> environment(String application, String environment) {
    return environments(application).stream().filter(e -> e.name().equals(environment)).findFirst();
  }

  /**
   * What a project's name stands for: {@code <app>-<env>-<tier>[-test]}, with {@code pr} for an
   * environment that checks pull requests, or {@code <app>-base}; NOT_FOUND else.
   */
  public Project project(String projectName) {
    if (projectName.endsWith("-base")) {
      String application = projectName.substring(0, projectName.length() - "-base".length());
      if (find(application).isPresent()) {
        return new Project(projectName, application, null, Tier.API, Project.Kind.BASE);
      }
    }
    boolean test = projectName.endsWith("-test");
    String group =
        test ? projectName.substring(0, projectName.length() - "-test".length()) : projectName;
    int dash = group.lastIndexOf('-');
    Optional<Tier> tier = dash < 0 ? Optional.empty() : Tier.of(group.substring(dash + 1));
    Optional<Project> pullRequests = tier.flatMap(t -> ofPullRequests(projectName, group, t, test));
    if (pullRequests.isPresent()) {
      return pullRequests.get();
    }
    return tier.flatMap(t ->
            database
                .withHandle(handle -> EnvironmentRows.ofSlug(handle, group.substring(0, dash)))
                .stream()
                .map(e ->
                    new Project(
                        projectName,
                        e.application(),
                        e.name(),
                        t,
                        test ? Project.Kind.TEST : Project.Kind.BUILD))
                .findFirst())
        .orElseThrow(() ->
            PlatformException.notFound(
                "there is no project '"
                    + projectName
                    + "'; they are named <app>-<env>-<tier>[-test] and <app>-base"));
  }

  /**
   * The project of this name for a pipeline; INVALID where it is another application's or another
   * environment's. A repository may declare its own pipelines, and who pushes to a branch must
   * reach nothing through them but what that branch delivers to.
   *
   * @param environment that the pipeline delivers to; empty for one that delivers nothing
   */
  public Project project(String projectName, String application, Optional<String> environment) {
    Project project = project(projectName);
    if (!project.application().equals(application)
        || (project.environment() != null
            && !project.environment().equals(environment.orElse(null)))) {
      throw PlatformException.invalid(
          "'"
              + projectName
              + "' is not for this pipeline: it delivers "
              + environment.map(e -> application + " to " + e).orElse("nothing of " + application)
              + ", so its names begin with "
              + environment.map(e -> application + "-" + e).orElse(application)
              + "-");
    }
    return project;
  }

  private Optional<Project> ofPullRequests(
      String projectName, String group, Tier tier, boolean test) {
    String end = "-" + DerivedPipelines.PULL_REQUEST + "-" + tier.text();
    return Optional.of(group)
        .filter(g -> g.endsWith(end))
        .flatMap(g -> find(g.substring(0, g.length() - end.length())))
        .map(application ->
            new Project(
                projectName,
                application.name(),
                DerivedPipelines.PULL_REQUEST,
                tier,
                test ? Project.Kind.TEST : Project.Kind.BUILD));
  }

  /** Gives the environment two other ports. */
  public Environment choosePortsAgain(String application, String environment) {
    if (environment(application, environment).isEmpty()) {
      throw PlatformException.notFound(
          "application '" + application + "' has no environment '" + environment + "'");
    }
    database.useTransaction(handle -> {
      EnvironmentRows.lock(handle);
      EnvironmentRows.givePorts(handle, application, environment);
    });
    return environment(application, environment).orElseThrow();
  }

  private static Optional<Application> find(Handle handle, String name) {
    return handle
        .createQuery("select * from application where name = :name")
        .bind("name", name)
        .map((r, c) -> application(r))
        .findOne();
  }

  private static Application application(java.sql.ResultSet row) throws java.sql.SQLException {
    return new Application(
        row.getString("name"),
        row.getString("title"),
        Objects.requireNonNull(row.getObject("created_at", OffsetDateTime.class)).toInstant());
  }
}
