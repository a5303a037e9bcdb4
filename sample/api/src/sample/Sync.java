package sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Employee sync: reads the JSON files that the personnel system leaves in the volume, and adds or changes employees. */
final class Sync {
  private final Database database;
  private final Path folder;

  Sync(Database database, Path folder) {
    this.database = database;
    this.folder = folder;
  }

  /** The volume, {@code /sample/sync_data}, below SAMDAN_ROOT where the task runs without a container. */
  static Path folder() {
    return Path.of(System.getenv().getOrDefault("SAMDAN_ROOT", "/")).resolve("sample/sync_data");
  }

  /** Reads every {@code *.json} of the volume: each holds a list of employees. */
  Map<String, Object> run() throws IOException, SQLException {
    List<Map<?, ?>> employees = new ArrayList<>();
    List<Path> files = files();
    for (Path file : files) {
      if (!(Json.read(Files.readString(file)) instanceof List<?> list)) {
        throw new IllegalArgumentException(file.getFileName() + " holds no list of employees");
      }
      for (Object item : list) {
        if (!(item instanceof Map<?, ?> employee) || !(employee.get("number") instanceof String)) {
          throw new IllegalArgumentException(file.getFileName() + ": every employee needs a number");
        }
        employees.add(employee);
      }
    }
    int changed = save(employees);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("files", files.size());
    answer.put("employees", employees.size());
    answer.put("changed", changed);
    return answer;
  }

  /** Leaves a file in the volume, as the personnel system does. */
  void put(String name, String json) throws IOException {
    Json.read(json);
    Files.createDirectories(folder);
    Path temporary = Files.createTempFile(folder, ".incoming", ".tmp");
    Files.writeString(temporary, json);
    Files.move(temporary, folder.resolve(name + ".json"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private List<Path> files() throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> all = Files.list(folder)) {
      return all.filter(f -> f.getFileName().toString().endsWith(".json")).sorted().toList();
    }
  }

  private int save(List<Map<?, ?>> employees) throws SQLException {
    return database.inTransaction(
        connection -> {
          int changed = 0;
          try (PreparedStatement upsert =
              connection.prepareStatement(
                  """
                  insert into employee (number, name, english_name, team, position, email, phone, office)
                  values (?, ?, ?, ?, ?, ?, ?, ?)
                  on conflict (number) do update set name = excluded.name, english_name = excluded.english_name,
                    team = excluded.team, position = excluded.position, email = excluded.email, phone = excluded.phone,
                    office = excluded.office
                  where employee.* is distinct from excluded.*
                  """)) {
            for (Map<?, ?> employee : employees) {
              int column = 0;
              for (String key : List.of("number", "name", "englishName", "team", "position", "email", "phone", "office")) {
                Object value = employee.get(key);
                upsert.setString(++column, value == null ? "" : value.toString());
              }
              changed += upsert.executeUpdate();
            }
          }
          return changed;
        });
  }
}
