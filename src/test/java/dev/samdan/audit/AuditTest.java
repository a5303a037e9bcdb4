package dev.samdan.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.audit.Deed.Door;
import dev.samdan.audit.Deed.Outcome;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AuditTest {
  private final Database database = TestDatabase.fresh();
  private final Audit audit = new Audit(database);

  @BeforeEach
  void createTable() {
    database.useHandle(handle -> handle.execute("create table thing (name text unique)"));
  }

  @AfterEach
  void close() {
    audit.close();
    database.close();
  }

  @Test
  void a_deed_is_recorded_in_the_transaction_of_its_change() {
    AtomicInteger seen = new AtomicInteger();
    audit.accompany(
        deed("Set"),
        () -> {
          database.withHandle(handle -> handle.createQuery("select 1").mapTo(Integer.class).one());
          assertThat(entries()).isEmpty(); // Looking is no change.
          insert("a");
          seen.set(entries().size());
          return 1;
        });
    assertThat(seen).hasValue(1);
    assertThat(entries()).extracting(AuditEntry::outcome).containsExactly("done");
    assertThat(transactions()).hasSize(1);
  }

  /** The change's row and the entry's row were written by one transaction. */
  private List<String> transactions() {
    return database.withHandle(handle ->
        handle
            .createQuery("select xmin::text from thing union select xmin::text from audit_entry")
            .mapTo(String.class)
            .list());
  }

  @Test
  void a_change_that_is_rolled_back_leaves_no_entry_that_says_it_was_done() {
    assertThatThrownBy(() ->
            audit.accompany(
                deed("Set"),
                () ->
                    database.inTransaction(handle -> {
                      handle.execute("insert into thing values ('a')");
                      throw PlatformException.conflict("it is taken");
                    })))
        .hasMessage("it is taken");
    assertThat(entries()).extracting(AuditEntry::outcome).containsExactly("failed");
    assertThat(entries().getFirst().detail()).isEqualTo("name=a | it is taken");
  }

  @Test
  void a_deed_that_fails_after_its_first_change_failed() {
    assertThatThrownBy(() ->
            audit.accompany(
                deed("Set"),
                () -> {
                  insert("a");
                  throw new PlatformException(PlatformException.Code.FORBIDDEN, "not that one");
                }))
        .hasMessage("not that one");
    assertThat(entries()).extracting(AuditEntry::outcome).containsExactly("refused");
  }

  @Test
  void a_deed_without_a_change_in_the_store_is_recorded_when_it_ends() {
    assertThat(audit.<@Nullable String>accompany(deed("Restart"), () -> "done")).isEqualTo("done");
    assertThat(entries()).extracting(AuditEntry::action).containsExactly("Restart");
  }

  @Test
  void entries_are_neither_changed_nor_taken_away() {
    audit.record(deed("Set"), Outcome.DONE);
    for (String sql :
        List.of(
            "update audit_entry set who = 'nobody'",
            "delete from audit_entry",
            "truncate audit_entry")) {
      assertThatThrownBy(() -> database.useHandle(handle -> handle.execute(sql)))
          .as(sql)
          .hasMessageContaining("the audit log is only added to");
    }
    assertThat(entries()).hasSize(1);
  }

  @Test
  void what_is_older_than_the_retention_goes_and_that_is_recorded() {
    audit.record(deed("New"), Outcome.DONE);
    database.useHandle(handle ->
        handle.execute(
            "insert into audit_entry (deed, at, who, door, address, action, subject, outcome)"
                + " values (gen_random_uuid(), now() - interval '40 days', 'x', 'api', '', 'Old',"
                + " '', 'done')"));
    audit.expire();
    assertThat(entries()).hasSize(2);
    audit.setRetention(new Audit.Retention(30, 10_000));
    assertThat(audit.retention()).isEqualTo(new Audit.Retention(30, 10_000));
    audit.expire();
    assertThat(entries())
        .extracting(AuditEntry::action)
        .containsExactly("Let go of old entries", "New");
    assertThatThrownBy(() -> audit.setRetention(new Audit.Retention(1, 10_000)))
        .hasMessageContaining("30 to 3650 days");
  }

  @Test
  void what_is_beyond_the_number_goes_once_however_often_it_is_looked_at() {
    database.useHandle(handle ->
        handle.execute(
            "insert into audit_entry (deed, who, door, address, action, subject, outcome)"
                + " select gen_random_uuid(), 'x', 'api', '', 'Set', '', 'done'"
                + " from generate_series(1, 20050)"));
    audit.setRetention(new Audit.Retention(30, 10_000));
    for (int i = 0; i < 3; i++) {
      audit.expire();
      assertThat(kept("Set")).isEqualTo(10_000);
      assertThat(entries())
          .filteredOn(e -> e.action().equals("Let go of old entries"))
          .extracting(AuditEntry::detail)
          .containsExactly("50 entries beyond the retention", "10000 entries beyond the retention");
    }
  }

  private long kept(String action) {
    AuditFilter filter = new AuditFilter(null, null, action, null, null, null);
    return audit.outcomes(filter).getOrDefault("done", 0L);
  }

  @Test
  void pages_follow_one_another_and_the_filter_holds() {
    for (int i = 0; i < 7; i++) {
      audit.record(deed("Set " + i), Outcome.DONE);
    }
    audit.record(
        new Deed("kim", Door.GIT, "::1", "Push", "staff", "/git/staff.git", ""), Outcome.REFUSED);
    List<String> seen = new ArrayList<>();
    String cursor = null;
    do {
      Audit.Page page = audit.list(new AuditFilter("sample", null, null), cursor, 3);
      page.entries().forEach(e -> seen.add(e.action()));
      cursor = page.nextCursor();
    } while (cursor != null);
    assertThat(seen).containsExactly("Set 6", "Set 5", "Set 4", "Set 3", "Set 2", "Set 1", "Set 0");
    assertThat(audit.list(new AuditFilter(null, "kim", null), null, 50).entries())
        .extracting(AuditEntry::door, AuditEntry::outcome)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("git", "refused"));
    AuditFilter pushes = new AuditFilter(null, null, "push", "refused", null, Instant.now());
    assertThat(audit.list(pushes, null, 50).entries())
        .extracting(AuditEntry::who)
        .containsExactly("kim");
    AuditFilter before = new AuditFilter(null, null, null, null, null, Instant.EPOCH);
    assertThat(audit.list(before, null, 50).entries()).isEmpty();
    assertThat(audit.outcomes(new AuditFilter(null, null, null)))
        .isEqualTo(Map.of("done", 7L, "refused", 1L));
    assertThat(audit.actions("staff")).containsExactly("Push");
    assertThatThrownBy(() -> audit.list(new AuditFilter(null, null, null), "x", 3))
        .hasMessageContaining("no cursor");
  }

  @Test
  void an_export_holds_every_entry_and_no_formula() throws IOException {
    audit.record(
        new Deed("mina", Door.API, "127.0.0.1", "=1+1", null, "a \"b\", c", "line\nline"),
        Outcome.DONE);
    for (int i = 0; i < 1_200; i++) {
      audit.record(deed("Set"), Outcome.DONE);
    }
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    audit.export(new AuditFilter(null, null, null), AuditExport.JSONL, json);
    List<String> lines = json.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSize(1_201);
    assertThat(Json.tree(lines.getLast()).path("subject").asString("")).isEqualTo("a \"b\", c");
    ByteArrayOutputStream csv = new ByteArrayOutputStream();
    audit.export(new AuditFilter(null, null, null), AuditExport.CSV, csv);
    assertThat(csv.toString(StandardCharsets.UTF_8))
        .startsWith("id,at,who,door,address,action,application,subject,outcome,detail\r\n")
        .endsWith(",'=1+1,,\"a \"\"b\"\", c\",done,\"line\nline\"\r\n");
  }

  private void insert(String name) {
    database.useHandle(handle -> handle.execute("insert into thing values (?)", name));
  }

  private List<AuditEntry> entries() {
    return audit.list(new AuditFilter(null, null, null), null, 500).entries();
  }

  private static Deed deed(String action) {
    return new Deed("mina", Door.API, "127.0.0.1", action, "sample", "/things/a", "name=a");
  }
}
