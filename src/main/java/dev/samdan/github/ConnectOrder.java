package dev.samdan.github;

import dev.samdan.base.PlatformException;
import dev.samdan.source.RemoteOrder;
import org.jspecify.annotations.Nullable;

/**
 * What to connect.
 *
 * @param api the root of GitHub's API; null for the address's own, where it is one of github.com
 * @param appId of a GitHub App; null to act by a token
 * @param appKey the app's private key; null keeps the one there is, for the same server and API
 */
public record ConnectOrder(
    RemoteOrder remote, @Nullable String api, @Nullable String appId, @Nullable String appKey) {
  private static final String LOOPBACK = "http://(127\\.0\\.0\\.1|localhost|\\[::1])(:\\d+)?(/.*)?";

  public ConnectOrder {
    if (api != null && !api.matches("https?://[^/?#@\\s]+(/[^?#\\s]*[^/?#\\s])?")) {
      throw PlatformException.invalid(
          "'"
              + api
              + "' is not the root of GitHub's API: https://api.github.com, or of an Enterprise"
              + " Server https://HOST/api/v3");
    }
    if (api != null && !api.matches("https://.*|" + LOOPBACK)) {
      throw PlatformException.invalid(
          "a token would be sent to " + api + " unencrypted: give an https:// address");
    }
    if (appId != null && !appId.matches("[0-9A-Za-z.]{1,64}")) {
      throw PlatformException.invalid("'" + appId + "' is not the id of a GitHub App");
    }
  }

  @Override
  public String toString() {
    return remote.toString();
  }
}
