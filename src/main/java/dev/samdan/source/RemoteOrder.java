package dev.samdan.source;

import dev.samdan.base.PlatformException;
import org.jspecify.annotations.Nullable;

/**
 * What to follow.
 *
 * @param repository of Samdan; the application's own, or one that holds a tier of it
 * @param token for http, and for the API of a forge; null gives none
 * @param deployKey a private key for ssh; null gives none
 * @param pollSeconds how often it is asked, from 15 to 86400
 */
public record RemoteOrder(
    String repository,
    String application,
    String url,
    @Nullable String token,
    @Nullable String deployKey,
    int pollSeconds) {
  /** How often a remote is asked where nothing else is said: nobody waits long, no server minds. */
  public static final int USUAL_POLL = 60;

  public RemoteOrder {
    if (pollSeconds < 15 || pollSeconds > 86_400) {
      throw PlatformException.invalid(
          "a remote is asked every 15 to 86400 seconds, not every " + pollSeconds);
    }
    if (token != null && !token.matches("[!-~]{1,4096}")) {
      throw PlatformException.invalid("a token has no spaces and no letters beyond ASCII");
    }
    if (deployKey != null && !deployKey.strip().startsWith("-----BEGIN ")) {
      throw PlatformException.invalid(
          "a deploy key is the private part, the file that begins with -----BEGIN OPENSSH PRIVATE"
              + " KEY-----");
    }
    if (deployKey != null && deployKey.contains("ENCRYPTED")) {
      throw PlatformException.invalid(
          "this deploy key has a passphrase, which nobody could type: ssh-keygen -t ed25519 -N ''"
              + " -f KEY makes one without");
    }
  }

  @Override
  public String toString() {
    return repository + " follows " + url;
  }
}
