package dev.samdan.isolation;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.base.Probe;
import dev.samdan.database.Database;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives each environment's tasks and each application's builds a user of their own. Numbers are
 * kept in the store; they begin at a place that the home and the names give, so that two homes of
 * one machine seldom share one. The range lies above the system's and people's users, and those
 * that systemd hands out (below 65536), and below those that containers use (from 100000 on,
 * subuid(5)).
 */
public final class Isolation {
  /** What this machine allows. */
  public enum Ability {
    CONFINES,
    /** Not root: all runs as the user that runs Samdan. */
    PLAIN_USER,
    /** Root, but a mount namespace or another user is refused, as in most containers. */
    REFUSED
  }

  private enum Kind {
    TASKS,
    BUILDS
  }

  private static final int FIRST = 70_000;
  private static final int COUNT = 20_000;
  private static final String[] PROBE = {
    "unshare",
    "--mount",
    "--propagation",
    "private",
    "sh",
    "-c",
    "mount -t tmpfs samdan /tmp && exec setpriv --reuid="
        + FIRST
        + " --regid="
        + FIRST
        + " --clear-groups --no-new-privs --bounding-set=-all true"
  };

  private final Database database;
  private final Path home;
  private final Ability ability;
  private final @Nullable Path engine;
  private final Set<String> trusted;

  /** As this machine allows. */
  public Isolation(Database database, Path home) {
    this(database, home, ability(), null, Set.of());
  }

  /** As on a machine of this ability. */
  Isolation(Database database, Path home, Ability ability, @Nullable Path engine) {
    this(database, home, ability, engine, Set.of());
  }

  private Isolation(
      Database database, Path home, Ability ability, @Nullable Path engine, Set<String> trusted) {
    this.database = database;
    this.home = home.toAbsolutePath();
    this.ability = ability;
    this.engine = engine;
    this.trusted = trusted;
  }

  /**
   * The same, but builds belong to the group of this socket, at which a container engine listens.
   * Who may use an engine can do on its machine what root can.
   */
  public Isolation withEngine(Path socket) {
    return new Isolation(database, home, ability, socket, trusted);
  }

  /** The same, with these applications trusted with the machine, by the word of who runs Samdan. */
  public Isolation trusting(Collection<String> applications) {
    return new Isolation(database, home, ability, engine, Set.copyOf(applications));
  }

  /** Whether an application's task definitions may ask for what makes root of them. */
  public boolean trusts(String application) {
    return trusted.contains(application);
  }

  /** Asks this machine; takes some milliseconds. */
  public static Ability ability() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return Ability.PLAIN_USER;
    }
    return Probe.ends(0, PROBE) ? Ability.CONFINES : Ability.REFUSED;
  }

  /** Samdan's home. */
  public Path home() {
    return home;
  }

  /** The user of the tasks of {@code <app>-<env>}; empty where commands run as Samdan's user. */
  public Optional<Account> ofTasks(String environment) {
    return account(Kind.TASKS, environment);
  }

  /** The user of an application's builds; empty where commands run as Samdan's user. */
  public Optional<Account> ofBuilds(String application) {
    return account(Kind.BUILDS, application);
  }

  /** Forgets the user of the tasks of {@code <app>-<env>}; its processes and files must be gone. */
  public void forgetTasks(String environment) {
    forget(Kind.TASKS, environment);
  }

  /** Forgets the user of an application's builds; its processes and files must be gone. */
  public void forgetBuilds(String application) {
    forget(Kind.BUILDS, application);
  }

  private void forget(Kind kind, String name) {
    database.useHandle(
        h -> h.execute("delete from account where kind = ? and name = ?", kind.name(), name));
  }

  private Optional<Account> account(Kind kind, String name) {
    if (ability != Ability.CONFINES) {
      return Optional.empty();
    }
    int uid = find(kind, name).orElseGet(() -> choose(kind, name));
    return Optional.of(
        new Account(uid, kind == Kind.BUILDS ? engineGroup() : List.of(), home, cover()));
  }

  /** The socket's group; root's own opens more than the socket, so it is never given. */
  private List<Integer> engineGroup() {
    try {
      Object group = engine == null ? 0 : Files.getAttribute(engine, "unix:gid");
      return group.equals(0) ? List.of() : List.of((Integer) group);
    } catch (IOException e) {
      return List.of();
    }
  }

  private Optional<Integer> find(Kind kind, String name) {
    return database.withHandle(h ->
        h.createQuery("select uid from account where kind = :kind and name = :name")
            .bind("kind", kind.name())
            .bind("name", name)
            .mapTo(Integer.class)
            .findOne());
  }

  private int choose(Kind kind, String name) {
    Set<Integer> taken =
        new HashSet<>(
            database.withHandle(
                h -> h.createQuery("select uid from account").mapTo(Integer.class).list()));
    int start = start(kind, name);
    for (int i = 0; i < COUNT; i++) {
      int uid = FIRST + (start + i) % COUNT;
      if (!taken.contains(uid) && !isSomebody(uid)) {
        // Two at once may choose for the same name, or the same number for two names.
        database.useHandle(h ->
            h.execute(
                "insert into account (uid, kind, name) values (?, ?, ?) on conflict do nothing",
                uid,
                kind.name(),
                name));
        Optional<Integer> chosen = find(kind, name);
        if (chosen.isPresent()) {
          return chosen.get();
        }
      }
    }
    throw PlatformException.unavailable(
        "no user is left between "
            + FIRST
            + " and "
            + (FIRST + COUNT - 1)
            + ": delete applications that are not used any more");
  }

  private int start(Kind kind, String name) {
    String text = String.join("\0", home.toString(), kind.name(), name);
    byte[] hash = Digest.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    return Math.floorMod(ByteBuffer.wrap(hash).getInt(), COUNT);
  }

  /** Whether this machine, or the directory that it asks, knows a user of this number. */
  private static boolean isSomebody(int uid) {
    return Probe.ends(0, "getent", "passwd", String.valueOf(uid));
  }

  /**
   * What must be hidden for nothing of the home to be seen but what is shown: the topmost folder on
   * its way that others may not enter, at least the home itself; {@code /tmp}, which every command
   * has of its own, where the home lies in it.
   */
  private Path cover() {
    if (home.startsWith("/tmp")) {
      return Path.of("/tmp");
    }
    Path cover = home;
    for (Path folder = home; folder != null && folder.getNameCount() > 0; ) {
      if (!isOpen(folder)) {
        cover = folder;
      }
      folder = folder.getParent();
    }
    return cover;
  }

  static boolean isOpen(Path folder) {
    try {
      return Files.getPosixFilePermissions(folder).contains(PosixFilePermission.OTHERS_EXECUTE);
    } catch (IOException e) {
      return false;
    }
  }
}
