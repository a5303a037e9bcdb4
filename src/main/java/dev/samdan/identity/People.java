package dev.samdan.identity;

import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The rows of people and of what they are where. */
final class People {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");
  private static final int LONGEST_DISPLAY_NAME = 100;

  private final Database database;
  private final InstantSource clock;

  People(Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  /** Creates the person where missing; a display name that is not blank replaces what stands. */
  Identity.User ensure(String name, String displayName) {
    check(name, displayName);
    database.useHandle(handle ->
        handle
            .createUpdate(
                """
                insert into person (name, display_name, created_at)
                values (:name, coalesce(nullif(:shown, ''), :name), :now)
                on conflict (name) do update set display_name = coalesce(nullif(:shown, ''), person.display_name)\
                """)
            .bind("name", name)
            .bind("shown", displayName.strip())
            .bind("now", clock.instant().atOffset(ZoneOffset.UTC))
            .execute());
    return show(name);
  }

  /** CONFLICT where there is such a person. */
  Identity.User create(String name, String displayName) {
    check(name, displayName);
    int inserted =
        database.withHandle(handle ->
            handle.execute(
                "insert into person (name, display_name, created_at) values (?, coalesce(nullif(?,"
                    + " ''), ?), ?) on conflict do nothing",
                name,
                displayName.strip(),
                name,
                clock.instant().atOffset(ZoneOffset.UTC)));
    if (inserted == 0) {
      throw PlatformException.conflict("there is a user " + name + " already");
    }
    return show(name);
  }

  private static void check(String name, String displayName) {
    if (!NAME.matcher(name).matches()) {
      throw PlatformException.invalid(
          "'"
              + name
              + "' is not a user name: it takes 1 to 63 of a-z, 0-9, '.', '_' and '-', the first a"
              + " letter or digit");
    }
    if (displayName.length() > LONGEST_DISPLAY_NAME
        || displayName.chars().anyMatch(Character::isISOControl)) {
      throw PlatformException.invalid(
          "a name to show has at most " + LONGEST_DISPLAY_NAME + " characters and no line breaks");
    }
  }

  List<Identity.User> list() {
    return database.withHandle(handle ->
        handle
            .createQuery("select " + AccessRows.PERSON + " from person p order by p.name")
            .map((row, _) -> user(row))
            .list());
  }

  Optional<Identity.User> find(String name) {
    return database.withHandle(handle ->
        handle
            .createQuery("select " + AccessRows.PERSON + " from person p where p.name = :name")
            .bind("name", name)
            .map((row, _) -> user(row))
            .findOne());
  }

  Identity.User show(String name) {
    return find(name).orElseThrow(() -> unknown(name));
  }

  void delete(String name) {
    if (database.withHandle(handle -> handle.execute("delete from person where name = ?", name))
        == 0) {
      throw unknown(name);
    }
  }

  /** In every application, or in one; null takes the role away. */
  void setRole(String name, @Nullable String application, @Nullable Role role) {
    database.useTransaction(handle -> {
      lock(handle, name);
      String text = role == null ? null : role.text();
      if (application == null) {
        handle.execute("update person set role = ? where name = ?", text, name);
      } else if (text == null) {
        handle.execute(
            "delete from membership where person = ? and application = ?", name, application);
      } else {
        handle.execute(
            "insert into membership (person, application, role) values (?, ?, ?) on conflict"
                + " (person, application) do update set role = excluded.role",
            name,
            application,
            text);
      }
    });
  }

  private static void lock(Handle handle, String name) {
    boolean there =
        handle
            .createQuery("select name from person where name = :name for update")
            .bind("name", name)
            .mapTo(String.class)
            .findOne()
            .isPresent();
    if (!there) {
      throw unknown(name);
    }
  }

  void chooseLanguage(String name, String language) {
    if (!language.equals("en") && !language.equals("ko")) {
      throw PlatformException.invalid("'" + language + "' is not a language of Samdan: en or ko");
    }
    if (database.withHandle(
            handle ->
                handle.execute("update person set language = ? where name = ?", language, name))
        == 0) {
      throw unknown(name);
    }
  }

  /** The kept password; empty where the person has none or is not known. */
  Optional<String> password(String name) {
    return database.withHandle(handle ->
        handle
            .createQuery("select password from person where name = :name and password is not null")
            .bind("name", name)
            .mapTo(String.class)
            .findOne());
  }

  /** Every browser that was signed in as the person is so no more, and no link waits. */
  void setPassword(String name, String kept) {
    database.useTransaction(handle -> {
      lock(handle, name);
      handle.execute(
          "update person set password = ?, password_set_at = ? where name = ?",
          kept,
          clock.instant().atOffset(ZoneOffset.UTC),
          name);
      handle.execute("delete from browser_session where person = ?", name);
      handle.execute("delete from one_time_link where person = ?", name);
    });
  }

  private static Identity.User user(ResultSet row) throws SQLException {
    return new Identity.User(
        row.getString("name"),
        row.getString("display_name"),
        row.getString("language"),
        row.getTimestamp("created_at").toInstant(),
        AccessRows.role(row),
        AccessRows.roles(row),
        row.getString("password") != null);
  }

  static PlatformException unknown(String user) {
    return PlatformException.notFound(
        "there is no user " + user + " (samdan user list shows those there are)");
  }
}
