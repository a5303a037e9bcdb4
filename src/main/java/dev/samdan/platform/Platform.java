package dev.samdan.platform;

import dev.samdan.api.Api;
import dev.samdan.api.ApiRooms;
import dev.samdan.application.Applications;
import dev.samdan.audit.Audit;
import dev.samdan.build.Builds;
import dev.samdan.console.Console;
import dev.samdan.console.ConsoleRooms;
import dev.samdan.database.Database;
import dev.samdan.deploy.DeploymentSettings;
import dev.samdan.deploy.Deployments;
import dev.samdan.edge.Edge;
import dev.samdan.engine.Engine;
import dev.samdan.github.GitHub;
import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Identity;
import dev.samdan.image.Images;
import dev.samdan.isolation.Isolation;
import dev.samdan.jobs.Jobs;
import dev.samdan.operations.BaseFreshness;
import dev.samdan.operations.FourEyes;
import dev.samdan.operations.Operations;
import dev.samdan.operations.Releases;
import dev.samdan.operations.Status;
import dev.samdan.operations.Subjects;
import dev.samdan.operations.TaskDefinitions;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.preflight.Preflight;
import dev.samdan.pullrequest.Outside;
import dev.samdan.pullrequest.PullRequests;
import dev.samdan.registry.Registry;
import dev.samdan.registry.RegistryRoutes;
import dev.samdan.registry.aws.AwsRoutes;
import dev.samdan.registry.aws.EcrHosts;
import dev.samdan.rooms.Rooms;
import dev.samdan.runtime.RuntimeChoice;
import dev.samdan.runtime.Tasks;
import dev.samdan.secrets.Secrets;
import dev.samdan.source.Branches;
import dev.samdan.source.Changes;
import dev.samdan.source.Deliveries;
import dev.samdan.source.GitRoutes;
import dev.samdan.source.Mirrors;
import dev.samdan.source.RemoteCredentials;
import dev.samdan.source.Source;
import io.javalin.Javalin;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The composition root: builds every room in order, hands each what it needs of the others, closes
 * them in reverse.
 */
