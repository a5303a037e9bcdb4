package dev.samdan.identity;

import dev.samdan.base.Json;
import dev.samdan.database.Database;
import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Who may do what, as rows say it. */
final class AccessRows {
  /** The columns of a person {@code p}, with the roles by application as a JSON object. */
  static final String PERSON =
      "p.*, (select jsonb_object_agg(m.application, m.role) from membership m where m.person ="
          + " p.name)::text as roles";

  private static final int MOST_DECIDERS = 3;

  private final Database database;

  AccessRows(Database database) {
    this.database = database;
  }

  /** From a row with {@link #PERSON}. */
  Access access(ResultSet row, Scope scope) throws SQLException {
    return new Access(
        new Principal(
            row.getString("name"), row.getString("display_name"), row.getString("language")),
        role(row),
        roles(row),
        scope,
        this::deciders);
  }

  static @Nullable Role role(ResultSet row) throws SQLException {
    String role = row.getString("role");
    return role == null ? null : Role.parse(role);
  }

  static Map<String, Role> roles(ResultSet row) throws SQLException {
    String json = row.getString("roles");
    Map<String, Role> roles = new HashMap<>();
    if (json != null) {
      Json.tree(json)
          .properties()
          .forEach(role -> roles.put(role.getKey(), Role.parse(role.getValue().asString(""))));
    }
    return roles;
  }

  /** From the columns {@code limited_to} and {@code rights}. */
  static Scope scope(ResultSet row, boolean registryOnly, boolean shared) throws SQLException {
    Array rights = row.getArray("rights");
    return new Scope(
        row.getString("limited_to"),
        rights == null
            ? null
            : Arrays.stream((String[]) rights.getArray())
                .map(Right::parse)
                .collect(Collectors.toSet()),
        registryOnly,
        shared);
  }

  /** For the column {@code rights}. */
  static String @Nullable [] column(@Nullable Set<Right> rights) {
    return rights == null
        ? null
        : rights.stream()
            .map(right -> right.name().toLowerCase(Locale.ROOT))
            .sorted()
            .toArray(String[]::new);
  }

  private List<String> deciders(@Nullable String application) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select display_name from person p
                where p.role = 'admin'
                   or exists (select from membership m
                              where m.person = p.name and m.role = 'admin' and m.application = :application)
                order by p.created_at, p.name limit :most\
                """)
            .bind("application", application)
            .bind("most", MOST_DECIDERS)
            .mapTo(String.class)
            .list());
  }
}
