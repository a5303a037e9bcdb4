package dev.samdan.deploy;

import static org.awaitility.Awaitility.await;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Applications;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.Environment;
import dev.samdan.application.EnvironmentDeclaration;
import dev.samdan.application.Tier;
import dev.samdan.base.Json;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.edge.Edge;
import dev.samdan.edge.EdgeMain;
import dev.samdan.engine.Engine;
import dev.samdan.isolation.Isolation;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pipeline.SourceRevision;
import dev.samdan.pipeline.Trigger;
import dev.samdan.registry.Registry;
import dev.samdan.runtime.RuntimeChoice;
import dev.samdan.runtime.Tasks;
import dev.samdan.runtime.TestEngine;
import dev.samdan.runtime.TestImage;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** The rooms below deploy, real ones: store, registry, pipelines, tasks and an edge process. */
final class Platform implements AutoCloseable {
  static final String DECLARATION =
      """
      application: sample
      tiers:
        web: {source: web}
        api:
          source: api
          health: /health
          desired-count: 1
          paths: [/api/**]
      environments:
        dev: {branch: dev}
      """;

  final Path home;
  final Database database = TestDatabase.fresh();
  final Registry registry;
  final Applications applications;
  final Edge edge;
  final int edgePort;
  final Map<String, Map<String, String>> imageEnvironments = new ConcurrentHashMap<>();
  final Map<String, String> secrets = new ConcurrentHashMap<>();
  final Map<String, Map<String, String>> sourceFiles = new ConcurrentHashMap<>();
  final Map<String, Map<String, String>> siteFiles = new ConcurrentHashMap<>();
  final List<String> tested = new java.util.concurrent.CopyOnWriteArrayList<>();
  volatile TrafficTests tests =
      (context, project, target) -> new TrafficTests.Outcome(true, "1 test");
  List<String> trusted = List.of();
  Duration healthDeadline = Duration.ofSeconds(30);

  /** Told of every image once it is in the registry. */
  volatile Consumer<String> pushed = image -> {};

  /** The engine whose containers the tasks are; null where they are processes. */
  final @Nullable TestEngine engine;

  Pipelines pipelines;
  Tasks tasks;
  Deployments deployments;
  private Process edgeProcess;
  private long generation;

  Platform(Path home) throws IOException {
    this(home, null);
  }

  /**
   * @param engineEnvironment such as {@code DOCKER_HOST}; null for tasks as processes
   */
  Platform(Path home, @Nullable Map<String, String> engineEnvironment) throws IOException {
    this.home = home;
    this.registry = new Registry(home, database);
    this.engine =
        engineEnvironment == null
            ? null
            : new TestEngine(home, database, registry, engineEnvironment);
    this.applications = new Applications(database);
    this.edge = new Edge(home);
    try (ServerSocket socket = new ServerSocket(0)) {
      this.edgePort = socket.getLocalPort();
    }
    startEdge();
    startControl();
    applications.create("sample", null);
  }