final class Platform implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Platform.class);

  private final Path home;
  private final Settings settings;
  private final long generation;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  private Platform(Path home, Settings settings, long generation) {
    this.home = home;
    this.settings = settings;
    this.generation = generation;
  }

  /**
   * Starts everything; when it returns, control answers. What was started is closed again when a
   * part fails.
   */
  static Platform start(Path home, Settings settings, long generation) {
    Home.prepare(home);
    Platform platform = new Platform(home, settings, generation);
    try {
      platform.compose();
      return platform;
    } catch (RuntimeException e) {
      platform.close();
      throw e;
    }
  }

  private void compose() {
    Edge edge = new Edge(home);
    EdgeProcess edgeProcess = new EdgeProcess(home, edge);
    // The edge needs nothing of the database: both start at once.
    Thread starting = Thread.ofVirtual().start(edgeProcess::ensure);
    DatabaseProcess engine = DatabaseProcess.of(home, System.getenv("SAMDAN_DATABASE_URL"));
    Database database = opened(Database.open(engine.ensure()));
    join(starting);
    edgeProcess.ensure();

    Identity identity = new Identity(database, InstantSource.system());
    AccessKeys accessKeys = new AccessKeys(database, home, InstantSource.system());
    Audit audit = opened(new Audit(database));
    Secrets secrets = new Secrets(database, home, InstantSource.system());
    Registry registry = opened(new Registry(home, database));
    Engine docker = opened(Engine.of(home, System.getenv()));
    Images images = new Images(home, database, registry, docker, URI.create(url()).getAuthority());
    Pipelines pipelines = new Pipelines(database, home);
    Applications applications = new Applications(database);
    pipelines.approvers(new FourEyes(applications, pipelines, identity)::mayApprove);
    Rooms rooms = opened(new Rooms(database, identity, applications, pipelines, url()));
    Source source = opened(new Source(home));
    Isolation isolation = isolation(database, docker);
    Tasks tasks =
        opened(
            new Tasks(
                database,
                registry,
                isolation,
                docker,
                (application, environment, name) ->
                    Handed.secret(applications, secrets, application, environment, name),
                settings.tasks()));
    Builds builds = opened(new Builds(database, isolation, docker, InstantSource.system()));
    DeploymentSettings deploying =
        DeploymentSettings.of(home, generation, settings.bind(), settings.edgePort());
    Deployments deployments =
        opened(new Deployments(database, applications, registry, tasks, edge, deploying));
    Jobs jobs = opened(new Jobs(database, deployments, tasks, rooms, InstantSource.system()));
    Deliveries deliveries =
        opened(
            new Deliveries(
                database,
                source,
                applications,
                pipelines,
                outside(rooms, images, identity, applications)));
    pipelines.hindrances(new BaseFreshness(applications, pipelines, source, images)::hindrance);
    Changes changes = new Changes(source, applications, pipelines, images::hasBase);
    PullRequests pullRequests =
        opened(
            new PullRequests(
                database,
                new PullRequests.House(identity, applications, pipelines, rooms, source, changes),
                new Outside(
                    url(),
                    deliveries::moved,
                    Preflight::check,
                    application -> Handed.live(applications, deployments, application),
                    (repository, head) ->
                        Handed.forgetImage(registry, applications, repository, head)),
                InstantSource.system()));
    deliveries.follow(pullRequests::moved);
    RemoteCredentials credentials = new RemoteCredentials(secrets);
    Mirrors mirrors = opened(new Mirrors(database, source, deliveries, credentials, rooms));
    GitHub gitHub =
        opened(
            new GitHub(
                database,
                new GitHub.Neighbours(source, mirrors, credentials, pipelines, rooms),
                pullRequests::elsewhere,
                url()));
    Operations.Rooms delivered =
        new Operations.Rooms(
            applications,
            pipelines,
            source,
            deliveries,
            deployments,
            builds,
            images,
            pullRequests,
            database.tierDatabases());
    Operations operations = new Operations(delivered, () -> house(edge, engine));

    Subjects subjects = new Subjects(applications, pipelines, deployments, tasks, rooms);
    Releases releases = new Releases(pipelines, applications, source);

    BuildTools buildTools = new BuildTools(home, url(), accessKeys, identity, Identity.OWNER);
    buildTools.install();
    new Actions(applications, secrets, builds, deployments, buildTools, url())
        .register(pipelines, source, images, registry);
    docker.signIn(
        URI.create(url()).getAuthority(), Identity.OWNER, writeCredentials(identity).token());
    audit.start();
    registry.start();
    images.start();
    tasks.start();
    deployments.start();
    jobs.endLost();
    builds.start();
    rooms.start();
    deliveries.start();

    opened(new Supervisor("database", engine::isAlive, engine::ensure).start());
    opened(
        new Supervisor(
                "edge",
                edgeProcess::isAlive,
                () -> {
                  edgeProcess.ensure();
                  deployments.refreshRoutes();
                })
            .start());
    opened(new StatusFile(home, operations).start());
    RegistryRoutes registryRoutes =
        new RegistryRoutes(
            registry,
            token ->
                identity.authenticateToken(token).or(() -> accessKeys.authenticatePassword(token)),
            repository -> subjects.images(repository).application(),
            audit);
    EcrHosts ecrHosts = opened(new EcrHosts(home, EcrHosts.ADDRESS, registryRoutes::register));
    Branches branches = new Branches(source, applications, deliveries::moved);
    ApiRooms api =
        new ApiRooms(
            url(),
            subjects,
            audit,
            operations,
            releases,
            branches,
            gitHub,
            pullRequests,
            secrets,
            applications,
            pipelines,
            builds,
            images,
            deployments,
            tasks,
            registry,
            ecrHosts,
            rooms,
            jobs,
            database.tierDatabases());
    Console console =
        new Console(
            new ConsoleRooms(
                url(),
                settings.edgePort(),
                identity,
                accessKeys,
                subjects,
                audit,
                applications,
                pipelines,
                releases,
                builds,
                deployments,
                rooms,
                registry,
                images,
                secrets,
                jobs,
                pullRequests,
                gitHub,
                source,
                branches,
                database.tierDatabases(),
                edge::status));
    Javalin web =
        Web.start(
            settings,
            config -> {
              new Api(identity, accessKeys, api).register(config.routes);
              new GitRoutes(source, identity, deliveries, audit).register(config);
              registryRoutes.register(config.routes);
              gitHub.register(config.routes);
              config.routes.after("/hooks/*", new TakenWebhooks(audit));
              new AwsRoutes(
                      registry,
                      accessKeys,
                      url(),
                      new TaskDefinitions(tasks, subjects)::register,
                      repository -> subjects.images(repository).application(),
                      audit)
                  .register(config.routes);
              console.register(config);
            });
    opened(web::stop);
    opened(console); // The streams of open pages end before the server that carries them.
    ecrHosts.start();
    // Builds and deployments ask this server for images and sources: what goes on of them begins
    // once it listens, and lets go before it ends.
    opened(pipelines).start();
    jobs.start();
    pullRequests.start();
    gitHub.start();
  }

  /** Builds may use the engine, as teams' scripts do, unless it is not wanted here at all. */
  private Isolation isolation(Database database, Engine docker) {
    Isolation isolation = new Isolation(database, home).trusting(settings.trusted());
    return settings.tasks() == RuntimeChoice.PROCESS
        ? isolation
        : docker.socket().map(isolation::withEngine).orElse(isolation);
  }

  private Deliveries.Outside outside(
      Rooms rooms, Images images, Identity identity, Applications applications) {
    return new Deliveries.Outside(
        images::hasBase,
        file -> Handed.sayInvalid(rooms, file, url()),
        application -> url() + "/applications/" + application + "/pipelines",
        Preflight::check,
        (user, application) -> Handed.mayMerge(identity, applications, user, application));
  }

  private Operations.House house(Edge edge, DatabaseProcess engine) {
    Status.Address control = new Status.Address(url(), ProcessHandle.current().pid());
    Status.Address edgeAddress =
        edge.process()
            .map(p -> new Status.Address("http://localhost:" + settings.edgePort(), p.pid()))
            .orElse(null);
    Status.Pid database = engine.process().map(p -> new Status.Pid(p.pid())).orElse(null);
    return new Operations.House(control, edgeAddress, database);
  }

  /** The credentials file of the home, made once; the token in it is the owner's. */
  private Credentials writeCredentials(Identity identity) {
    identity.ensureOwner(System.getProperty("user.name"));
    Path file = home.resolve("credentials");
    String token =
        Credentials.read(file)
            .map(Credentials::token)
            .filter(t -> identity.authenticateToken(t).isPresent())
            .orElse(null);
    Credentials wanted =
        new Credentials(url(), token != null ? token : identity.issueToken(Identity.OWNER, "home"));
    wanted.write(file);
    return wanted;
  }

  String url() {
    return settings.url();
  }

  long generation() {
    return generation;
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    while (!opened.isEmpty()) {
      AutoCloseable part = opened.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} did not close cleanly", part, e);
      }
    }
  }
}
