package dev.samdan.pullrequest;

import static org.awaitility.Awaitility.await;

import dev.samdan.application.Applications;
import dev.samdan.audit.Audit;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Principal;
import dev.samdan.identity.Role;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.preflight.Preflight;
import dev.samdan.rooms.Language;
import dev.samdan.rooms.Message;
import dev.samdan.rooms.Rooms;
import dev.samdan.source.Changes;
import dev.samdan.source.Deliveries;
import dev.samdan.source.GitRoutes;
import dev.samdan.source.History;
import dev.samdan.source.Source;
import io.javalin.Javalin;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.zip.ZipOutputStream;
import org.eclipse.jgit.util.FS;

/**
 * The rooms below pull requests, really there: store, repositories behind a git server, pipelines.
 * What their actions do is decided by the test.
 */
final class Forge implements AutoCloseable {
  static final String SAMDAN_YML =
      """
      application: sample
      tiers:
        web: {source: web}
        api: {source: api, tests: buildspec-test.yml}
      environments:
        dev: {branch: dev, room: dev}
        prod: {branch: main, room: prod, approval: none}
      """;

  static {
    // Measured once beforehand: in the background, JGit's probes would appear while a short test
    // deletes its folder.
    FS.FileStoreAttributes.setBackground(false);
    FS.getFileStoreAttributes(Path.of(System.getProperty("java.io.tmpdir")));
  }

  final Path folder;
  final Path clone;
  final Database database = TestDatabase.fresh();
  final Identity identity = new Identity(database, InstantSource.system());
  final Applications applications = new Applications(database);
  final Audit audit = new Audit(database);

  /** Actions that fail: {@code <pipeline>/<stage>}, or that with {@code @<commit>}. */
  final Set<String> failing = ConcurrentHashMap.newKeySet();

  final Source source;
  final History history;
  final Pipelines pipelines;
  final Rooms rooms;
  final Deliveries deliveries;
  final Principal mina = new Principal("mina", "Kim Mina", "en");
  final Principal haneul = new Principal("haneul", "Lee Haneul", "en");
  PullRequests pulls;
  private final String token;
  private final Javalin server;

  Forge(Path folder) {
    this(folder, SAMDAN_YML);
  }

