package dev.samdan.source;

import dev.samdan.base.PlatformException;
import dev.samdan.secrets.Secrets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What opens the remotes, kept among the secrets in a scope that is no environment's: no build and
 * no task can name it.
 */
public final class RemoteCredentials {
  private static final String SCOPE = ":remote";
  private static final String TOKEN = "token";
  private static final String DEPLOY_KEY = "deploy-key";

  private final Secrets secrets;

  public RemoteCredentials(Secrets secrets) {
    this.secrets = secrets;
  }

  /** A value that another room keeps beside them, such as a webhook's secret. */
  public void set(String application, String repository, String name, String value, String by) {
    var _ = secrets.set(application, SCOPE, repository + "/" + name, value, by);
  }

  public Optional<String> find(String application, String repository, String name) {
    return secrets.exact(application, SCOPE, repository + "/" + name);
  }

  public void delete(String application, String repository, String name) {
    boolean _ = secrets.delete(application, SCOPE, repository + "/" + name);
  }

  Optional<String> token(String application, String repository) {
    return find(application, repository, TOKEN);
  }

  /** What opens this address. */
  Credential of(String application, String repository, RemoteUrl url) {
    return credential(
        url,
        token(application, repository).orElse(null),
        find(application, repository, DEPLOY_KEY).orElse(null));
  }

  /** What would open it, were the order kept. */
  Credential offered(RemoteOrder order, RemoteUrl url, boolean keep) {
    if (order.token() != null && url.scheme().equals("http") && !isLoopback(url)) {
      throw PlatformException.invalid(
          "a token would be sent to " + url.host() + " unencrypted: give an https:// address");
    }
    return credential(
        url,
        order.token() != null || !keep
            ? order.token()
            : token(order.application(), order.repository()).orElse(null),
        order.deployKey() != null || !keep
            ? order.deployKey()
            : find(order.application(), order.repository(), DEPLOY_KEY).orElse(null));
  }

  private static boolean isLoopback(RemoteUrl url) {
    return url.host().matches("(127\\.0\\.0\\.1|localhost|\\[::1])(:\\d+)?");
  }

  private static Credential credential(
      RemoteUrl url, @Nullable String token, @Nullable String deployKey) {
    if (url.isHttp() && token != null) {
      return new Credential.Token(url.user(), token);
    }
    return url.isSsh() && deployKey != null
        ? new Credential.DeployKey(deployKey)
        : new Credential.None();
  }

  /** Keeps what an order gives, and lets go of what was for another server. */
  void keep(RemoteOrder order, boolean sameServer, String by) {
    if (!sameServer) {
      forget(order.application(), order.repository());
    }
    if (order.token() != null) {
      set(order.application(), order.repository(), TOKEN, order.token(), by);
    }
    if (order.deployKey() != null) {
      set(order.application(), order.repository(), DEPLOY_KEY, order.deployKey(), by);
    }
  }

  void forget(String application, String repository) {
    delete(application, repository, TOKEN);
    delete(application, repository, DEPLOY_KEY);
  }
}
