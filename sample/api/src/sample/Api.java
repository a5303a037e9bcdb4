package sample;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What each path answers; docs/openapi.json describes it. */
final class Api {
  private static final int PAGE_SIZE = 20;

  private final Database database;
  private final Employees employees;
  private final Sync sync;
  private final Sessions sessions;

  Api(Database database, Employees employees, Sync sync) {
    this.database = database;
    this.employees = employees;
    this.sync = sync;
    this.sessions = new Sessions(database);
  }

  Server.Answer answer(HttpExchange exchange) throws IOException, SQLException {
    String method = exchange.getRequestMethod().equals("HEAD") ? "GET" : exchange.getRequestMethod();
    String path = exchange.getRequestURI().getPath();
    String route = path.startsWith("/api/employees/") ? "/api/employees/*" : path.startsWith("/api/sync/files/") ? "/api/sync/files/*" : path;
    return switch (method + " " + route) {
      case "GET /health" -> health();
      case "GET /docs", "GET /docs/" -> resource("docs/index.html", "text/html; charset=utf-8");
      case "GET /docs/openapi.json" -> resource("docs/openapi.json", "application/json");
      case "GET /api/version" -> Server.Answer.json(200, Map.of("version", Version.NAME));
      case "POST /api/session" -> signIn(exchange);
      case "GET /api/session" -> signedIn(exchange).map(user -> Server.Answer.json(200, Map.of("user", user))).orElseGet(Api::signInFirst);
      case "GET /api/employees" -> signedIn(exchange).isEmpty() ? signInFirst() : search(exchange);
      case "GET /api/employees/*" -> signedIn(exchange).isEmpty() ? signInFirst() : employee(last(path));
      case "POST /api/sync" -> signedIn(exchange).isEmpty() ? signInFirst() : Server.Answer.json(200, sync.run());
      case "PUT /api/sync/files/*" -> signedIn(exchange).isEmpty() ? signInFirst() : putFile(exchange, last(path));
      default -> Server.Answer.problem(404, method + " " + path + " is not a path of this API; see /docs");
    };
  }

  private Server.Answer health() {
    try {
      database.inTransaction(
          connection -> {
            try (PreparedStatement query = connection.prepareStatement("select 1 from signing_key")) {
              return query.execute();
            }
          });
      return Server.Answer.json(200, Map.of("status", "ok", "version", Version.NAME));
    } catch (SQLException e) {
      return Server.Answer.json(503, Map.of("status", "the database does not answer: " + e.getMessage()));
    }
  }

  private Server.Answer signIn(HttpExchange exchange) throws IOException, SQLException {
    if (!(Json.read(body(exchange)) instanceof Map<?, ?> given)
        || !(given.get("user") instanceof String user)
        || !(given.get("password") instanceof String password)) {
      return Server.Answer.problem(400, "user and password are wanted");
    }
    Optional<String> token = sessions.signIn(user, password);
    return token.isPresent()
        ? Server.Answer.json(200, Map.of("token", token.get(), "user", user))
        : Server.Answer.problem(401, "this name and password do not fit");
  }

  private Server.Answer search(HttpExchange exchange) throws SQLException {
    Map<String, String> query = query(exchange);
    int page = Integer.parseInt(query.getOrDefault("page", "1"));
    if (page < 1 || page > 100_000) {
      throw new IllegalArgumentException("page must be 1 or more");
    }
    return Server.Answer.json(200, employees.search(query.getOrDefault("query", ""), page, PAGE_SIZE));
  }

  private Server.Answer employee(String number) throws SQLException {
    return employees.find(number)
        .map(found -> Server.Answer.json(200, found))
        .orElseGet(() -> Server.Answer.problem(404, "there is no employee " + number));
  }

  private Server.Answer putFile(HttpExchange exchange, String name) throws IOException {
    if (!name.matches("[a-z0-9-]{1,40}")) {
      throw new IllegalArgumentException("a file's name is 1 to 40 of a-z, 0-9 and -");
    }
    sync.put(name, body(exchange));
    return Server.Answer.json(200, Map.of("file", name + ".json"));
  }

  private Optional<String> signedIn(HttpExchange exchange) throws SQLException {
    String header = exchange.getRequestHeaders().getFirst("Authorization");
    return header != null && header.startsWith("Bearer ") ? sessions.user(header.substring(7)) : Optional.empty();
  }

  private static Server.Answer signInFirst() {
    return Server.Answer.problem(401, "sign in first: POST /api/session");
  }

  private static String body(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(Server.LARGEST_BODY + 1);
    if (body.length > Server.LARGEST_BODY) {
      throw new IllegalArgumentException("the body is larger than 1 MiB");
    }
    return new String(body, StandardCharsets.UTF_8);
  }

  private static Map<String, String> query(HttpExchange exchange) {
    Map<String, String> values = new HashMap<>();
    String raw = exchange.getRequestURI().getRawQuery();
    for (String pair : raw == null ? new String[0] : raw.split("&")) {
      String[] parts = pair.split("=", 2);
      values.put(parts[0], parts.length == 2 ? URLDecoder.decode(parts[1], StandardCharsets.UTF_8) : "");
    }
    return values;
  }

  private static Server.Answer resource(String name, String contentType) throws IOException {
    try (InputStream in = Api.class.getResourceAsStream("/" + name)) {
      return new Server.Answer(200, contentType, in.readAllBytes());
    }
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }
}
