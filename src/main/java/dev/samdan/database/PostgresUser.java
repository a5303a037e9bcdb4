package dev.samdan.database;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * As whom PostgreSQL's programs run, as the words before their command. They refuse to run as root,
 * and as a user without a name (a container's {@code --user 1234}); so both enter a user namespace
 * in which they are a user that has one. Files stay their own, and a home of mode 0700 stays
 * closed. Where the kernel forbids that, root lets user 65534 take the folder over, if that user
 * can reach it.
 */
record PostgresUser(List<String> prefix, boolean ownsFolder) {
  private static final String USUAL = "1000";
  private static final String NOBODY = "65534";
  private static final List<String> SETPRIV =
      List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
  private static final String ALLOW_NAMESPACES =
      "allow user namespaces (sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000)";

  static PostgresUser choose(Path folder) {
    int user = user();
    boolean named = works(List.of(), List.of("id", "-un"));
    if (user != 0 && named) {
      return new PostgresUser(List.of(), false);
    }
    List<String> namespace = namespace(readUsers());
    if (works(namespace, List.of("true"))) {
      return new PostgresUser(namespace, false);
    }
    if (user == 0) {
      return nobody(folder);
    }
    throw PlatformException.unavailable(
        "PostgreSQL does not run as user "
            + user
            + ", which has no name in /etc/passwd, and this kernel forbids user"
            + " namespaces (unshare -U). Give the user a name, "
            + ALLOW_NAMESPACES
            + ", or name a PostgreSQL in SAMDAN_DATABASE_URL");
  }

  /**
   * Into a namespace as user 1000 if /etc/passwd names it, else as its first user that is not root.
   */
  static List<String> namespace(List<String> passwd) {
    List<String> ids =
        passwd.stream()
            .map(line -> line.split(":", -1))
            .filter(fields -> fields.length > 3 && fields[2].matches("[1-9]\\d*"))
            .map(fields -> fields[2])
            .toList();
    String id = ids.isEmpty() || ids.contains(USUAL) ? USUAL : ids.getFirst();
    return List.of("unshare", "-U", "--map-user=" + id, "--map-group=" + id);
  }

  /** Root's way on a kernel without user namespaces. */
  static PostgresUser nobody(Path folder) {
    own(folder);
    if (!works(SETPRIV, List.of("test", "-w", folder.toString()))) {
      throw PlatformException.unavailable(
          "PostgreSQL does not run as root, this kernel forbids user namespaces (unshare -U), and user "
              + NOBODY
              + " cannot reach "
              + folder
              + ". Start Samdan as another user, "
              + ALLOW_NAMESPACES
              + ", choose a home that others may enter with --home, or name a PostgreSQL in SAMDAN_DATABASE_URL");
    }
    return new PostgresUser(SETPRIV, true);
  }

  /** The command as this user. */
  List<String> command(List<String> command) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(command);
    return List.copyOf(all);
  }

  /** Gives what was written as root to the user that will read it. */
  void take(Path folder) {
    if (ownsFolder) {
      own(folder);
    }
  }

  private static void own(Path folder) {
    if (!works(List.of(), List.of("chown", "-R", NOBODY + ":" + NOBODY, folder.toString()))) {
      throw PlatformException.unavailable(
          folder + " cannot be given to user " + NOBODY + " (chown)");
    }
  }

  private static int user() {
    try {
      return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> readUsers() {
    try {
      return Files.readAllLines(
          Path.of("/etc/passwd"), java.nio.charset.StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static boolean works(List<String> prefix, List<String> command) {
    List<String> all = new ArrayList<>(prefix);
    all.addAll(command);
    try {
      Process process =
          new ProcessBuilder(all)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PlatformException.unavailable("interrupted while PostgreSQL was started");
    }
  }
}
