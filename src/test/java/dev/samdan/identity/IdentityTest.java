package dev.samdan.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IdentityTest {
  private static final String HERE = "127.0.0.1";

  private final Database database = TestDatabase.fresh();
  // With more digits than PostgreSQL keeps.
  private Instant now = Instant.parse("2026-11-24T10:42:00.000000999Z");
  private final Identity identity = new Identity(database, () -> now);

  @BeforeEach
  void createPerson() {
    identity.ensureUser("yuna", "정유나");
  }

  @AfterEach
  void close() {
    database.close();
  }

  @Test
  void a_token_tells_whose_it_is_until_it_is_revoked() {
    String token = identity.issueToken("yuna", "laptop");
    assertThat(identity.authenticateToken(token).map(Access::principal))
        .contains(new Principal("yuna", "정유나", null));
    assertThat(identity.authenticateToken(token + "x")).isEmpty();
    Identity.TokenInfo info = identity.tokens("yuna").getFirst();
    assertThat(token).startsWith(info.prefix()).hasSizeGreaterThan(43);
    assertThat(info.name()).isEqualTo("laptop");
    assertThat(info.lastUsedAt()).isCloseTo(now, within(1, ChronoUnit.MICROS));
    identity.revokeToken("yuna", info.id());
    assertThat(identity.authenticateToken(token)).isEmpty();
    assertThatThrownBy(() -> identity.revokeToken("yuna", info.id()))
        .hasMessageContaining("no token " + info.id());
  }

  @Test
  void no_secret_stands_in_the_store() {
    String token = identity.issueToken("yuna", "laptop");
    String link = identity.oneTimeLink("yuna");
    String cookie = identity.redeem(link, HERE).orElseThrow().cookie();
    String everything =
        database.withHandle(handle ->
            handle
                .createQuery(
                    """
                    select concat((select string_agg(t::text, ' ') from access_token t),
                                  (select string_agg(s::text, ' ') from browser_session s),
                                  (select string_agg(l::text, ' ') from one_time_link l))\
                    """)
                .mapTo(String.class)
                .one());
    assertThat(everything)
        .doesNotContain(token.substring(12), link.substring(6), cookie.substring(9));
  }

  @Test
  void a_link_signs_in_once() {
    String link = identity.oneTimeLink("yuna");
    Identity.Session session = identity.redeem(link, HERE).orElseThrow();
    assertThat(identity.session(session.cookie())).map(Access::toString).contains("yuna");
    assertThat(identity.redeem(link, HERE)).isEmpty();
    identity.endSession(session.cookie());
    assertThat(identity.session(session.cookie())).isEmpty();
    assertThat(session.toString()).doesNotContain(session.cookie());
  }

  @Test
  void a_link_pressed_twice_at_once_signs_in_once() throws Exception {
    String link = identity.oneTimeLink("yuna");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Optional<Identity.Session>> press = () -> identity.redeem(link, HERE);
      var pressed = threads.invokeAll(IntStream.range(0, 8).mapToObj(i -> press).toList());
      assertThat(pressed.stream().map(IdentityTest::get).filter(Optional::isPresent)).hasSize(1);
    }
  }

  @Test
  void a_link_is_worth_nothing_after_ten_minutes_and_a_session_after_thirty_days() {
    String late = identity.oneTimeLink("yuna");
    String cookie = identity.redeem(identity.oneTimeLink("yuna"), HERE).orElseThrow().cookie();
    now = now.plus(Identity.LINK_LIFE);
    assertThat(identity.redeem(late, HERE)).isEmpty();
    now = now.plus(Identity.SESSION_LIFE);
    assertThat(identity.session(cookie)).isEmpty();
  }

  @Test
  void ten_failures_close_the_door_to_their_address_for_a_minute() {
    String token = identity.issueToken("yuna", "laptop");
    for (int i = 0; i < 10; i++) {
      assertThat(identity.signIn("samdan_guess" + i, "10.0.0.9")).isEmpty();
    }
    assertThatThrownBy(() -> identity.signIn(token, "10.0.0.9"))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.code()).isEqualTo(PlatformException.Code.RATE_LIMITED));
    assertThat(identity.signIn(token, HERE)).isPresent();
    now = now.plus(Duration.ofMinutes(1));
    assertThat(identity.signIn(token, "10.0.0.9")).isPresent();
  }

  @Test
  void a_password_opens_the_console_and_a_new_one_closes_every_browser() {
    identity.setPassword("yuna", "correct horse battery");
    String cookie = identity.signIn("yuna", "correct horse battery", HERE).orElseThrow().cookie();
    assertThat(identity.session(cookie)).isPresent();
    assertThat(identity.signIn("yuna", "correct horse batterx", HERE)).isEmpty();
    assertThat(identity.signIn("nobody", "correct horse battery", HERE)).isEmpty();
    String link = identity.oneTimeLink("yuna");
    identity.changePassword("yuna", "correct horse battery", "staple staple staple", HERE);
    assertThat(identity.session(cookie)).isEmpty();
    assertThat(identity.redeem(link, HERE)).isEmpty();
    assertThat(identity.signIn("yuna", "correct horse battery", HERE)).isEmpty();
    assertThatThrownBy(() -> identity.changePassword("yuna", "wrong wrong wrong", "x", HERE))
        .hasMessage("the current password is another");
    String kept =
        database.withHandle(handle ->
            handle
                .createQuery("select password from person where name = 'yuna'")
                .mapTo(String.class)
                .one());
    assertThat(kept).startsWith("$argon2id$v=19$m=19456,t=2,p=1$");
  }

  @Test
  void a_password_is_long_and_not_the_name() {
    assertThatThrownBy(() -> identity.setPassword("yuna", "short"))
        .hasMessageContaining("12 to 128 characters, this one 5");
    assertThatThrownBy(() -> identity.setPassword("yuna", "i am yuna myself"))
        .hasMessageContaining("does not hold the person's name");
    assertThatThrownBy(() -> identity.setPassword("yuna", "x".repeat(129)))
        .hasMessageContaining("this one 129");
  }

  @Test
  void failures_close_the_door_to_a_person_from_anywhere_each_time_for_longer() {
    identity.setPassword("yuna", "correct horse battery");
    for (int i = 0; i < 5; i++) {
      assertThat(identity.signIn("yuna", "guess guess guess", "10.0.0." + i)).isEmpty();
    }
    assertThatThrownBy(() -> identity.signIn("yuna", "correct horse battery", "10.0.1.1"))
        .hasMessageContaining("try again in 15 seconds");
    assertThat(identity.redeem(identity.oneTimeLink("yuna"), "10.0.1.1")).isPresent();
    now = now.plusSeconds(15);
    assertThat(identity.signIn("yuna", "guess guess guess", "10.0.0.6")).isEmpty();
    assertThatThrownBy(() -> identity.signIn("yuna", "correct horse battery", "10.0.1.1"))
        .hasMessageContaining("try again in 30 seconds");
    now = now.plusSeconds(30);
    assertThat(identity.signIn("yuna", "correct horse battery", "10.0.1.1")).isPresent();
    assertThat(identity.signIn("yuna", "guess guess guess", "10.0.1.1")).isEmpty();
  }

  @Test
  void an_address_of_ipv6_is_its_network_and_what_is_remembered_is_bounded() {
    for (int i = 0; i < 10; i++) {
      assertThat(identity.signIn("samdan_guess" + i, "2001:db8:1:2::" + i)).isEmpty();
    }
    assertThatThrownBy(() -> identity.signIn("samdan_guess", "2001:db8:1:2:ffff::1"))
        .hasMessageContaining("too many attempts");
    assertThat(identity.signIn("samdan_guess", "2001:db8:1:3::1")).isEmpty();
    database.useHandle(handle ->
        handle.execute(
            "insert into sign_in_attempt select 'address ' || n, 1, ?, ? from"
                + " generate_series(1, 12000) n",
            now.atOffset(ZoneOffset.UTC),
            now.atOffset(ZoneOffset.UTC)));
    assertThat(identity.signIn("samdan_guess", "10.1.1.1")).isEmpty();
    int kept =
        database.withHandle(handle ->
            handle.createQuery("select count(*) from sign_in_attempt").mapTo(Integer.class).one());
    assertThat(kept).isLessThanOrEqualTo(10_001);
  }

  @Test
  void many_passwords_at_once_wait_their_turn_and_guesses_at_once_are_all_counted()
      throws Exception {
    identity.setPassword("yuna", "correct horse battery");
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Boolean> guess =
          () -> {
            try {
              return identity.signIn("yuna", "guess guess guess", HERE).isPresent();
            } catch (PlatformException e) {
              return false;
            }
          };
      threads.invokeAll(IntStream.range(0, 20).mapToObj(i -> guess).toList());
    }
    int counted =
        database.withHandle(handle ->
            handle
                .createQuery("select failures from sign_in_attempt where subject = 'user yuna'")
                .mapTo(Integer.class)
                .one());
    assertThat(counted).isEqualTo(5);
  }

  @Test
  void a_deleted_person_is_signed_out_and_the_owner_stays() {
    String token = identity.issueToken("yuna", "laptop");
    String cookie = identity.signIn(token, HERE).orElseThrow().cookie();
    identity.deleteUser("yuna");
    assertThat(identity.session(cookie)).isEmpty();
    assertThat(identity.authenticateToken(token)).isEmpty();
    identity.ensureOwner("");
    assertThatThrownBy(() -> identity.deleteUser(Identity.OWNER))
        .hasMessageContaining("the home belongs to it");
    assertThatThrownBy(() -> identity.setRole(Identity.OWNER, null, Role.VIEWER))
        .hasMessageContaining("stays admin");
  }

  @Test
  void a_person_keeps_name_and_language() {
    assertThat(identity.ensureUser("yuna", "").displayName()).isEqualTo("정유나");
    assertThat(identity.ensureUser("deploy-bot", "").displayName()).isEqualTo("deploy-bot");
    identity.chooseLanguage("yuna", "ko");
    assertThat(identity.user("yuna")).map(Identity.User::language).contains("ko");
    assertThat(identity.users())
        .extracting(Identity.User::name)
        .containsExactly("deploy-bot", "yuna");
  }

  @Test
  void what_is_wrong_is_said_with_the_remedy() {
    assertThatThrownBy(() -> identity.ensureUser("Yuna Jung", ""))
        .hasMessageContaining("'Yuna Jung' is not a user name");
    assertThatThrownBy(() -> identity.issueToken("nobody", "x"))
        .hasMessageContaining("samdan user list");
    assertThatThrownBy(() -> identity.oneTimeLink("nobody"))
        .hasMessageContaining("there is no user nobody");
    assertThatThrownBy(() -> identity.chooseLanguage("yuna", "fr"))
        .hasMessageContaining("en or ko");
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
