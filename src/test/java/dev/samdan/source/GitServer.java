package dev.samdan.source;

import dev.samdan.application.Applications;
import dev.samdan.audit.Audit;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Principal;
import dev.samdan.identity.Right;
import dev.samdan.identity.Role;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.preflight.Preflight;
import io.javalin.Javalin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jgit.util.FS;

/** The rooms below this one, really there, and git served on a port of its own. */
public final class GitServer implements AutoCloseable {
  static {
    // Measured once beforehand: in the background, JGit's probes would appear while a short test
    // deletes its folder.
    FS.FileStoreAttributes.setBackground(false);
    FS.getFileStoreAttributes(Path.of(System.getProperty("java.io.tmpdir")));
  }

  public final Path folder;
  public final Database database = TestDatabase.fresh();
  public final Identity identity = new Identity(database, InstantSource.system());
  public final Audit audit = new Audit(database);
  public final Applications applications = new Applications(database);
  public final Pipelines pipelines;
  private final boolean everyBase;
  final Set<String> bases = ConcurrentHashMap.newKeySet();
  final List<Deliveries.InvalidFile> invalidFiles = new ArrayList<>();

  /** How often what a push asks for fails. */
  final AtomicInteger failures = new AtomicInteger();

  final String token;
  public Source source;
  public Deliveries deliveries;
  private Javalin server;

  GitServer(Path folder) {
    this(folder, false);
  }

  /**
   * @param everyBase whether each commit's base image is there; otherwise those in {@link #bases}
   */
  public GitServer(Path folder, boolean everyBase) {
    this.folder = folder;
    this.everyBase = everyBase;
    this.pipelines = new Pipelines(database, folder.resolve("home"));
    identity.ensureUser("mina", "Kim Mina");
    identity.setRole("mina", null, Role.ADMIN);
    this.token = identity.issueToken("mina", "test");
    this.source = new Source(folder.resolve("home"));
    this.deliveries = newDeliveries();
    this.server = serve();
  }

  private Deliveries newDeliveries() {
    return new Deliveries(
        database,
        source,
        applications,
        pipelines,
        new Deliveries.Outside(
            this::baseExists,
            invalidFiles::add,
            app -> "http://localhost:7070/" + app,
            Preflight::check,
            this::mayMerge));
  }

  private boolean mayMerge(String user, String application) {
    return identity.user(user).filter(u -> u.may(Right.MERGE, application)).isPresent();
  }

  private boolean baseExists(String application, String commit) {
    if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
      throw new IllegalStateException("the store is not there");
    }
    return everyBase || bases.contains(commit);
  }

  private Javalin serve() {
    GitRoutes routes = new GitRoutes(source, identity, deliveries, audit);
    return Javalin.create(
            config -> {
              config.startup.showJavalinBanner = false;
              config.jetty.host = "127.0.0.1";
              config.concurrency.useVirtualThreads = true;
              routes.register(config);
            })
        .start(0);
  }

  /**
   * A git whose pushes are received while nobody starts anything, as when control dies between the
   * two.
   */
  String urlWithoutDeliveries(String repository) {
    server.stop();
    GitRoutes routes =
        new GitRoutes(
            source,
            identity,
            new GitRoutes.Pushes() {
              @Override
              public List<String> applications(String name) {
                return deliveries.applications(name);
              }

              @Override
              public Strategy strategy(String name) {
                return deliveries.strategy(name);
              }

              @Override
              public List<String> received(
                  String name, Principal by, Collection<String> refs, List<String> options) {
                return List.of();
              }
            },
            audit);
    server =
        Javalin.create(
                config -> {
                  config.startup.showJavalinBanner = false;
                  config.jetty.host = "127.0.0.1";
                  routes.register(config);
                })
            .start(0);
    return url(repository);
  }

  /** Control starts again on the same home. */
  void restart() {
    server.stop();
    deliveries.close();
    source.close();
    source = new Source(folder.resolve("home"));
    deliveries = newDeliveries();
    deliveries.start();
    server = serve();
  }

  public String url(String repository) {
    return url(repository, token);
  }

  String url(String repository, String password) {
    return "http://anyone:"
        + password
        + "@127.0.0.1:"
        + server.port()
        + "/git/"
        + repository
        + ".git";
  }

  int port() {
    return server.port();
  }

  /** All executions, newest first. */
  List<ExecutionView> executions() {
    return pipelines.executions(ExecutionFilter.ALL, null, 500).executions();
  }

  public Path clone(String repository, String name) {
    Path clone = folder.resolve(name);
    run(folder, "git", "clone", "--quiet", url(repository), clone.toString()).orThrow();
    run(clone, "git", "config", "user.name", "Kim Mina").orThrow();
    run(clone, "git", "config", "user.email", "mina@example.com").orThrow();
    return clone;
  }

  /** Writes files, commits them all, and pushes the branch; answers what git printed. */
  static String push(Path clone, String branch, Map<String, String> files) {
    commit(clone, branch, files);
    return run(clone, "git", "push", "origin", branch).orThrow();
  }

  /** As {@link #push}, into the repository itself, where no rule holds. */
  void pushPastTheRules(String repository, Path clone, String branch, Map<String, String> files) {
    commit(clone, branch, files);
    run(
            clone,
            "git",
            "push",
            "--quiet",
            folder.resolve("home/git/" + repository + ".git").toString(),
            branch)
        .orThrow();
    run(clone, "git", "fetch", "--quiet", "origin").orThrow();
    deliveries.catchUp(repository);
  }

  static String commit(Path clone, String branch, Map<String, String> files) {
    try {
      if (!run(clone, "git", "symbolic-ref", "--short", "HEAD").output().strip().equals(branch)) {
        run(clone, "git", "checkout", "--quiet", "-B", branch).orThrow();
      }
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = clone.resolve(file.getKey());
        Files.createDirectories(Objects.requireNonNull(path.getParent()));
        Files.writeString(path, file.getValue());
      }
      run(clone, "git", "add", "--all").orThrow();
      run(
              clone,
              "git",
              "commit",
              "--quiet",
              "--message",
              "Change " + String.join(", ", files.keySet()))
          .orThrow();
      return run(clone, "git", "rev-parse", "HEAD").orThrow().strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Deletes a branch in the repository itself, which no push may where an environment follows it.
   */
  void deleteBranch(String repository, String branch) {
    run(
            folder.resolve("home/git/" + repository + ".git"),
            "git",
            "update-ref",
            "-d",
            "refs/heads/" + branch)
        .orThrow();
    deliveries.catchUp(repository);
  }

  /** How a command ended and what it printed on both streams. */
  public record Ended(int exit, String output) {
    public String orThrow() {
      if (exit != 0) {
        throw PlatformException.invalid("exit " + exit + ": " + output);
      }
      return output;
    }
  }

  static ProcessBuilder command(Path folder, String... command) {
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    builder.environment().put("GIT_CONFIG_NOSYSTEM", "1");
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    builder.environment().put("LC_ALL", "C.UTF-8");
    return builder;
  }

  public static Ended run(Path folder, String... command) {
    try {
      Process process = command(folder, command).start();
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
    audit.close();
    deliveries.close();
    pipelines.close();
    source.close();
    database.close();
  }
}
