package dev.samdan.base;

import java.nio.file.Path;
import java.util.List;

/**
 * As whom a command runs and what it sees, for root only: a mount namespace of its own
 * (mount_namespaces(7)) in which {@code cover} is empty but for the folders that are shown at their
 * own paths. It and what it starts gain no privileges in any way (PR_SET_NO_NEW_PRIVS).
 *
 * @param uid numeric user, and its group
 * @param groups further groups
 * @param cover the folder that is hidden with all below it
 * @param temporary what it finds as its {@code /tmp}
 * @param writable folders shown as they are
 * @param readable folders shown read-only
 */
public record Confinement(
    int uid,
    List<Integer> groups,
    Path cover,
    Path temporary,
    List<Path> writable,
    List<Path> readable) {
  public Confinement {
    groups = List.copyOf(groups);
    writable = List.copyOf(writable);
    readable = List.copyOf(readable);
  }

  /** The account's name, which the command finds in its /etc/passwd. */
  public String userName() {
    return userName(uid);
  }

  public static String userName(int uid) {
    return "samdan-" + uid;
  }
}
