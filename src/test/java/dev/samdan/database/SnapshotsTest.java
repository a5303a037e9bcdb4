package dev.samdan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SnapshotsTest {
  private final Database store = TestDatabase.fresh();
  private final TierDatabases tiers = store.tierDatabases();

  @BeforeEach
  void make() {
    tiers.ensure("snap", "dev");
  }

  @AfterEach
  void close() {
    tiers.drop("snap", "dev");
    store.close();
  }

  @Test
  void a_restore_brings_back_what_a_snapshot_holds_and_keeps_what_was_there() throws SQLException {
    run("create table note (text text)");
    run("insert into note values ('first')");
    Snapshot taken = tiers.snapshot("snap", "dev", "mina");
    run("insert into note values ('second')");

    Snapshot aside = tiers.restore("snap", "dev", taken.id(), "mina");

    assertThat(count()).isEqualTo(1);
    assertThat(aside.reason()).isEqualTo("replaced");
    assertThat(tiers.snapshots("snap", "dev")).extracting(Snapshot::id).contains(taken.id());
    tiers.restore("snap", "dev", aside.id(), "mina");
    assertThat(count()).isEqualTo(2);
  }

  @Test
  void connections_that_are_there_do_not_keep_a_snapshot_from_being_taken() throws SQLException {
    try (Connection busy = connect()) {
      assertThat(busy.isValid(60)).isTrue();
      assertThat(tiers.snapshot("snap", "dev", "mina").sizeBytes()).isPositive();
    }
    try (Connection again = connect()) {
      assertThat(again.isValid(60)).isTrue();
    }
  }

  @Test
  void what_is_not_there_is_named_and_what_is_deleted_is_gone() {
    Snapshot taken = tiers.snapshot("snap", "dev", "mina");
    tiers.deleteSnapshot("snap", "dev", taken.id());

    assertThat(tiers.snapshots("snap", "dev")).isEmpty();
    assertThatThrownBy(() -> tiers.restore("snap", "dev", taken.id(), "mina"))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("there is no snapshot " + taken.id());
  }

  private Connection connect() throws SQLException {
    DatabaseCredentials c = tiers.ensure("snap", "dev");
    return new Database.Connection(c.host(), c.port(), c.database(), c.user(), c.password())
        .connect();
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = connect()) {
      connection.createStatement().execute(sql);
    }
  }

  private long count() throws SQLException {
    try (Connection connection = connect();
        var rows = connection.createStatement().executeQuery("select count(*) from note")) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
