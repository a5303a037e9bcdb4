package dev.samdan.github;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.github.CommitReport.State;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.rooms.Post;
import dev.samdan.rooms.Rooms;
import dev.samdan.source.BranchView;
import dev.samdan.source.Mirrored;
import dev.samdan.source.Mirrors;
import dev.samdan.source.Remote;
import dev.samdan.source.RemoteCredentials;
import dev.samdan.source.RemoteOrder;
import dev.samdan.source.RemoteUrl;
import dev.samdan.source.Source;
import io.javalin.config.RoutesConfig;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Connects applications with repositories elsewhere, and, where those live at GitHub, hears its
 * webhooks and reports to it what the branch strategy and the pipelines say of each commit.
 */
public final class GitHub implements AutoCloseable {
  private static final String WEBHOOK_SECRET = "webhook-secret";
  private static final String APP_KEY = "app-key";
  private static final String STRATEGY = "samdan/branch-strategy";
  private static final Duration PULLS_EVERY = Duration.ofMinutes(5);

  /** The rooms that it speaks with. */
  public record Neighbours(
      Source source,
      Mirrors mirrors,
      RemoteCredentials credentials,
      Pipelines pipelines,
      Rooms rooms) {}

  /** What the branch strategy says against a pull request whose newest commit is here. */
  @FunctionalInterface
  public interface Judge {
    /** Nothing where it follows the strategy; from which branch into which. */
    List<BranchView.Finding> against(String repository, String source, String target, String head);
  }

  private final Neighbours rooms;
  private final String url;
  private final RepositoryRows repositories;
  private final HookRows hooks;
  private final ReportRows reports;
  private final GitHubApi api = new GitHubApi();
  private final Tokens tokens = new Tokens(api);
  private final Pulls pulls;
  private final HookWork work;
  private final Reporter reporter;
  private final PipelineReports pipelineReports;
  private final Loop upkeep = new Loop("github-upkeep", Duration.ofSeconds(20));

  /**
   * @param strategy that pull requests are held against
   * @param url where this server is reached
   */
  public GitHub(Database database, Neighbours rooms, Judge strategy, String url) {
    this.rooms = rooms;
    this.url = url;
    this.repositories = new RepositoryRows(database);
    this.hooks = new HookRows(database);
    this.reports = new ReportRows(database);
    this.pulls = new Pulls(new PullRows(database), reports, strategy, api, url);
    this.work = new HookWork(hooks, pulls, this::follow);
    this.reporter =
        new Reporter(repositories, reports, new Sending(api), this::token, this::sayOutage);
    this.pipelineReports =
        new PipelineReports(database, rooms.pipelines(), repositories, url, reporter::wake);
  }

  /** Begins to follow, to do what webhooks ask for, and to report. */
  public void start() {
    rooms.mirrors().start(new Mirrors.Outside(this::moved, pulls::refs, this::appToken));
    work.start();
    reporter.start();
    pipelineReports.start();
    upkeep.start(this::lookAround);
  }

  /** Mounts the door for webhooks. */
  public void register(RoutesConfig routes) {
    new HookRoutes(repositories, this::webhookSecret, hooks, work::wake).register(routes);
  }

  /**
   * Connects an application's repository with one elsewhere; doing so again changes what is given.
   *
   * @param by who does it
   */
  public Connected connect(ConnectOrder order, String by) {
    RemoteUrl at = RemoteUrl.parse(order.remote().url());
    String root =
        order.api() != null
            ? order.api()
            : at.host().equals("github.com") ? "https://api.github.com" : null;
    if (root == null) {
      if (order.appId() != null) {
        throw PlatformException.invalid(
            "a GitHub App needs the root of GitHub's API: --api https://HOST/api/v3");
      }
      Remote remote = rooms.mirrors().connect(order.remote(), null, by);
      repositories.delete(remote.repository());
      return new Connected(remote, null);
    }
    String fullName = fullName(at);
    String repository = order.remote().repository();
    boolean sameServer =
        rooms
            .mirrors()
            .find(repository)
            .filter(known -> RemoteUrl.parse(known.url()).sameServer(at))
            .isPresent();
    boolean sameApi =
        repositories.find(repository).filter(known -> known.api().equals(root)).isPresent();
    if (sameServer && !sameApi) {
      requireToken(order.remote(), root);
    }
    boolean keep = sameServer && sameApi;
    String appKey = order.appId() == null ? null : appKey(order, keep);
    String token =
        order.appId() == null || appKey == null
            ? null
            : tokens.of(root, fullName, order.appId(), appKey);
    Remote remote = rooms.mirrors().connect(order.remote(), token, by);
    repositories.put(repository, fullName, root, order.appId());
    if (appKey != null) {
      rooms.credentials().set(remote.application(), repository, APP_KEY, appKey, by);
    } else if (!keep) {
      rooms.credentials().delete(remote.application(), repository, APP_KEY);
    }
    String secret = keepWebhookSecret(remote, root, order.appId(), by);
    upkeep.wake();
    return new Connected(remote, atGitHub(repositories.find(repository).orElseThrow(), secret));
  }

