package dev.samdan.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AccessTest {
  private static final List<String> APPLICATIONS = List.of("sample", "staff");
  private static final Database DATABASE = TestDatabase.fresh();
  private static Instant now = Instant.parse("2026-11-24T10:42:00Z");
  private static final Identity IDENTITY = new Identity(DATABASE, () -> now);

  @BeforeAll
  static void createApplications() {
    APPLICATIONS.forEach(name ->
        DATABASE.useHandle(handle ->
            handle.execute("insert into application (name, title) values (?, ?)", name, name)));
    IDENTITY.ensureOwner("이하늘");
  }

  @AfterAll
  static void close() {
    DATABASE.close();
  }

  @ParameterizedTest
  @CsvSource({
    "VIEWER, READ OWN",
    "DEVELOPER, READ OWN PUSH DEPLOY",
    "MAINTAINER, READ OWN PUSH DEPLOY MERGE APPROVE MAINTAIN",
    "ADMIN, READ OWN PUSH DEPLOY MERGE APPROVE MAINTAIN ADMIN"
  })
  void a_role_has_its_rights_where_it_is_given_and_nowhere_else(Role role, String rights) {
    String user = "of-" + role.text();
    IDENTITY.ensureUser(user, "");
    IDENTITY.setRole(user, "sample", role);
    Access access = access(user, Scope.ALL);
    Set<Right> expected = EnumSet.noneOf(Right.class);
    Arrays.stream(rights.split(" ")).map(Right::valueOf).forEach(expected::add);
    for (Right right : Right.values()) {
      assertThat(access.may(right, "sample")).as("%s", right).isEqualTo(expected.contains(right));
      assertThat(access.may(right, "staff")).as("%s", right).isEqualTo(right == Right.OWN);
      assertThat(access.may(right, null)).as("%s", right).isEqualTo(right == Right.OWN);
    }
  }

  @Test
  void a_role_in_one_application_adds_to_the_role_in_all_and_takes_nothing_away() {
    IDENTITY.ensureUser("mina", "");
    IDENTITY.setRole("mina", null, Role.DEVELOPER);
    IDENTITY.setRole("mina", "sample", Role.VIEWER);
    IDENTITY.setRole("mina", "staff", Role.MAINTAINER);
    Access access = access("mina", Scope.ALL);
    assertThat(access.role("sample")).isEqualTo(Role.DEVELOPER);
    assertThat(access.role("staff")).isEqualTo(Role.MAINTAINER);
    assertThat(access.role(null)).isEqualTo(Role.DEVELOPER);
  }

  @Test
  void a_refusal_says_what_is_missing_and_who_can_change_that() {
    IDENTITY.ensureUser("yuna", "정유나");
    IDENTITY.setRole("yuna", "sample", Role.VIEWER);
    assertThatThrownBy(() -> access("yuna", Scope.ALL).require(Right.DEPLOY, "sample"))
        .isInstanceOfSatisfying(
            PlatformException.class,
            e -> assertThat(e.code()).isEqualTo(PlatformException.Code.FORBIDDEN))
        .hasMessage(
            "yuna may not deliver sample: that takes the role developer, and yours is viewer. 이하늘"
                + " can change that: samdan user role yuna developer --app sample");
    Scope reading = new Scope(null, Set.of(Right.READ), false);
    assertThatThrownBy(() -> access("yuna", reading).require(Right.PUSH, "sample"))
        .hasMessageContaining("this token is limited to read")
        .hasMessageContaining("samdan token create --right push");
  }

  @Test
  void a_declared_role_stands_in_for_the_usual_one() {
    IDENTITY.ensureUser("dev", "");
    IDENTITY.setRole("dev", "sample", Role.DEVELOPER);
    Access access = access("dev", Scope.ALL);
    assertThat(access.may(Right.MERGE, "sample")).isFalse();
    assertThat(access.may(Right.MERGE, "sample", Role.DEVELOPER)).isTrue();
    assertThat(access.may(Right.PUSH, "sample", Role.ADMIN)).isFalse();
  }

  @Test
  void no_token_ever_gets_more_than_its_scope_nor_than_its_person() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<@Nullable String> places = new ArrayList<>(APPLICATIONS);
    places.add(null);
    for (int round = 0; round < 150; round++) {
      String user = "person" + round;
      IDENTITY.ensureUser(user, "");
      IDENTITY.setRole(user, null, anyRole(random));
      APPLICATIONS.forEach(app -> IDENTITY.setRole(user, app, anyRole(random)));
      Scope scope = anyScope(random);
      Access limited = access(user, scope);
      Access whole = access(user, Scope.ALL);
      for (Right right : Right.values()) {
        for (String place : places) {
          for (Role least : Role.values()) {
            if (limited.may(right, place, least)) {
              assertThat(whole.may(right, place, least)).as("seed %d: person", seed).isTrue();
              assertThat(scope.application() == null || scope.application().equals(place))
                  .as("seed %d: %s in %s by %s", seed, right, place, scope)
                  .isTrue();
              assertThat(
                      scope.rights() == null
                          || right == Right.READ
                          || scope.rights().contains(right))
                  .as("seed %d: %s by %s", seed, right, scope)
                  .isTrue();
              assertThat(right != Right.OWN || !scope.limited()).as("seed %d", seed).isTrue();
            }
          }
        }
      }
    }
  }

  @Test
  void a_token_ends_when_it_expires_with_its_session_and_with_its_application() {
    IDENTITY.ensureUser("bot", "");
    IDENTITY.setRole("bot", null, Role.ADMIN);
    String day = IDENTITY.issueToken("bot", "day", Scope.ALL, now.plus(Duration.ofDays(1)));
    String cookie = IDENTITY.signIn(day, "127.0.0.1").orElseThrow().cookie();
    assertThat(IDENTITY.session(cookie)).isPresent();
    now = now.plus(Duration.ofDays(1));
    assertThat(IDENTITY.authenticateToken(day)).isEmpty();
    assertThat(IDENTITY.session(cookie)).isEmpty();

    DATABASE.useHandle(h -> h.execute("insert into application (name, title) values ('gone', '')"));
    String token = IDENTITY.issueToken("bot", "ci", new Scope("gone", null, false), null);
    DATABASE.useHandle(handle -> handle.execute("delete from application where name = 'gone'"));
    assertThat(IDENTITY.authenticateToken(token)).isEmpty();
  }

  @Test
  void a_limited_token_opens_no_browser_and_a_revoked_one_ends_its_own() {
    IDENTITY.ensureUser("kim", "");
    String limited = IDENTITY.issueToken("kim", "ci", new Scope("sample", null, false), null);
    assertThatThrownBy(() -> IDENTITY.signIn(limited, "127.0.0.1"))
        .hasMessageContaining("does not open the console");
    String token = IDENTITY.issueToken("kim", "laptop");
    String cookie = IDENTITY.signIn(token, "127.0.0.1").orElseThrow().cookie();
    String id =
        IDENTITY.tokens("kim").stream()
            .filter(t -> t.name().equals("laptop"))
            .findFirst()
            .orElseThrow()
            .id();
    IDENTITY.revokeToken("kim", id);
    assertThat(IDENTITY.session(cookie)).isEmpty();
  }

  private static @Nullable Role anyRole(Random random) {
    int choice = random.nextInt(Role.values().length + 1);
    return choice == Role.values().length ? null : Role.values()[choice];
  }

  private static Scope anyScope(Random random) {
    Set<Right> rights = null;
    if (random.nextBoolean()) {
      rights = EnumSet.noneOf(Right.class);
      for (Right right : Right.values()) {
        if (right != Right.OWN && random.nextInt(3) == 0) {
          rights.add(right);
        }
      }
    }
    String application = random.nextBoolean() ? APPLICATIONS.get(random.nextInt(2)) : null;
    return new Scope(application, rights, random.nextInt(4) == 0);
  }

  private static Access access(String user, Scope scope) {
    String token = IDENTITY.issueToken(user, "test", scope, null);
    return IDENTITY.authenticateToken(token).orElseThrow();
  }
}
