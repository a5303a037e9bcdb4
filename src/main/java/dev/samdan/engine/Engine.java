package dev.samdan.engine;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Network;
import com.github.dockerjava.api.model.Version;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import dev.samdan.base.PlatformException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The Docker engine that {@code DOCKER_HOST} names, else the one at {@code
 * unix:///var/run/docker.sock}. Nothing is asked of it before it is needed; where none answers,
 * {@link #facts} is empty. All that Samdan makes in it carries this home's id, and nothing else is
 * ever touched.
 */
public final class Engine implements AutoCloseable {
  /** Names the home that an object belongs to. */
  public static final String HOME_LABEL = "dev.samdan.home";

  /**
   * What an object is: {@code task}, {@code run}, {@code network}, {@code volume}, {@code image}…
   */
  public static final String KIND_LABEL = "dev.samdan.kind";

  /** Which one of its kind it is. */
  public static final String ID_LABEL = "dev.samdan.id";

  private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
  private static final String DEFAULT_HOST = "unix:///var/run/docker.sock";
  private static final Duration FACTS_AGE = Duration.ofSeconds(3);
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** An engine that hangs takes connections and says nothing. */
  private static final Duration ANSWER = Duration.ofSeconds(10);

  private static final int CONNECTIONS = 2_000;

  private final String host;
  private final EngineHome home;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable DockerClient client;
  private Known known = new Known(Optional.empty(), Long.MIN_VALUE);

  private record Known(Optional<EngineFacts> facts, long atNanos) {}

  private Engine(String host, EngineHome home) {
    this.host = host;
    this.home = home;
  }

  /** The engine of this home, by an environment such as {@code System.getenv()}. */
  public static Engine of(Path home, Map<String, String> environment) {
    String named = environment.getOrDefault("DOCKER_HOST", "");
    return new Engine(
        named.isBlank() ? DEFAULT_HOST : named, new EngineHome(home.toAbsolutePath()));
  }

  /** Where the engine is asked, such as {@code unix:///var/run/docker.sock}. */
  public String host() {
    return host;
  }

  /** The socket at which it is asked; empty where that is another kind of address. */
  public Optional<Path> socket() {
    return host.startsWith("unix://")
        ? Optional.of(Path.of(host.substring("unix://".length())))
        : Optional.empty();
  }

  /**
   * What the engine says about itself; empty where none answers within ten seconds. At most a few
   * seconds old.
   */
  public Optional<EngineFacts> facts() {
    lock.lock();
    try {
      if (known.atNanos == Long.MIN_VALUE
          || System.nanoTime() - known.atNanos > FACTS_AGE.toNanos()) {
        Optional<EngineFacts> facts = isThere() ? inTime(Engine::facts) : Optional.empty();
        known = new Known(facts, System.nanoTime());
      }
      return known.facts;
    } finally {
      lock.unlock();
    }
  }

  /** The facts, or an UNAVAILABLE problem that says what to do where no engine answers. */
  public EngineFacts require() {
    return facts().orElseThrow(this::gone);
  }

  /** The problem of an engine that does not answer. */
  public PlatformException gone() {
    return PlatformException.unavailable(
        "no Docker engine answers at "
            + host
            + ": start it (systemctl start docker), name another one in DOCKER_HOST, or run tasks"
            + " as processes (samdan up --runtime process)");
  }

  /** docker-java's client, made on first use and shared. */
  public DockerClient client() {
    lock.lock();
    try {
      DockerClient made = client;
      if (made == null) {
        made = connect();
        client = made;
      }
      return made;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Asks the engine. UNAVAILABLE, as {@link #gone}, where it does not answer; what it refuses is a
   * {@link DockerException}.
   */
  public <T extends @Nullable Object> T ask(Function<DockerClient, T> question) {
    DockerClient asked = client();
    try {
      return question.apply(asked);
    } catch (RuntimeException e) {
      if (!isOfConnection(e)) {
        throw e;
      }
    }
    try {
      return question.apply(anew(asked));
    } catch (RuntimeException e) {
      throw isOfConnection(e) ? gone() : e;
    }
  }

  private static boolean isOfConnection(RuntimeException e) {
    return !(e instanceof DockerException)
        && (e instanceof UncheckedIOException || e.getCause() instanceof IOException);
  }

  /**
   * A client in the place of one whose connections broke: those that were kept from before an
   * engine's restart are of no use to the next. UNAVAILABLE where the engine does not answer.
   */
  private DockerClient anew(DockerClient broken) {
    lock.lock();
    try {
      DockerClient now = client;
      if (now != null && !now.equals(broken)) {
        return now; // Somebody else was here first.
      }
      if (Thread.currentThread().isInterrupted() || !isThere() || !pings()) {
        throw gone();
      }
      DockerClient fresh = connect();
      client = fresh;
      close(broken);
      return fresh;
    } finally {
      lock.unlock();
    }
  }

  private boolean pings() {
    return inTime(
            asked -> {
              asked.pingCmd().exec();
              return true;
            })
        .isPresent();
  }

  /** The answer to a client of the question's own; empty where there is none in time. */
  private <T> Optional<T> inTime(Function<DockerClient, T> question) {
    DockerClient asked = connect();
    FutureTask<T> answer = new FutureTask<>(() -> question.apply(asked));
    Thread.ofVirtual().name("engine-answer").start(answer);
    try {
      return Optional.of(answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS));
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("no engine answers at {}", host, e);
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      answer.cancel(true);
      close(asked);
    }
  }

  private static void close(DockerClient client) {
    try {
      client.close();
    } catch (IOException e) {
      LOG.debug("the connection to the engine did not close cleanly", e);
    }
  }

  /** The docker command for this engine and home, with these arguments; nothing runs yet. */
  public List<String> cli(String... arguments) {
    List<String> words =
        new ArrayList<>(List.of("docker", "-H", host, "--config", home.configFolder().toString()));
    words.addAll(Arrays.asList(arguments));
    return List.copyOf(words);
  }

  /** A random id that this home keeps; it tells its objects from those of other homes. */
  public String homeId() {
    return home.id();
  }

  /** Whether this home ever made something in an engine. */
  public boolean isUsed() {
    return home.exists();
  }

  /** The labels of an object that this home makes. */
  public Map<String, String> labels(String kind, String id) {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put(HOME_LABEL, homeId());
    labels.put(KIND_LABEL, kind);
    labels.put(ID_LABEL, id);
    return labels;
  }

  /**
   * Signs the engine's pulls and the docker command in to a registry; kept in the home (0600).
   *
   * @param registry such as {@code localhost:7070}
   */
  public void signIn(String registry, String user, String password) {
    home.signIn(registry, user, password);
  }

  /** With what a pull from this registry is authorised; empty where nobody signed in to it. */
  public Optional<AuthConfig> authorisation(String registry) {
    return home.authorisation(registry);
  }

  /** The registry that was signed in to last: this home's own. */
  public Optional<String> registry() {
    return home.registry();
  }

  /**
   * Makes an image of one layer in the engine, without a registry.
   *
   * @param name {@code repository:tag}
   * @param layer an uncompressed tar
   */
  public void load(String name, byte[] layer, List<String> entrypoint, Map<String, String> labels) {
    byte[] archive = ImageArchive.of(name, layer, entrypoint, labels, require().architecture());
    client().loadImageCmd(new ByteArrayInputStream(archive)).exec();
  }

  @Override
  public void close() {
    lock.lock();
    try {
      if (client != null) {
        close(client);
        client = null;
      }
    } finally {
      lock.unlock();
    }
  }

  /** A socket that does not exist needs no question. */
  private boolean isThere() {
    return !host.startsWith("unix://") || Files.exists(Path.of(URI.create(host).getPath()));
  }

  private DockerClient connect() {
    DefaultDockerClientConfig config =
        DefaultDockerClientConfig.createDefaultConfigBuilder()
            .withDockerHost(host)
            .withDockerConfig(home.configFolder().toString())
            .build();
    return DockerClientImpl.getInstance(
        config,
        new ZerodepDockerHttpClient.Builder()
            .dockerHost(config.getDockerHost())
            .sslConfig(config.getSSLConfig())
            .maxConnections(CONNECTIONS)
            .connectionTimeout(CONNECT)
            .build());
  }

  private static EngineFacts facts(DockerClient asked) {
    Version version = asked.versionCmd().exec();
    Info info = asked.infoCmd().exec();
    return new EngineFacts(
        text(version.getVersion()),
        text(version.getApiVersion()),
        text(info.getDriver()),
        text(version.getOperatingSystem()),
        text(version.getArch()),
        String.valueOf(info.getRawValues().getOrDefault("CgroupVersion", "1")),
        gateway(asked));
  }

  private static String gateway(DockerClient asked) {
    try {
      return asked.inspectNetworkCmd().withNetworkId("bridge").exec().getIpam().getConfig().stream()
          .map(Network.Ipam.Config::getGateway)
          .filter(java.util.Objects::nonNull)
          .findFirst()
          .orElse("");
    } catch (DockerException e) {
      return "";
    }
  }

  private static String text(@Nullable String value) {
    return value == null ? "" : value;
  }
}
