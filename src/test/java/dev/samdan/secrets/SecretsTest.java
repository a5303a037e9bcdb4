package dev.samdan.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretsTest {
  @TempDir Path home;
  private final Database database = TestDatabase.fresh();
  private Secrets secrets;

  @BeforeEach
  void open() {
    database.withHandle(h ->
        h.execute(
            "insert into application (name, title, created_at) values ('sample', 'Sample',"
                + " now())"));
    secrets = new Secrets(database, home, InstantSource.system());
  }

  @Test
  void an_environments_own_value_counts_before_the_applications() {
    secrets.set("sample", null, "KEY", "for all", "mina");
    secrets.set("sample", "dev", "KEY", "for dev", "mina");

    assertThat(secrets.resolve("sample", "dev", "KEY")).contains("for dev");
    assertThat(secrets.resolve("sample", "prod", "KEY")).contains("for all");
    assertThat(secrets.resolve("sample", null, "KEY")).contains("for all");
    assertThat(secrets.resolve("other", "dev", "KEY")).isEmpty();
  }

  @Test
  void neither_the_table_nor_the_list_holds_a_value() {
    secrets.set("sample", "dev", "KEY", "do-not-find-me", "mina");

    List<String> rows =
        database.withHandle(h ->
            h.createQuery("select encode(sealed, 'escape') || secret::text from secret")
                .mapTo(String.class)
                .list());
    assertThat(rows).singleElement().asString().doesNotContain("do-not-find-me");
    assertThat(secrets.list("sample").toString()).contains("KEY").doesNotContain("do-not-find-me");
  }

  @ParameterizedTest
  @CsvSource({
    "/team/db, password",
    "team/db, password",
    "arn:aws:ssm:ap-northeast-2:123456789012:parameter/team/db, password",
    "arn:aws:secretsmanager:ap-northeast-2:123456789012:secret:team/db-AbCdEf, password",
    "team/db:AWSCURRENT, -"
  })
  void references_in_aws_forms_mean_the_same_secret(String reference, String value) {
    secrets.set("sample", "dev", "/team/db", "password", "mina");

    assertThat(secrets.resolve("sample", "dev", reference).orElse("-")).isEqualTo(value);
  }

  @ParameterizedTest
  @CsvSource({
    "db:user, kim",
    "db:port, 5432",
    "db:user:AWSCURRENT, kim",
    "db:user:AWSPREVIOUS, lee",
    "db:none, -",
    "arn:aws:secretsmanager:r:1:secret:db-AbCdEf:user::, kim"
  })
  void a_member_of_a_json_value_and_the_stage_before_can_be_named(String reference, String value) {
    secrets.set("sample", "dev", "db", "{\"user\": \"lee\"}", "mina");
    secrets.set("sample", "dev", "db", "{\"user\": \"kim\", \"port\": 5432}", "mina");

    assertThat(secrets.resolve("sample", "dev", reference).orElse("-")).isEqualTo(value);
  }

  @Test
  void a_version_can_be_named_by_its_id() {
    UUID first = secrets.set("sample", "dev", "db", "one", "mina").version();
    secrets.set("sample", "dev", "db", "two", "mina");

    assertThat(secrets.resolve("sample", "dev", "db:::" + first)).contains("one");
    assertThat(secrets.resolve("sample", "dev", "db:::" + UUID.randomUUID())).isEmpty();
  }

  @Test
  void a_row_cannot_stand_in_for_another() {
    secrets.set("sample", "dev", "mine", "mine", "mina");
    secrets.set("sample", "dev", "yours", "yours", "lee");
    database.withHandle(h ->
        h.execute(
            "update secret set sealed = (select sealed from secret where name = 'yours') where name"
                + " = 'mine'"));

    assertThatThrownBy(() -> secrets.resolve("sample", "dev", "mine"))
        .isInstanceOf(PlatformException.class);
  }

  @Test
  void a_lost_an_open_and_a_foreign_key_are_told_with_the_remedy() throws IOException {
    secrets.set("sample", "dev", "KEY", "value", "mina");
    Path key = home.resolve("secrets.key");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
        .isEqualTo("rw-------");

    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
    unavailable("can be read by others than its owner: chmod 600");
    Files.delete(key);
    unavailable("is missing: put it back from a backup of the home");
    new Secrets(TestDatabase.fresh(), home, InstantSource.system());
    Files.writeString(key, "A".repeat(43) + "=\n");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    unavailable("is not the key with which this secret was encrypted");
    Files.writeString(key, "short\n");
    unavailable("is damaged: it must hold 32 bytes in base64");
  }

  private void unavailable(String message) {
    assertThatThrownBy(() -> secrets.resolve("sample", "dev", "KEY"))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "a\nb", "-", "../x", "name;drop"})
  void names_are_plain(String name) {
    boolean plain = name.equals("-") || name.equals("../x");
    if (plain) {
      secrets.set("sample", "dev", name, "value", "mina");
      assertThat(secrets.resolve("sample", "dev", name)).contains("value");
      return;
    }
    assertThatThrownBy(() -> secrets.set("sample", "dev", name, "value", "mina"))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("is not a secret's name");
  }

  @Test
  void what_cannot_be_kept_is_refused() {
    assertThatThrownBy(() -> secrets.set("sample", null, "K", "x".repeat(65_537), "mina"))
        .hasMessageContaining("has 65537 bytes; a secret takes at most 65536");
    assertThatThrownBy(() -> secrets.set("sample", null, "K", "a\0b", "mina"))
        .hasMessageContaining("encode it in base64");
    assertThatThrownBy(() -> secrets.set("nothing", null, "K", "v", "mina"))
        .hasMessageContaining("there is no application 'nothing'");
  }

  @Test
  void what_is_deleted_is_gone_with_the_value_before_it() {
    secrets.set("sample", "dev", "KEY", "one", "mina");
    secrets.set("sample", "dev", "KEY", "two", "mina");

    assertThat(secrets.delete("sample", "dev", "KEY")).isTrue();
    assertThat(secrets.delete("sample", "dev", "KEY")).isFalse();
    assertThat(secrets.resolve("sample", "dev", "KEY::AWSPREVIOUS")).isEmpty();
  }
}
