package dev.samdan.source;

import dev.samdan.base.PlatformException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Where a git repository is, as git's manual writes it (git-fetch, "Git URLs"); never with a
 * password in it.
 *
 * @param text as given
 * @param scheme {@code https}, {@code http}, {@code ssh}, {@code git} or {@code file}
 * @param user the user's name in it; null where it names none
 * @param host with the port where one is given; empty for a file
 * @param path without a leading slash and {@code .git}
 */
public record RemoteUrl(
    String text, String scheme, @Nullable String user, String host, String path) {
  private static final Pattern URL =
      Pattern.compile(
          "(?<scheme>https?|ssh|git|file)://(?:(?<user>[^/@\\s]*)@)?(?<host>[\\w.:\\[\\]-]*)/(?<path>\\S+)");
  private static final Pattern SHORT =
      Pattern.compile("(?<user>[\\w.-]+)@(?<host>[\\w.-]+):(?<path>[^\\s/-]\\S*)");

  /**
   * Whether it is read with the rights of control itself: a {@code file:} address, or a folder,
   * which all is that is no address.
   */
  public static boolean isOfThisMachine(String given) {
    return !isAddress(given) || given.strip().startsWith("file:");
  }

  /** Whether it has an address's form; it may yet be refused, such as for a password in it. */
  static boolean isAddress(String given) {
    String text = given.strip();
    return URL.matcher(text).matches() || SHORT.matcher(text).matches();
  }

  /** INVALID for what is no such address, or holds a password. */
  public static RemoteUrl parse(String given) {
    String text = given.strip();
    Matcher url = URL.matcher(text);
    Matcher brief = SHORT.matcher(text);
    if (url.matches()) {
      String user = url.group("user");
      if (user != null && user.contains(":")) {
        throw PlatformException.invalid(
            "a password does not belong in an address, where logs and process lists show it: give"
                + " the address without it, and the token on standard input with --token");
      }
      return checked(text, url.group("scheme"), user, url.group("host"), url.group("path"));
    }
    if (brief.matches() && !text.contains("://")) {
      return checked(text, "ssh", brief.group("user"), brief.group("host"), brief.group("path"));
    }
    throw PlatformException.invalid(
        "the address must be one of git's: https://host/team/app.git, git@host:team/app.git,"
            + " ssh://, git:// or file://");
  }

  private static RemoteUrl checked(
      String text, String scheme, @Nullable String user, String host, String path) {
    boolean file = scheme.equals("file");
    if (file != host.isEmpty() || host.startsWith("-") || (user != null && user.startsWith("-"))) {
      throw PlatformException.invalid("'" + text + "' names no host: https://host/team/app.git");
    }
    String plain = path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    plain = plain.endsWith(".git") ? plain.substring(0, plain.length() - 4) : plain;
    return new RemoteUrl(text, scheme, user, host.toLowerCase(Locale.ROOT), plain);
  }

  /** Whether a token opens it. */
  boolean isHttp() {
    return scheme.equals("https") || scheme.equals("http");
  }

  /** Whether a deploy key opens it. */
  boolean isSsh() {
    return scheme.equals("ssh");
  }

  /** Whether both are the same server, so that a credential of one may be shown to the other. */
  public boolean sameServer(RemoteUrl other) {
    return scheme.equals(other.scheme) && host.equals(other.host);
  }
}
