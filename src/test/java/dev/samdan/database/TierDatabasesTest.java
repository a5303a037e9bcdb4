package dev.samdan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TierDatabasesTest {
  private final Database store = TestDatabase.fresh();
  private final TierDatabases tiers = store.tierDatabases();

  @AfterEach
  void close() {
    tiers.drop("sample", "dev");
    tiers.drop("sample", "prod");
    store.close();
  }

  @Test
  void an_environment_owns_its_database_and_keeps_its_credentials() throws SQLException {
    DatabaseCredentials dev = tiers.ensure("sample", "dev");
    try (Connection connection = connect(dev, dev.database());
        var statement = connection.createStatement()) {
      statement.execute("create table employee (id int primary key)");
    }
    assertThat(tiers.ensure("sample", "dev")).isEqualTo(dev);
    TierDatabases.Facts facts = tiers.facts("sample", "dev");
    assertThat(facts.tables()).isEqualTo(1);
    assertThat(facts.sizeBytes()).isPositive();
  }

  @Test
  void one_environment_cannot_reach_the_database_of_another_nor_the_store() {
    DatabaseCredentials dev = tiers.ensure("sample", "dev");
    DatabaseCredentials prod = tiers.ensure("sample", "prod");
    assertThat(dev.password()).isNotEqualTo(prod.password());
    String control =
        store.withHandle(h -> h.createQuery("select current_database()").mapTo(String.class).one());
    for (String other : new String[] {prod.database(), control, "postgres", "template1"}) {
      assertThatThrownBy(() -> connect(dev, other).close())
          .as(other)
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("permission denied for database");
    }
  }

  @Test
  void what_is_written_beside_it_stands_in_no_way_of_making_and_dropping_it() throws SQLException {
    List<String> written = new ArrayList<>();
    DatabaseCredentials dev =
        store.accompany(handle -> written.add("made"), () -> tiers.ensure("sample", "dev"));
    connect(dev, dev.database()).close();
    assertThat(tiers.ensure("sample", "dev")).isEqualTo(dev);
    store.accompany(
        handle -> written.add("dropped"),
        () -> {
          tiers.drop("sample", "dev");
          return "";
        });
    assertThatThrownBy(() -> connect(dev, dev.database()).close()).isInstanceOf(SQLException.class);
    assertThat(written).containsExactly("made", "dropped");
  }

  @Test
  void what_a_killed_control_left_half_made_is_finished() throws SQLException {
    DatabaseCredentials dev = tiers.ensure("sample", "dev");
    store.useHandle(handle -> handle.execute("drop database \"" + dev.database() + "\""));
    assertThat(tiers.ensure("sample", "dev")).isEqualTo(dev);
    connect(dev, dev.database()).close();
  }

  @Test
  void dropping_ends_its_connections_and_leaves_neither_database_nor_role() throws SQLException {
    DatabaseCredentials dev = tiers.ensure("sample", "dev");
    try (Connection open = connect(dev, dev.database())) {
      tiers.drop("sample", "dev");
      assertThat(open.isValid(1)).isFalse();
    }
    String left =
        "select (select count(*) from pg_database where datname = :n) + (select count(*) from pg_roles where rolname = :n)";
    assertThat(
            store.<Integer, RuntimeException>withHandle(handle ->
                handle.createQuery(left).bind("n", dev.database()).mapTo(Integer.class).one()))
        .isZero();
    assertThatThrownBy(() -> tiers.facts("sample", "dev"))
        .isInstanceOf(PlatformException.class)
        .hasMessage("sample has no database in dev");
  }

  @Test
  void credentials_become_the_variables_of_libpq_and_never_show_the_password() {
    var credentials =
        new DatabaseCredentials("127.0.0.1", 15432, "sample_dev", "sample_dev", "p@ss word");
    assertThat(credentials.environment())
        .containsEntry(
            "DATABASE_URL", "postgresql://sample_dev:p%40ss%20word@127.0.0.1:15432/sample_dev")
        .containsEntry("PGHOST", "127.0.0.1")
        .containsEntry("PGPORT", "15432")
        .containsEntry("PGDATABASE", "sample_dev")
        .containsEntry("PGUSER", "sample_dev")
        .containsEntry("PGPASSWORD", "p@ss word");
    assertThat(credentials.toString()).doesNotContain("p@ss");
  }

  @Test
  void long_names_stay_different() {
    String name = "a".repeat(60);
    DatabaseCredentials one = tiers.ensure(name, "dev");
    DatabaseCredentials other = tiers.ensure(name, "prod");
    assertThat(one.database()).hasSizeLessThanOrEqualTo(63).isNotEqualTo(other.database());
    tiers.drop(name, "dev");
    tiers.drop(name, "prod");
  }

  private static Connection connect(DatabaseCredentials tier, String database) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:postgresql://" + tier.host() + ":" + tier.port() + "/" + database,
        tier.user(),
        tier.password());
  }
}
