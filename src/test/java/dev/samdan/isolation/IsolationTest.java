package dev.samdan.isolation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IsolationTest {
  @TempDir Path home;
  private Database database;

  @BeforeEach
  void open() {
    database = TestDatabase.fresh();
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void each_environment_and_each_applications_builds_keep_a_user_of_their_own() {
    Isolation isolation = confining(home);
    int dev = isolation.ofTasks("sample-dev").orElseThrow().uid();
    int prod = isolation.ofTasks("sample-prod").orElseThrow().uid();
    int builds = isolation.ofBuilds("sample").orElseThrow().uid();
    int other = isolation.ofBuilds("other").orElseThrow().uid();

    assertThat(Set.of(dev, prod, builds, other))
        .hasSize(4)
        .allMatch(u -> u >= 70_000 && u < 90_000);
    assertThat(confining(home).ofTasks("sample-dev").orElseThrow().uid()).isEqualTo(dev);

    isolation.forgetTasks("sample-dev");
    assertThat(isolation.ofTasks("sample-dev").orElseThrow().uid()).as("same name").isEqualTo(dev);
    isolation.forgetBuilds("sample");
    assertThat(
            database.<List<Integer>, RuntimeException>withHandle(h ->
                h.createQuery("select uid from account order by uid").mapTo(Integer.class).list()))
        .containsExactlyInAnyOrder(dev, prod, other);
  }

  @Test
  void a_number_that_is_taken_is_not_given_again_and_two_at_once_agree() throws Exception {
    Isolation isolation = confining(home);
    int first = isolation.ofTasks("sample-dev").orElseThrow().uid();
    database.useHandle(h -> h.execute("update account set name = 'before'"));

    Set<Integer> chosen = ConcurrentHashMap.newKeySet();
    Runnable choose = () -> chosen.add(isolation.ofTasks("sample-dev").orElseThrow().uid());
    List<Thread> threads =
        List.of(Thread.startVirtualThread(choose), Thread.startVirtualThread(choose));
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(chosen).hasSize(1).doesNotContain(first);
  }

  @Test
  void where_nothing_can_be_confined_commands_run_as_samdans_user() {
    for (Isolation.Ability ability :
        List.of(Isolation.Ability.PLAIN_USER, Isolation.Ability.REFUSED)) {
      Isolation isolation = new Isolation(database, home, ability, null);
      assertThat(isolation.ofTasks("sample-dev")).isEmpty();
      assertThat(isolation.ofBuilds("sample")).isEmpty();
    }
  }

  @Test
  void builds_but_no_tasks_join_the_group_of_an_engines_socket_that_is_not_roots()
      throws Exception {
    assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).as("root").isEqualTo(0);
    Path socket = Files.createFile(home.resolve("docker.sock"));
    Isolation isolation = confining(home).withEngine(socket);
    assertThat(isolation.ofBuilds("sample").orElseThrow().groups()).isEmpty();
    Files.setAttribute(socket, "unix:gid", 991);
    assertThat(isolation.ofBuilds("sample").orElseThrow().groups()).containsExactly(991);
    assertThat(isolation.ofTasks("sample-dev").orElseThrow().groups()).isEmpty();
  }

  @Test
  void what_is_hidden_begins_at_the_topmost_folder_that_others_may_not_enter() throws Exception {
    assertThat(cover(home)).as("below /tmp").isEqualTo(Path.of("/tmp"));
    Path elsewhere = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "cover");
    try {
      Path closed = Files.createDirectories(elsewhere.resolve("root"));
      Path below = Files.createDirectories(closed.resolve("open/.samdan"));
      Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
      assertThat(cover(below)).isEqualTo(closed);
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwxr-xr-x"));
      assertThat(cover(below)).as("at least the home").isEqualTo(below);
    } finally {
      new ProcessBuilder("rm", "-rf", elsewhere.toString()).start().waitFor();
    }
  }

  @Test
  void a_link_leads_an_account_only_where_it_may_read() throws Exception {
    Account account = new Account(70_001, List.of(), home, home);
    Path shown = Files.createDirectories(home.resolve("shown"));
    Path own = Files.writeString(shown.resolve("own"), "x");
    Path secret = Files.writeString(home.resolve("credentials"), "x");
    Path toSecret = Files.createSymbolicLink(shown.resolve("secret"), secret);
    Path toOwn = Files.createSymbolicLink(shown.resolve("link"), own);
    Path toShadow = Files.createSymbolicLink(shown.resolve("shadow"), Path.of("/etc/shadow"));
    Path toPasswd = Files.createSymbolicLink(shown.resolve("passwd"), Path.of("/etc/passwd"));
    List<Path> folders = List.of(shown);
    assertThat(account.mayRead(own, folders)).isTrue();
    assertThat(account.mayRead(toOwn, folders)).isTrue();
    assertThat(account.mayRead(toPasswd, folders)).isTrue();
    assertThat(account.mayRead(toSecret, folders)).isFalse();
    assertThat(account.mayRead(toShadow, folders)).isFalse();
  }

  @Test
  void what_a_user_keeps_is_its_own_even_where_another_made_it() throws Exception {
    assumeThat(Files.getAttribute(Path.of("/proc/self"), "unix:uid")).as("root").isEqualTo(0);
    Account account = new Account(70_001, List.of(), home, home);
    Path secret = Files.writeString(home.resolve("secret"), "x");
    Path volume = Files.createDirectories(home.resolve("volume/sub"));
    Path link = Files.createSymbolicLink(volume.resolve("link"), secret);
    account.keep(home.resolve("volume"));
    account.keep(home.resolve("fresh"));
    assertThat(List.of(volume, link, home.resolve("fresh"))).allMatch(p -> uid(p) == 70_001);
    assertThat(uid(secret)).isZero();
  }

  private static int uid(Path path) {
    try {
      return (int) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS);
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private Path cover(Path of) {
    return confining(of).ofBuilds("sample").orElseThrow().cover();
  }

  private Isolation confining(Path of) {
    return new Isolation(database, of, Isolation.Ability.CONFINES, null);
  }
}
