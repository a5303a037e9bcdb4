import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tests of the deployed API: {@code java ApiTest.java URL REPORT} writes JUnit XML and ends with 1 where a test failed. */
public final class ApiTest {
  private static final Pattern TOKEN = Pattern.compile("\"token\":\"([^\"]+)\"");

  private final HttpClient client = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
  private final String url;
  private String token = "";

  private ApiTest(String url) {
    this.url = url;
  }

  interface Test {
    void run() throws Exception;
  }

  record Answer(int status, String body) {}

  public static void main(String[] args) throws Exception {
    ApiTest test = new ApiTest(args[0].replaceAll("/$", ""));
    System.exit(run(test.tests(), Path.of(args[1])) ? 0 : 1);
  }

  private Map<String, Test> tests() {
    Map<String, Test> tests = new LinkedHashMap<>();
    tests.put("health_says_that_the_database_answers", () -> {
      Answer answer = get("/health");
      equal(200, answer.status());
      holds(answer, "\"status\":\"ok\"");
    });
    tests.put("version_is_told_to_anyone", () -> holds(get("/api/version"), "\"version\":\""));
    tests.put("docs_are_a_page", () -> holds(get("/docs"), "<h1>Staff directory API</h1>"));
    tests.put("openapi_describes_the_employees", () -> holds(get("/docs/openapi.json"), "\"/api/employees/{number}\""));
    tests.put("a_wrong_password_is_refused", () -> equal(401, signIn("haru", "four-tiers").status()));
    tests.put("an_unknown_user_is_refused", () -> equal(401, signIn("nobody", "three-tiers").status()));
    tests.put("employees_are_for_those_who_signed_in", () -> equal(401, get("/api/employees").status()));
    tests.put("the_right_password_gives_a_token", () -> {
      Answer answer = signIn("haru", "three-tiers");
      equal(200, answer.status());
      Matcher matcher = TOKEN.matcher(answer.body());
      truth(matcher.find(), "no token in " + answer.body());
      token = matcher.group(1);
    });
    tests.put("a_changed_token_is_refused", () -> {
      String good = token;
      token = good.substring(0, good.length() - 2) + (good.endsWith("AA") ? "BB" : "AA");
      int status = get("/api/employees").status();
      token = good;
      equal(401, status);
    });
    tests.put("employees_come_in_pages_of_twenty", () -> {
      Answer first = get("/api/employees");
      equal(20, count(first, "\"number\":"));
      truth(count(get("/api/employees?page=2"), "\"number\":") >= 4, "the second page holds the rest");
    });
    tests.put("a_search_finds_korean_names", () -> holds(get("/api/employees?query=" + encode("한지우")), "\"number\":\"E1001\""));
    tests.put("a_search_ignores_case", () -> holds(get("/api/employees?query=HAN%20JIWOO"), "\"number\":\"E1001\""));
    tests.put("a_search_takes_no_wildcards", () -> holds(get("/api/employees?query=%25"), "\"total\":0"));
    tests.put("an_employee_has_a_page_of_their_own", () -> holds(get("/api/employees/E1002"), "\"englishName\":\"Kim Seoyeon\""));
    tests.put("an_unknown_employee_is_not_found", () -> equal(404, get("/api/employees/E9999").status()));
    tests.put("a_sync_reads_the_volume", () -> {
      String people = "[{\"number\":\"S0001\",\"name\":\"새 사람\",\"englishName\":\"New Person\",\"team\":\"시험\"}]";
      equal(200, send("PUT", "/api/sync/files/new-people", people).status());
      holds(send("POST", "/api/sync", ""), "\"employees\":");
      holds(get("/api/employees/S0001"), "\"englishName\":\"New Person\"");
    });
    tests.put("a_file_that_is_not_json_is_refused", () -> equal(400, send("PUT", "/api/sync/files/bad", "[{").status()));
    return tests;
  }

  private Answer signIn(String user, String password) throws Exception {
    return send("POST", "/api/session", "{\"user\":\"" + user + "\",\"password\":\"" + password + "\"}");
  }

  private Answer get(String path) throws Exception {
    return send("GET", path, "");
  }

  private Answer send(String method, String path, String body) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url + path))
            .timeout(Duration.ofSeconds(20))
            .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (!token.isEmpty()) {
      request.header("Authorization", "Bearer " + token);
    }
    HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
    return new Answer(response.statusCode(), response.body());
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static int count(Answer answer, String piece) {
    return answer.body().split(Pattern.quote(piece), -1).length - 1;
  }

  private static void holds(Answer answer, String piece) {
    truth(answer.body().contains(piece), "expected " + piece + " in " + answer.status() + " " + answer.body());
  }

  private static void equal(int expected, int actual) {
    truth(expected == actual, "expected " + expected + " but was " + actual);
  }

  private static void truth(boolean fact, String otherwise) {
    if (!fact) {
      throw new AssertionError(otherwise);
    }
  }

  private static boolean run(Map<String, Test> tests, Path report) throws Exception {
    StringBuilder cases = new StringBuilder();
    int failures = 0;
    int errors = 0;
    for (Map.Entry<String, Test> test : tests.entrySet()) {
      long start = System.nanoTime();
      String end = "";
      try {
        test.getValue().run();
      } catch (AssertionError failure) {
        failures++;
        end = problem("failure", failure);
      } catch (Exception error) {
        errors++;
        end = problem("error", error);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf("%s %s (%.3f s)%n", end.isEmpty() ? "passed" : "FAILED", test.getKey(), seconds);
      cases.append("  <testcase classname=\"ApiTest\" name=\"%s\" time=\"%.3f\">%s</testcase>%n".formatted(test.getKey(), seconds, end));
    }
    Files.createDirectories(report.toAbsolutePath().getParent());
    Files.writeString(
        report,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>%n<testsuite name=\"ApiTest\" tests=\"%d\" failures=\"%d\" errors=\"%d\">%n%s</testsuite>%n"
            .formatted(tests.size(), failures, errors, cases));
    System.out.printf("%d tests, %d failed, %d broken%n", tests.size(), failures, errors);
    return failures + errors == 0;
  }

  private static String problem(String element, Throwable thrown) {
    System.out.println(thrown);
    StringWriter stack = new StringWriter();
    thrown.printStackTrace(new PrintWriter(stack));
    return "<%s type=\"%s\" message=\"%s\">%s</%s>"
        .formatted(element, thrown.getClass().getName(), escape(String.valueOf(thrown.getMessage())), escape(stack.toString()), element);
  }

  private static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replaceAll("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f]", "?");
  }
}
