package sample;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The employees: search, and one by number. */
final class Employees {
  private static final String COLUMNS = "number, name, english_name, team, position, email, phone, office";

  private final Database database;

  Employees(Database database) {
    this.database = database;
  }

  /** One page of those whose name, team, position or e-mail holds the text, by number; an empty text means all. */
  Map<String, Object> search(String text, int page, int size) throws SQLException {
    String pattern = "%" + text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%";
    return database.inTransaction(
        connection -> {
          try (PreparedStatement query =
              connection.prepareStatement(
                  "select " + COLUMNS + ", count(*) over () as total from employee"
                      + " where concat_ws(' ', name, english_name, team, position, email) ilike ?"
                      + " order by number limit ? offset ?")) {
            query.setString(1, pattern);
            query.setInt(2, size);
            query.setInt(3, (page - 1) * size);
            List<Map<String, Object>> found = new ArrayList<>();
            long total = 0;
            try (ResultSet rows = query.executeQuery()) {
              while (rows.next()) {
                found.add(employee(rows));
                total = rows.getLong("total");
              }
            }
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("employees", found);
            answer.put("total", total);
            answer.put("page", page);
            return answer;
          }
        });
  }

  Optional<Map<String, Object>> find(String number) throws SQLException {
    return database.inTransaction(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement("select " + COLUMNS + " from employee where number = ?")) {
            query.setString(1, number);
            try (ResultSet rows = query.executeQuery()) {
              return rows.next() ? Optional.of(employee(rows)) : Optional.empty();
            }
          }
        });
  }

  private static Map<String, Object> employee(ResultSet row) throws SQLException {
    Map<String, Object> employee = new LinkedHashMap<>();
    employee.put("number", row.getString("number"));
    employee.put("name", row.getString("name"));
    employee.put("englishName", row.getString("english_name"));
    employee.put("team", row.getString("team"));
    employee.put("position", row.getString("position"));
    employee.put("email", row.getString("email"));
    employee.put("phone", row.getString("phone"));
    employee.put("office", row.getString("office"));
    return employee;
  }
}
