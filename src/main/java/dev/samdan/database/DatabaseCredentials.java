package dev.samdan.database;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a program reaches one database. Its text never shows the password, so that it may stand in a
 * log.
 */
public record DatabaseCredentials(
    String host, int port, String database, String user, String password) {
  /**
   * The variables that PostgreSQL's clients and most frameworks read (libpq, "Environment
   * Variables").
   */
  public Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("DATABASE_URL", url());
    variables.put("PGHOST", host);
    variables.put("PGPORT", String.valueOf(port));
    variables.put("PGDATABASE", database);
    variables.put("PGUSER", user);
    variables.put("PGPASSWORD", password);
    return variables;
  }

  /** {@code postgresql://user:password@host:port/database}. */
  public String url() {
    return "postgresql://"
        + encoded(user)
        + ":"
        + encoded(password)
        + "@"
        + host
        + ":"
        + port
        + "/"
        + encoded(database);
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  @Override
  public String toString() {
    return user + "@" + host + ":" + port + "/" + database;
  }
}