  Forge(Path folder, String declaration) {
    this.folder = folder;
    this.source = new Source(folder.resolve("home"));
    this.history = new History(source);
    this.pipelines = new Pipelines(database, folder.resolve("home"));
    this.rooms = new Rooms(database, identity, applications, pipelines, "http://localhost:7070");
    this.deliveries =
        new Deliveries(
            database,
            source,
            applications,
            pipelines,
            new Deliveries.Outside(
                (app, commit) -> true,
                file -> {},
                app -> "http://localhost:7070",
                Preflight::check));
    identity.ensureUser("mina", "Kim Mina");
    identity.ensureUser("haneul", "Lee Haneul");
    identity.setRole("mina", null, Role.ADMIN);
    this.token = identity.issueToken("mina", "test");
    register();
    pipelines.start();
    this.pulls = startPulls();
    GitRoutes routes = new GitRoutes(source, identity, deliveries, audit);
    this.server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.jetty.host = "127.0.0.1";
                  config.concurrency.useVirtualThreads = true;
                  routes.register(config);
                })
            .start(0);
    source.createRepository("sample");
    applications.create("sample", null);
    this.clone = folder.resolve("clone");
    begin(declaration);
  }

  /** What control does with pull requests when it starts. */
  PullRequests newPulls() {
    PullRequests made =
        new PullRequests(
            database,
            new PullRequests.House(
                identity,
                applications,
                pipelines,
                rooms,
                source,
                new Changes(source, applications, pipelines, (app, commit) -> true)),
            new Outside(
                "http://localhost:7070",
                deliveries::moved,
                (file, paths, language) -> List.of(),
                application -> List.of(),
                (repository, head) -> {}),
            InstantSource.system());
    deliveries.follow(made::moved);
    return made;
  }

  private PullRequests startPulls() {
    PullRequests made = newPulls();
    made.start();
    return made;
  }

  /** As when control dies and the next one takes over. */
  void restartPulls() {
    pulls.close();
    pulls = startPulls();
  }

  private void register() {
    for (String type :
        List.of(
            "Source/AWS/CodeStarSourceConnection",
            "Build/AWS/CodeBuild",
            "Build/AWS/ECRBuildAndPublish",
            "Deploy/AWS/CodeDeployToECS",
            "Deploy/AWS/S3",
            "Test/AWS/CodeBuild",
            "Test/Custom/Trial")) {
      pipelines.register(type, this::act);
    }
  }

  private ActionOutcome act(ActionContext context) {
    String key = context.pipeline() + "/" + context.stage();
    if (failing.contains(key) || failing.contains(key + "@" + context.revision().commit())) {
      return ActionOutcome.failed("BuildFailed", "2 of 9 tests failed");
    }
    context
        .action()
        .outputArtifacts()
        .forEach(artifact -> {
          try (OutputStream file = Files.newOutputStream(context.output(artifact.name()))) {
            new ZipOutputStream(file).close();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return new ActionOutcome.Succeeded(
        "9 tests passed", Map.of("CommitId", context.revision().commit()));
  }

  /** main and dev at the same commit, both delivered. */
  private void begin(String declaration) {
    run(folder, "git", "clone", "--quiet", url(), clone.toString()).orThrow();
    git("config", "user.name", "Kim Mina");
    git("config", "user.email", "mina@example.com");
    git("checkout", "--quiet", "-B", "dev");
    commit(
        Map.of(
            "samdan.yml",
            declaration,
            "web/index.html",
            "1",
            "api/app.py",
            "one\ntwo\nthree\n",
            "api/tests/test_app.py",
            "1",
            "README.md",
            "1"));
    git("push", "--quiet", "origin", "dev", "dev:main");
    git("fetch", "--quiet", "origin");
    awaitDelivered("prod");
    awaitDelivered("dev");
  }

  void awaitDelivered(String environment) {
    await("what is delivered to " + environment)
        .atMost(Duration.ofSeconds(60))
        .failFast(() -> {
          List<ExecutionView> failed =
              executions(e ->
                  environment.equals(e.environment())
                      && e.status() == dev.samdan.pipeline.ExecutionStatus.Failed
                      && failing.isEmpty());
          if (!failed.isEmpty()) {
            throw new AssertionError(failed.toString());
          }
        })
        .until(() -> {
          List<ExecutionView> all = executions(e -> environment.equals(e.environment()));
          return !all.isEmpty() && all.stream().allMatch(e -> e.status().ended());
        });
  }

  /** Newest first. */
  List<ExecutionView> executions(Predicate<ExecutionView> wanted) {
    return pipelines.executions(ExecutionFilter.ALL, null, 500).executions().stream()
        .filter(wanted)
        .toList();
  }

  String url() {
    return "http://anyone:" + token + "@127.0.0.1:" + server.port() + "/git/sample.git";
  }

  String git(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return run(clone, command).orThrow().strip();
  }

  /** Writes files, commits them, and gives the commit. */
  String commit(Map<String, String> files) {
    try {
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = clone.resolve(file.getKey());
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        Files.writeString(path, file.getValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    git("add", "--all");
    git(
        "commit",
        "--quiet",
        "--message",
        "Change " + files.keySet().stream().sorted().collect(Collectors.joining(", ")));
    return git("rev-parse", "HEAD");
  }

  /** A branch of one commit, pushed; gives what git said. */
  String branch(String name, String from, Map<String, String> files) {
    git("fetch", "--quiet", "origin");
    git("checkout", "--quiet", "-B", name, "origin/" + from);
    commit(files);
    return run(clone, "git", "push", "origin", name).orThrow();
  }

  PullRequestRow pull(String branch) {
    return pulls.create(new PullRequests.Order("sample", branch, null, null, null, false), mina);
  }

  /** Waits until pipelines have checked it. */
  PullRequestView checked(int number) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> pulls.show("sample", number, mina),
            view -> view.checks().stream().noneMatch(c -> c.state() == Check.State.RUNNING));
  }

  PullRequests.Merged merge(int number) {
    checked(number);
    return pulls.merge("sample", number, null, mina);
  }

  String tip(String branch) {
    return String.valueOf(source.tips("sample").get(branch));
  }

  boolean exists(String branch) {
    return source.tips("sample").containsKey(branch);
  }

  String file(String branch, String path) {
    return new String(
        source.readFile("sample", branch, path).orElseThrow(), StandardCharsets.UTF_8);
  }

  HotfixView awaitHotfix(String version, Predicate<HotfixView> wanted) {
    return await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                pulls.hotfixes("sample", 10).stream()
                    .filter(h -> h.version().equals(version))
                    .findFirst()
                    .orElse(null),
            h -> h != null && wanted.test(h));
  }

  /** What was said in a room, oldest first. */
  List<String> said(String room) {
    return rooms.read(room, Language.EN, 0, 200).stream().map(Message::sentence).toList();
  }

  /** How a command ended and what it printed on both streams. */
  record Ended(int exit, String output) {
    String orThrow() {
      if (exit != 0) {
        throw PlatformException.invalid("exit " + exit + ": " + output);
      }
      return output;
    }
  }

  static Ended run(Path folder, String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("LC_ALL", "C.UTF-8");
    try {
      Process process = builder.start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Ended(process.waitFor(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.stop();
    pulls.close();
    deliveries.close();
    pipelines.close();
    source.close();
    audit.close();
    database.close();
  }
}
