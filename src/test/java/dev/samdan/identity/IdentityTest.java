package dev.samdan.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import java.time.Duration;
import java.time.Instant;
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
  private Instant now = Instant.parse("2026-11-24T10:42:00Z");
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
    assertThat(info.lastUsedAt()).isEqualTo(now);
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
