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
 * As whom PostgreSQL's programs run, as the words before their command. They refuse to run as root, so root enters a
 * user namespace in which it is user 1000; files stay root's, and a home of mode 0700 stays closed. Where the kernel
 * forbids that, user 65534 takes the folder over, if it can reach it.
 */
record PostgresUser(List<String> prefix, boolean ownsFolder) {
  private static final String NOBODY = "65534";
  private static final List<String> NAMESPACE = List.of("unshare", "-U", "--map-user=1000", "--map-group=1000");
  private static final List<String> SETPRIV =
      List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");

  static PostgresUser choose(Path folder) {
    if (!isRoot()) {
      return new PostgresUser(List.of(), false);
    }
    return works(NAMESPACE, List.of("true")) ? new PostgresUser(NAMESPACE, false) : nobody(folder);
  }

  /** The way for a kernel without user namespaces. */
  static PostgresUser nobody(Path folder) {
    own(folder);
    if (!works(SETPRIV, List.of("test", "-w", folder.toString()))) {
      throw PlatformException.unavailable(
          "PostgreSQL does not run as root, this kernel forbids user namespaces (unshare -U), and user "
              + NOBODY
              + " cannot reach "
              + folder
              + ". Start Samdan as another user, allow user namespaces"
              + " (sysctl -w kernel.unprivileged_userns_clone=1 user.max_user_namespaces=10000),"
              + " choose a home that others may enter with --home, or name a PostgreSQL in SAMDAN_DATABASE_URL");
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
      throw PlatformException.unavailable(folder + " cannot be given to user " + NOBODY + " (chown)");
    }
  }

  private static boolean isRoot() {
    try {
      return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
