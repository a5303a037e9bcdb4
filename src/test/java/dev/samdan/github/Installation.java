package dev.samdan.github;

import dev.samdan.application.Applications;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.identity.Identity;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pullrequest.Outside;
import dev.samdan.pullrequest.PullRequests;
import dev.samdan.rooms.Language;
import dev.samdan.rooms.Message;
import dev.samdan.rooms.Rooms;
import dev.samdan.secrets.Secrets;
import dev.samdan.source.Changes;
import dev.samdan.source.Deliveries;
import dev.samdan.source.GitRemote;
import dev.samdan.source.Mirrors;
import dev.samdan.source.RemoteCredentials;
import dev.samdan.source.RemoteOrder;
import dev.samdan.source.Source;
import dev.samdan.source.SourceProvider;
import io.javalin.Javalin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** The rooms below this one, really there, with a GitHub to speak with and a port for webhooks. */
final class Installation implements AutoCloseable {
  static final String FILE =
      """
      application: sample
      tiers:
        web: {source: web}
      environments:
        dev: {branch: dev, room: "Dev room"}
      """;

  final FakeGitHub gitHubItself = new FakeGitHub();
  final GitRemote remote;
  final Path work;
  final Database database = TestDatabase.fresh();
  final Applications applications = new Applications(database);
  final Pipelines pipelines;
  final Rooms rooms;

  private final Path home;
  private final Source source;
  private final Secrets secrets;
  private final Deliveries deliveries;
  private final HttpClient http = HttpClient.newHttpClient();
  private final PullRequests pulls;
  private Mirrors mirrors;
  GitHub gitHub;
  private Javalin server;
  String secret = "";

  Installation(Path folder) {
    try {
      home = Files.createDirectories(folder.resolve("home"));
      remote = new GitRemote(Files.createDirectories(folder.resolve("elsewhere")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    work = remote.create("team/app");
    pipelines = new Pipelines(database, home);
    source = new Source(home);
    secrets = new Secrets(database, home, InstantSource.system());
    Identity identity = new Identity(database, InstantSource.system());
    rooms = new Rooms(database, identity, applications, pipelines, "http://samdan");
    deliveries =
        new Deliveries(
            database,
            source,
            applications,
            pipelines,
            new Deliveries.Outside(
                (_, _) -> true, _ -> {}, app -> app, (_, _, _) -> List.of(), (_, _) -> false));
    applications.create("sample", null);
    pipelines.register(SourceProvider.TYPE, new SourceProvider(source, applications));
    mirrors = new Mirrors(database, source, deliveries, new RemoteCredentials(secrets), rooms);
    pulls =
        new PullRequests(
            database,
            new PullRequests.House(
                identity,
                applications,
                pipelines,
                rooms,
                source,
                new Changes(source, applications, pipelines, (_, _) -> true)),
            new Outside(
                "http://samdan",
                (_, _) -> {},
                (_, _, _) -> List.of(),
                _ -> List.of(),
                (_, _) -> {}),
            InstantSource.system());
    gitHub = newGitHub();
    server = serve();
  }

  private GitHub newGitHub() {
    return new GitHub(
        database,
        new GitHub.Neighbours(source, mirrors, new RemoteCredentials(secrets), pipelines, rooms),
        pulls::elsewhere,
        "http://samdan");
  }

  private Javalin serve() {
    return Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.jetty.host = "127.0.0.1";
              config.concurrency.useVirtualThreads = true;
              gitHub.register(config.routes);
            })
        .start(0);
  }

  /** Control dies and another one starts. */
  void restart() {
    server.stop();
    gitHub.close();
    mirrors.close();
    mirrors = new Mirrors(database, source, deliveries, new RemoteCredentials(secrets), rooms);
    gitHub = newGitHub();
    gitHub.start();
    server = serve();
  }

  /** Connects by a token, asked by itself only once a day. */
  void connect() {
    connect(FakeGitHub.TOKEN, gitHubItself.url(), null, null);
  }

  void connectAsApp() {
    connect(null, gitHubItself.url(), FakeGitHub.APP_ID, gitHubItself.appKeyPem());
  }

  void connect(
      @Nullable String token, String api, @Nullable String appId, @Nullable String appKey) {
    RemoteOrder order =
        new RemoteOrder("sample", "sample", remote.url("team/app"), token, null, 86_400);
    Connected connected = gitHub.connect(new ConnectOrder(order, api, appId, appKey), "mina");
    secret = Objects.requireNonNull(connected.gitHub().webhookSecret());
  }

  /** The commit that was pushed there. */
  String push(String branch, Map<String, String> files) {
    return remote.push("team/app", branch, files);
  }

  String push(String branch, String file, String content) {
    return push(branch, Map.of("samdan.yml", FILE, file, content));
  }

  HttpResponse<String> hook(String event, String payload) {
    return hook(event, UUID.randomUUID().toString(), payload);
  }

  HttpResponse<String> hook(String event, String id, String payload) {
    return hook(
        Map.of(
            "X-GitHub-Event",
            event,
            "X-GitHub-Delivery",
            id,
            "Content-Type",
            "application/json",
            "X-Hub-Signature-256",
            sign(payload, secret)),
        payload.getBytes(StandardCharsets.UTF_8));
  }

  HttpResponse<String> hook(Map<String, String> headers, byte[] body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(hookUrl()).POST(HttpRequest.BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    try {
      return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  URI hookUrl() {
    return URI.create("http://127.0.0.1:" + server.port() + "/hooks/github");
  }

  static String sign(String body, String secret) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
      return "sha256="
          + HexFormat.of().formatHex(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    } catch (java.security.GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  static String pushed(String branch) {
    return """
    {"ref": "refs/heads/%s", "repository": {"id": 1, "full_name": "Team/App"}, "sender": {"login": "octocat"}}
    """
        .formatted(branch);
  }

  /** A pull request as webhooks and the API's list show it. */
  static String pull(int number, String head, String commit, String base, String from) {
    return """
    {"number": %d, "state": "open", "title": "Change", "user": {"login": "octocat"},
     "head": {"ref": "%s", "sha": "%s", "repo": {"full_name": "%s"}},
     "base": {"ref": "%s", "sha": "%s", "repo": {"full_name": "team/app"}}}
    """
        .formatted(number, head, commit, from, base, commit);
  }

  List<ExecutionView> executions() {
    return pipelines.executions(ExecutionFilter.ALL, null, 500).executions();
  }

  List<String> told(Language language) {
    return rooms.list(language).stream()
        .flatMap(room -> rooms.read(room.name(), language, 0, 100).stream())
        .map(Message::text)
        .toList();
  }

  @Override
  public void close() {
    server.stop();
    gitHub.close();
    mirrors.close();
    pulls.close();
    rooms.close();
    deliveries.close();
    pipelines.close();
    source.close();
    gitHubItself.close();
    remote.close();
    database.close();
  }
}
