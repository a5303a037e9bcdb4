package dev.samdan.pullrequest;

import static org.awaitility.Awaitility.await;

import dev.samdan.application.Applications;
import dev.samdan.database.Database;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Principal;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.rooms.Language;
import dev.samdan.rooms.Message;
import dev.samdan.rooms.Rooms;
import dev.samdan.source.Changes;
import dev.samdan.source.Deliveries;
import dev.samdan.source.GitServer;
import dev.samdan.source.History;
import dev.samdan.source.Source;
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

  final Path folder;
  final Path clone;
  final Database database;
  final Identity identity;
  final Applications applications;

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
  private final GitServer server;

  Forge(Path folder) {
    this(folder, SAMDAN_YML);
  }

  Forge(Path folder, String declaration) {
    this.folder = folder;
    this.server = new GitServer(folder, true);
    this.database = server.database;
    this.identity = server.identity;
    this.applications = server.applications;
    this.source = server.source;
    this.pipelines = server.pipelines;
    this.deliveries = server.deliveries;
    this.history = new History(source);
    this.rooms = new Rooms(database, identity, applications, pipelines, "http://localhost:7070");
    identity.ensureUser("haneul", "Lee Haneul");
    register();
    pipelines.start();
    this.pulls = startPulls();
    source.createRepository("sample");
    applications.create("sample", null);
    this.clone = server.clone("sample", "clone");
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
    return server.url("sample");
  }

  String git(String... arguments) {
    String[] command = new String[arguments.length + 1];
    command[0] = "git";
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return GitServer.run(clone, command).orThrow().strip();
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
    return GitServer.run(clone, "git", "push", "origin", name).orThrow();
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
    return pulls.merge("sample", number, null, null, mina);
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

  @Override
  public void close() {
    pulls.close();
    server.close();
  }
}