  void startEdge() throws IOException {
    List<String> command = new ArrayList<>(List.of(System.getProperty("java.home") + "/bin/java"));
    command.addAll(Edge.JVM_OPTIONS);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            EdgeMain.class.getName(),
            "--home",
            home.toString()));
    edgeProcess =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(home.resolve("edge.log").toFile())
            .start();
    await().atMost(Duration.ofSeconds(60)).until(edge::answers);
  }

  void killEdge() throws InterruptedException {
    edgeProcess.destroyForcibly().waitFor();
  }

  final void startControl() {
    generation++;
    tasks =
        new Tasks(
            database,
            registry,
            new Isolation(database, home).trusting(trusted),
            engine == null ? Engine.of(home, Map.of()) : engine.engine,
            (application, environment, reference) ->
                java.util.Optional.ofNullable(secrets.get(reference)),
            engine == null ? RuntimeChoice.PROCESS : RuntimeChoice.DOCKER);
    tasks.start();
    DeploymentSettings settings =
        new DeploymentSettings(home, generation, "127.0.0.1", edgePort, healthDeadline, 3);
    deployments = new Deployments(database, applications, registry, tasks, edge, settings);
    deployments.start();
    pipelines = new Pipelines(database, home);
    pipelines.register(
        "Source/AWS/CodeStarSourceConnection",
        context -> zip(context, "SourceArtifact", source(context)));
    pipelines.register(
        "Build/AWS/CodeBuild", context -> zip(context, "BuildArtifact", site(context)));
    pipelines.register(
        "Build/AWS/ECRBuildAndPublish", context -> zip(context, "ImageArtifact", image(context)));
    pipelines.register(
        "Deploy/AWS/CodeDeployToECS", deployments.serviceProvider((c, p, t) -> tests.run(c, p, t)));
    pipelines.register("Deploy/AWS/S3", deployments.siteProvider(pipelines));
    pipelines.register(
        DerivedPipelines.TRIAL, deployments.trialProvider((c, p, t) -> tests.run(c, p, t)));
    pipelines.start();
  }

  /** As when control dies: nobody works on anything any more, tasks and edge run on. */
  void stopControl() {
    pipelines.close();
    deployments.close();
    tasks.close();
  }

  ApplicationDeclaration declare(String commit, String text) {
    ApplicationDeclaration declaration =
        applications.saveDeclaration("sample", "dev", commit, text);
    for (EnvironmentDeclaration environment : declaration.environmentsOn("dev")) {
      for (Tier tier : declaration.tiers()) {
        pipelines.put(
            DerivedPipelines.of(declaration, environment, tier), "sample", environment.name());
      }
    }
    deployments.refreshRoutes();
    return declaration;
  }

  Environment dev() {
    return applications.environment("sample", "dev").orElseThrow();
  }

  /** Delivers a commit of the application tier whose image has this environment, to its end. */
  ExecutionView deliver(String commit, Map<String, String> imageEnvironment) {
    return ended(start(commit, imageEnvironment));
  }

  UUID start(String commit, Map<String, String> imageEnvironment) {
    imageEnvironments.put(commit, imageEnvironment);
    return pipelines.start(
        "sample-dev-api", Trigger.push("Kim", ""), revision(commit), UUID.randomUUID());
  }

  ExecutionView ended(UUID execution) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> pipelines.execution(execution).status().ended());
    return pipelines.execution(execution);
  }

  static SourceRevision revision(String commit) {
    return new SourceRevision(
        "sample", "dev", commit, "Change", "Kim", "kim@example.com", Instant.EPOCH);
  }

  Deployment newest() {
    return deployments.show(deployments.list("sample", "dev", 1).getFirst().id()).orElseThrow();
  }

  @Override
  public void close() throws InterruptedException {
    tasks.stopAll(Duration.ofSeconds(3));
    stopControl();
    edgeProcess.destroy();
    edgeProcess.waitFor();
    if (engine != null) {
      engine.close();
    }
    registry.close();
    database.close();
  }

  private Map<String, String> source(ActionContext context) {
    return sourceFiles.getOrDefault(context.revision().commit(), Map.of("api/README", "sample"));
  }

  private Map<String, String> site(ActionContext context) {
    String commit = context.revision().commit();
    return siteFiles.getOrDefault(commit, Map.of("index.html", "<title>" + commit + "</title>"));
  }

  private Map<String, String> image(ActionContext context) {
    String commit = context.revision().commit();
    Map<String, String> variables =
        imageEnvironments.getOrDefault(commit, Map.of("VERSION", commit));
    String image =
        engine == null
            ? TestImage.server(registry, variables)
            : TestImage.shell(registry, variables);
    pushed.accept(image);
    return Map.of("imageDetail.json", Json.write(Map.of("ImageURI", "localhost:7070/" + image)));
  }

  private static ActionOutcome zip(
      ActionContext context, String artifact, Map<String, String> files) {
    try (OutputStream file = Files.newOutputStream(context.output(artifact));
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (Map.Entry<String, String> entry : files.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new ActionOutcome.Succeeded("done", Map.of("CommitId", context.revision().commit()));
  }
}
