package dev.samdan.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  @Test
  void each_test_gets_a_database_of_its_own() {
    try (Database one = TestDatabase.fresh();
        Database other = TestDatabase.fresh()) {
      one.useHandle(handle -> handle.execute("create table only_here (id int)"));
      String find = "select count(*) from pg_class where relname = 'only_here'";
      assertThat(
              one.<Integer, RuntimeException>withHandle(
                  h -> h.createQuery(find).mapTo(Integer.class).one()))
          .isEqualTo(1);
      assertThat(
              other.<Integer, RuntimeException>withHandle(
                  h -> h.createQuery(find).mapTo(Integer.class).one()))
          .isZero();
    }
  }

  @Test
  void a_notification_arrives_when_its_transaction_commits() throws Exception {
    List<String> received = new CopyOnWriteArrayList<>();
    try (Database database = TestDatabase.fresh();
        AutoCloseable listening = database.listen("pipeline", received::add)) {
      await().untilAsserted(() -> assertThat(received).containsExactly(""));
      assertThatThrownBy(() ->
              database.useTransaction(handle -> {
                database.notifyChannel(handle, "pipeline", "rolled back");
                throw new IllegalStateException();
              }))
          .isInstanceOf(IllegalStateException.class);
      database.useTransaction(handle -> database.notifyChannel(handle, "pipeline", "41"));
      await().untilAsserted(() -> assertThat(received).containsExactly("", "41"));
      assertThat(listening).isNotNull();
    }
  }

  @Test
  void a_broken_listening_connection_is_made_anew_and_wakes_once() throws Exception {
    List<String> received = new CopyOnWriteArrayList<>();
    try (Database database = TestDatabase.fresh();
        AutoCloseable listening = database.listen("deploy", received::add)) {
      await().untilAsserted(() -> assertThat(received).containsExactly(""));
      database.useHandle(handle ->
          handle.execute(
              "select pg_terminate_backend(pid) from pg_stat_activity"
                  + " where query like 'listen%' and datname = current_database()"));
      await().untilAsserted(() -> assertThat(received).containsExactly("", ""));
      database.useHandle(handle -> database.notifyChannel(handle, "deploy", "7"));
      await().untilAsserted(() -> assertThat(received).containsExactly("", "", "7"));
      assertThat(listening).isNotNull();
    }
  }

  @Test
  void a_zero_character_from_outside_keeps_nothing_from_being_written() {
    try (Database database = TestDatabase.fresh()) {
      String document = Json.write(Map.of("a\0", List.of("b\0\0c", "\\u0000")));
      String written =
          database.withHandle(handle ->
              handle
                  .createQuery("select :text || (:list)[1] || (:document::jsonb)::text")
                  .bind("text", "x\0y ")
                  .bindArray("list", String.class, "z\0 ")
                  .bind("document", document)
                  .mapTo(String.class)
                  .one());
      assertThat(written)
          .isEqualTo("x\uFFFDy z\uFFFD {\"a\uFFFD\": [\"b\uFFFD\uFFFDc\", \"\\\\u0000\"]}");
    }
  }

  @Test
  void the_address_of_an_outside_store_is_read_from_its_url() {
    var details =
        Database.Connection.parse("postgresql://samdan:p%40ss+word@db.example.com:6432/control");
    assertThat(details)
        .isEqualTo(
            new Database.Connection("db.example.com", 6432, "control", "samdan", "p@ss+word"));
    assertThat(details.toString()).isEqualTo("samdan@db.example.com:6432/control");
  }

  @Test
  void a_malformed_url_is_refused_without_showing_its_password() {
    assertThatThrownBy(() -> Database.Connection.parse("mysql://root:secret@localhost/x"))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("postgresql://USER:PASSWORD@HOST:PORT/DATABASE")
        .hasMessageNotContaining("secret");
  }

  @Test
  void a_store_that_does_not_answer_is_named_with_the_remedy() {
    var nowhere = new Database.Connection("127.0.0.1", 1, "samdan", "samdan", "secret");
    assertThatThrownBy(() -> Database.open(nowhere))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("samdan@127.0.0.1:1/samdan")
        .hasMessageContaining("SAMDAN_DATABASE_URL")
        .hasMessageNotContaining("secret");
  }
}
