package dev.samdan.cli;

import java.net.URI;
import java.nio.file.Path;

/** How a clone's git signs in here: with a credential helper, so that no URL holds a token. */
public final class GitSignIn {
  private GitSignIn() {}

  /** The key of git's configuration for a server's helper, by any address of that server. */
  public static String key(URI remote) {
    return "credential." + remote.getScheme() + "://" + remote.getRawAuthority() + ".helper";
  }

  /** A helper that reads the token from a home's credentials file when git asks for it. */
  public static String helper(Path home) {
    return "!f() { test \"$1\" = get && printf \"username=samdan\\npassword=%s\\n\" "
        + "\"$(sed -n \"s/.*\\\"token\\\" *: *\\\"\\([^\\\"]*\\)\\\".*/\\1/p\" "
        + home.resolve("credentials")
        + ")\"; }; f";
  }
}
