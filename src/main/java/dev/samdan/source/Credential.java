package dev.samdan.source;

import org.jspecify.annotations.Nullable;

/** What opens a remote repository. */
sealed interface Credential {
  /** Anyone may read it. */
  record None() implements Credential {}

  /**
   * An access token, shown as the password of http's basic authentication.
   *
   * @param user null for a server to which the name does not matter
   */
  record Token(@Nullable String user, String value) implements Credential {
    @Override
    public String toString() {
      return "Token";
    }
  }

  /** A private key in OpenSSH's or PEM form, without a passphrase. */
  record DeployKey(String privateKey) implements Credential {
    @Override
    public String toString() {
      return "DeployKey";
    }
  }
}