  private static String fullName(RemoteUrl at) {
    String[] parts = at.path().split("/");
    if (parts.length < 2) {
      throw PlatformException.invalid(
          "'" + at.text() + "' names no repository of GitHub: https://github.com/OWNER/NAME");
    }
    return parts[parts.length - 2] + "/" + parts[parts.length - 1];
  }

  /** A kept token was given for another API, and is not shown to this one. */
  private void requireToken(RemoteOrder order, String root) {
    if (order.token() == null
        && rooms.mirrors().find(order.repository()).flatMap(rooms.mirrors()::token).isPresent()) {
      throw PlatformException.invalid(
          "the token that is kept was not given for "
              + root
              + ": give the token again for this API (--token), or disconnect first");
    }
  }

  private String appKey(ConnectOrder order, boolean keep) {
    String given = order.appKey();
    if (given != null) {
      return given;
    }
    Optional<String> kept =
        rooms
            .credentials()
            .find(order.remote().application(), order.remote().repository(), APP_KEY);
    return kept.filter(_ -> keep)
        .orElseThrow(() ->
            PlatformException.invalid(
                "the app's private key for this server and API is missing: give it on standard"
                    + " input"));
  }

  /** One GitHub App has one webhook, so its repositories share the secret. */
  private String keepWebhookSecret(Remote remote, String root, @Nullable String appId, String by) {
    Optional<String> known =
        rooms.credentials().find(remote.application(), remote.repository(), WEBHOOK_SECRET);
    Optional<String> ofApp =
        repositories.list().stream()
            .filter(r -> r.api().equals(root) && appId != null && appId.equals(r.appId()))
            .flatMap(r -> webhookSecret(r).stream())
            .findFirst();
    String secret = known.or(() -> ofApp).orElseGet(GitHub::random);
    rooms.credentials().set(remote.application(), remote.repository(), WEBHOOK_SECRET, secret, by);
    return secret;
  }

