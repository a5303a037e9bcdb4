package dev.samdan.registry.aws;

import dev.samdan.base.AtomicFile;
import dev.samdan.base.PlatformException;
import io.javalin.Javalin;
import io.javalin.config.RoutesConfig;
import io.javalin.util.JavalinBindException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registry under names of ECR over TLS, for an engine outside builds: docker knows no other way
 * to reach {@code <account>.dkr.ecr.<region>.amazonaws.com}. It listens at an address of this
 * machine's loopback that nothing else uses, only while there are such names.
 */
public final class EcrHosts implements AutoCloseable {
  /** Where it listens: docker takes port 443 for such names. */
  public static final InetSocketAddress ADDRESS = new InetSocketAddress("127.7.0.70", 443);

  private static final Logger LOG = LoggerFactory.getLogger(EcrHosts.class);
  private static final Pattern HOST =
      Pattern.compile("[0-9]{12}\\.dkr\\.ecr(-fips)?\\.[a-z0-9-]{1,40}\\.amazonaws\\.com(\\.cn)?");
  private static final int MOST = 100;

  private final Path folder;
  private final InetSocketAddress address;
  private final Consumer<RoutesConfig> routes;
  private @Nullable Javalin server;

  /**
   * @param home keeps the authority and the names in {@code ecr-hosts/}
   * @param routes the registry's
   */
  public EcrHosts(Path home, InetSocketAddress address, Consumer<RoutesConfig> routes) {
    this.folder = home.resolve("ecr-hosts");
    this.address = address;
    this.routes = routes;
  }

  /**
   * What a machine needs so that its engine finds this registry.
   *
   * @param address which the hosts must resolve to
   * @param certificate of the authority to trust, PEM; empty where there are no hosts
   */
  public record Trust(List<String> hosts, String address, String certificate) {}

  /** Serves the hosts of earlier runs; where that cannot be, the log says why. */
  public synchronized void start() {
    List<String> hosts = hosts();
    if (!hosts.isEmpty()) {
      try {
        serve(hosts);
      } catch (PlatformException e) {
        LOG.error("docker does not find the registry under {}: {}", hosts, e.text());
      }
    }
  }

  @Override
  public synchronized void close() {
    if (server != null) {
      server.stop();
      server = null;
    }
  }

  /** The hosts as they are, and what they need. */
  public synchronized Trust trust() {
    List<String> hosts = hosts();
    return new Trust(hosts, address.getHostString(), hosts.isEmpty() ? "" : authority().pem());
  }

  /**
   * Serves these hosts and no others, from now on and after each start; none ends it. INVALID for
   * what is no name of ECR, UNAVAILABLE where the address cannot be had.
   */
  public synchronized Trust set(List<String> hosts) {
    List<String> wanted = hosts.stream().sorted().distinct().toList();
    List<String> wrong = wanted.stream().filter(h -> !HOST.matcher(h).matches()).toList();
    if (!wrong.isEmpty() || wanted.size() > MOST) {
      throw PlatformException.invalid(
          wrong.isEmpty()
              ? "at most " + MOST + " hosts can be served"
              : wrong
                  + " is no name of ECR, such as"
                  + " 123456789012.dkr.ecr.ap-northeast-2.amazonaws.com");
    }
    close();
    if (!wanted.isEmpty()) {
      serve(wanted);
    }
    AtomicFile.write(folder.resolve("hosts"), String.join("\n", wanted));
    return trust();
  }

  private List<String> hosts() {
    Path file = folder.resolve("hosts");
    try {
      return Files.exists(file)
          ? Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList()
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private LocalAuthority authority() {
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return LocalAuthority.in(folder.resolve("authority.p12"));
  }

  private void serve(List<String> hosts) {
    SslContextFactory.Server tls = new SslContextFactory.Server();
    tls.setKeyStore(authority().issue(hosts));
    tls.setKeyStorePassword(String.valueOf(LocalAuthority.PASSWORD));
    Javalin fresh =
        Javalin.create(config -> {
          config.startup.showJavalinBanner = false;
          config.concurrency.useVirtualThreads = true;
          config.jetty.addConnector((jetty, http) -> connector(jetty, http, tls));
          routes.accept(config.routes);
        });
    try {
      server = fresh.start();
    } catch (JavalinBindException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          "cannot listen on "
              + address.getHostString()
              + ":"
              + address.getPort()
              + " ("
              + e.getMessage()
              + "): control must run as root or with CAP_NET_BIND_SERVICE, and nothing else may"
              + " hold port "
              + address.getPort()
              + " of every address",
          e);
    }
  }

  private ServerConnector connector(
      Server jetty, HttpConfiguration http, SslContextFactory.Server tls) {
    HttpConfiguration secure = new HttpConfiguration(http);
    secure.addCustomizer(new SecureRequestCustomizer());
    ServerConnector connector =
        new ServerConnector(
            jetty, new SslConnectionFactory(tls, "http/1.1"), new HttpConnectionFactory(secure));
    connector.setHost(address.getHostString());
    connector.setPort(address.getPort());
    return connector;
  }
}
