package dev.samdan.runtime;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The registered task definitions. */
final class TaskDefinitionRows {
  private static final Pattern FAMILY = Pattern.compile("[A-Za-z0-9_-]{1,255}");

  private final Database database;

  TaskDefinitionRows(Database database) {
    this.database = database;
  }

  TaskDefinition register(TaskDefinitionInput input) {
    if (!FAMILY.matcher(input.family()).matches()) {
      throw PlatformException.invalid(
          "'"
              + input.family()
              + "' is not a family: it must be 1 to 255 letters, digits, '-' or '_'");
    }
    if (input.containerDefinitions().isEmpty()) {
      throw PlatformException.invalid(
          "task definition " + input.family() + " has no containerDefinitions");
    }
    return database.inTransaction(handle -> {
      handle
          .createQuery("select pg_advisory_xact_lock(hashtext('task_definition ' || :family))")
          .bind("family", input.family())
          .mapToMap()
          .list();
      return handle
          .createQuery(
              """
              insert into task_definition (family, revision, content)
              select :family, coalesce(max(revision), 0) + 1, :content::jsonb
              from task_definition where family = :family
              returning family, revision, content, registered_at\
              """)
          .bind("family", input.family())
          .bind("content", Json.write(input))
          .map((row, context) -> read(row))
          .one();
    });
  }

  void delete(TaskDefinition definition) {
    database.useHandle(handle ->
        handle
            .createUpdate(
                "delete from task_definition where family = :family and revision = :revision")
            .bind("family", definition.family())
            .bind("revision", definition.revision())
            .execute());
  }

  Optional<TaskDefinition> find(String name) {
    int colon = name.indexOf(':');
    String family = colon < 0 ? name : name.substring(0, colon);
    Integer revision = colon < 0 ? null : number(name.substring(colon + 1));
    if (colon >= 0 && revision == null) {
      return Optional.empty();
    }
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select family, revision, content, registered_at from task_definition
                where family = :family and (:revision::int is null or revision = :revision)
                order by revision desc limit 1\
                """)
            .bind("family", family)
            .bind("revision", revision)
            .map((row, context) -> read(row))
            .findOne());
  }

  List<TaskDefinition> list(String familyPrefix) {
    return database.withHandle(handle ->
        handle
            .createQuery(
                """
                select family, revision, content, registered_at from task_definition
                where starts_with(family, :prefix) order by registered_at desc, revision desc limit 500\
                """)
            .bind("prefix", familyPrefix)
            .map((row, context) -> read(row))
            .list());
  }

  private static @Nullable Integer number(String text) {
    try {
      return Integer.valueOf(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static TaskDefinition read(java.sql.ResultSet row) throws java.sql.SQLException {
    TaskDefinitionInput input = Json.read(row.getString("content"), TaskDefinitionInput.class);
    Instant at = row.getTimestamp("registered_at").toInstant();
    return new TaskDefinition(
        input.family(),
        row.getInt("revision"),
        input.containerDefinitions(),
        input.cpu(),
        input.memory(),
        input.networkMode(),
        input.volumes(),
        input.raw(),
        at);
  }
}
