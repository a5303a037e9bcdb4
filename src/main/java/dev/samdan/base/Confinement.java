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
  private static final Path TMP = Path.of("/tmp");

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

  /** Its own line in the /etc/passwd that it finds, since ssh and others need a name. */
  String passwdLine(String home) {
    return userName() + ":x:" + uid + ":" + uid + "::" + home + ":/bin/sh\n";
  }

  /**
   * What {@code mount --all} mounts (fstab(5)), all in one process: the covering folder is put
   * together at {@code stage}, the shim's folder, and moved onto {@code cover} afterwards.
   */
  String mounts(Path stage) {
    StringBuilder table = new StringBuilder();
    mount(table, stage.resolve("passwd"), Path.of("/etc/passwd"), "bind");
    if (cover.equals(TMP)) {
      mount(table, temporary, stage, "rbind");
    } else {
      for (Path path : writable) {
        if (path.startsWith(TMP)) {
          mount(table, path, temporary.resolve(TMP.relativize(path)), "rbind,X-mount.mkdir");
        }
      }
      mount(table, temporary, TMP, "rbind");
      table.append("samdan ").append(escaped(stage));
      table.append(" tmpfs mode=0711,size=1m,nosuid,nodev 0 0\n");
    }
    for (Path path : writable) {
      if (path.startsWith(cover)) { // Elsewhere nothing is hidden.
        mount(table, path, stage.resolve(cover.relativize(path)), "rbind,X-mount.mkdir");
      }
    }
    for (Path path : readable) {
      mount(table, path, stage.resolve(cover.relativize(path)), "bind,ro,X-mount.mkdir");
    }
    return table.toString();
  }

  private static void mount(StringBuilder table, Path from, Path to, String options) {
    table.append(escaped(from)).append(' ').append(escaped(to));
    table.append(" none ").append(options).append(" 0 0\n");
  }

  private static String escaped(Path path) {
    return path.toString()
        .replace("\\", "\\134")
        .replace(" ", "\\040")
        .replace("\t", "\\011")
        .replace("\n", "\\012");
  }
}