  private static String random() {
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  /** Follows no longer, and forgets every credential. */
  public void disconnect(String repository) {
    Remote remote = rooms.mirrors().show(repository);
    rooms.mirrors().disconnect(repository);
    rooms.credentials().delete(remote.application(), repository, WEBHOOK_SECRET);
    rooms.credentials().delete(remote.application(), repository, APP_KEY);
  }

  /** What an application follows. */
  public List<Connected> of(String application) {
    return rooms.mirrors().of(application).stream().map(this::view).toList();
  }

  /** One repository; NOT_FOUND where it follows nothing. */
  public Connected show(String repository) {
    return view(rooms.mirrors().show(repository));
  }

  private Connected view(Remote remote) {
    return new Connected(
        remote, repositories.find(remote.repository()).map(r -> atGitHub(r, null)).orElse(null));
  }

  private Connected.AtGitHub atGitHub(GitHubRepository at, @Nullable String secret) {
    return new Connected.AtGitHub(
        at.fullName(),
        at.api(),
        at.appId(),
        url + "/hooks/github",
        secret,
        at.hookAt(),
        at.reportsError());
  }

  /** Webhook deliveries, newest first. */
  public List<HookDelivery> deliveries(String repository, int limit) {
    return hooks.list(repository, limit);
  }

  /**
   * Asks and fetches now; what was moved begins to be delivered.
   *
   * @param wait how long to wait for its end
   * @return whether it has ended
   * @throws PlatformException where it cannot be asked or fetched; it is asked again by itself
   */
  public boolean sync(String repository, Duration wait) {
    Remote remote = rooms.mirrors().show(repository);
    FutureTask<Void> sync = new FutureTask<>(() -> follow(remote.repository(), null), null);
    Thread _ = Thread.ofVirtual().name("sync-" + repository).start(sync);
    try {
      sync.get(wait.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof PlatformException known
          ? known
          : PlatformException.unavailable(String.valueOf(e.getCause()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void follow(String repository, @Nullable String by) {
    rooms.mirrors().sync(repository, by);
    judgePulls(repository);
  }

  private void judgePulls(String repository) {
    pulls.judge(repository, commit -> rooms.source().hasCommit(repository, commit));
    reporter.wake();
  }

  /** Each branch that is about to move is reported on, well or wrong. */
  private void moved(Mirrored mirrored) {
    if (repositories.find(mirrored.repository()).isEmpty()) {
      return;
    }
    Map<String, Mirrored.Move> byCommit = new LinkedHashMap<>();
    for (Mirrored.Move move : mirrored.moves()) {
      if (move.newer() != null && move.ref().startsWith("refs/heads/")) {
        byCommit.merge(move.newer(), move, (a, b) -> a.english() != null ? a : b);
      }
    }
    byCommit.forEach(
        (commit, move) -> reports.want(mirrored.repository(), report(mirrored, move, commit)));
    reporter.wake();
  }

  private CommitReport report(Mirrored mirrored, Mirrored.Move move, String commit) {
    BranchView.Finding finding = move.english();
    return new CommitReport(
        commit,
        STRATEGY,
        finding == null ? State.SUCCESS : State.FAILURE,
        finding == null ? move.name() + " follows the branch strategy" : finding.message(),
        finding == null ? "" : Pulls.markdown(finding),
        url + "/applications/" + mirrored.application() + "/branches",
        "branch-" + commit);
  }

  /** Finds pull requests that a lost webhook told of, and forgets what is old. */
  private void lookAround() {
    for (GitHubRepository one : repositories.pullsUnreadSince(Instant.now().minus(PULLS_EVERY))) {
      upkeep.aside(one.repository(), _ -> readPulls(one));
    }
    hooks.trim();
    reports.trim();
  }

  private void readPulls(GitHubRepository one) {
    if (pulls.read(one, token(one), repositories)) {
      follow(one.repository(), null);
    }
  }

  /** The token of the moment where Samdan acts as an app; empty where it does not. */
  private Optional<String> appToken(Remote remote) {
    Optional<GitHubRepository> at =
        repositories.find(remote.repository()).filter(r -> r.appId() != null);
    return at.map(of -> {
      String key =
          rooms
              .credentials()
              .find(remote.application(), remote.repository(), APP_KEY)
              .orElseThrow(() -> PlatformException.unavailable("the app's private key is missing"));
      return tokens.of(of.api(), of.fullName(), Objects.requireNonNull(of.appId()), key);
    });
  }

  private String token(GitHubRepository of) {
    Remote remote = rooms.mirrors().show(of.repository());
    return appToken(remote)
        .or(() -> rooms.mirrors().token(remote))
        .orElseThrow(() ->
            PlatformException.unavailable(
                "there is no token to report with: samdan app connect "
                    + remote.application()
                    + " "
                    + remote.url()
                    + " --token"));
  }

  private Optional<String> webhookSecret(GitHubRepository of) {
    return rooms
        .mirrors()
        .find(of.repository())
        .flatMap(remote ->
            rooms.credentials().find(remote.application(), of.repository(), WEBHOOK_SECRET));
  }

  private void sayOutage(GitHubRepository of, Optional<String> reason) {
    Remote remote = rooms.mirrors().show(of.repository());
    String room = rooms.rooms().roomOf(remote.application(), null, null);
    Post post =
        reason
            .map(why ->
                Post.note(
                    room,
                    remote.application(),
                    "Nothing can be reported to "
                        + of.fullName()
                        + " at GitHub: "
                        + why
                        + "\nIt is tried again by itself. A token needs to write commit statuses.",
                    "GitHub의 "
                        + of.fullName()
                        + " 저장소에 결과를 알릴 수 없어요: "
                        + why
                        + "\n저절로 다시 시도해요. 토큰에는 커밋 상태 쓰기 권한이 있어야 해요."))
            .orElseGet(() ->
                Post.note(
                    room,
                    remote.application(),
                    "Results are reported to " + of.fullName() + " at GitHub again.",
                    "GitHub의 " + of.fullName() + " 저장소에 다시 결과를 알리고 있어요."));
    long _ = rooms.rooms().post(post);
  }

  @Override
  public void close() {
    upkeep.close();
    work.close();
    pipelineReports.close();
    reporter.close();
    api.close();
  }
}
