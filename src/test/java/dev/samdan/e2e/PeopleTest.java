package dev.samdan.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Who may do what, over the API, the console and the command line of an installation. */
class PeopleTest {
  private static final List<String> ROLES =
      List.of("none", "viewer", "developer", "maintainer", "chief");
  private static final String PASSWORD = "correct horse battery";

  /** What somebody sets out to do; {@code least} is the role, {@code right} the token's. */
  private record Deed(
      String method, String path, Map<String, Object> body, String least, String right) {}

  /** In an application where people have their role; none of it destroys what the next needs. */
  private static final List<Deed> DEEDS =
      List.of(
          new Deed("GET", "/applications/sample", Map.of(), "viewer", "read"),
          new Deed("GET", "/pipelines/sample-prod-web", Map.of(), "viewer", "read"),
          new Deed("GET", "/rooms/sample%20dev/messages", Map.of(), "viewer", "read"),
          new Deed(
              "POST", "/applications/sample/branches", Map.of("kind", "none"), "developer", "push"),
          new Deed("POST", "/pipelines/sample-dev-web/stop", Map.of(), "developer", "deploy"),
          new Deed("POST", "/pipelines/sample-dev-web/retry", Map.of(), "developer", "deploy"),
          new Deed(
              "POST",
              "/deployment-groups/sample-dev-web/rollback",
              Map.of(),
              "developer",
              "deploy"),
          new Deed("POST", "/pipelines/sample-prod-web/retry", Map.of(), "maintainer", "deploy"),
          new Deed(
              "POST",
              "/deployment-groups/sample-prod-web/rollback",
              Map.of(),
              "maintainer",
              "deploy"),
          new Deed(
              "POST",
              "/pipelines/sample-prod-web/disable",
              Map.of("stage", "Nowhere", "reason", "no"),
              "maintainer",
              "maintain"),
          new Deed("POST", "/pipelines/sample-dev-web/approve", Map.of(), "developer", "approve"),
          new Deed("POST", "/pipelines/sample-prod-web/reject", Map.of(), "maintainer", "approve"),
          new Deed(
              "PUT",
              "/applications/sample/secrets/-",
              Map.of("name", "KEY", "value", "swordfish"),
              "maintainer",
              "maintain"),
          new Deed("DELETE", "/rooms/sample%20dev/webhook", Map.of(), "maintainer", "maintain"),
          new Deed("GET", "/audit?application=sample", Map.of(), "maintainer", "maintain"),
          new Deed(
              "PUT",
              "/users/viewer/role",
              Map.of("role", "viewer", "application", "sample"),
              "chief",
              "admin"));

  private static final HttpClient HTTP =
      HttpClient.newBuilder().followRedirects(HttpClient.Redirect.NEVER).build();
  private static final Map<String, String> TOKENS = new LinkedHashMap<>();
  private static Installation samdan;

  @BeforeAll
  static void createPeople() throws IOException {
    samdan = Installation.up();
    for (String name : List.of("sample", "staff")) {
      Path files = Files.createDirectories(samdan.folder.resolve(name + "/web")).getParent();
      Files.writeString(
          files.resolve("samdan.yml"),
          "application: "
              + name
              + "\ntiers:\n  web: {source: web}\nenvironments:\n  dev: {branch: dev}\n  prod:"
              + " {branch: main}\n");
      Files.writeString(files.resolve("web/index.html"), "hello");
      samdan.json("app", "create", name, "--from", files.toString());
    }
    await("the pipelines")
        .atMost(Duration.ofMinutes(1))
        .until(() -> samdan.api("/pipelines").path("pipelines").size() >= 4);
    Path kiosk = Files.createDirectories(samdan.folder.resolve("kiosk"));
    Files.writeString(
        kiosk.resolve("samdan.yml"),
        "application: kiosk\ntiers:\n  web: {repository: front}\nenvironments:\n"
            + "  dev: {branch: dev, room: staff dev}\n");
    samdan.json("app", "create", "kiosk", "--from", kiosk.toString());
    for (String role : ROLES) {
      JsonNode made =
          samdan.json(
              "user",
              "create",
              role,
              "--role",
              role.equals("chief") ? "admin" : role,
              "--app",
              "sample");
      assertThat(made.path("signInLink").asString("")).contains("/sign-in?link=");
      Ran set =
          call(samdan.token(), "PUT", "/users/" + role + "/password", Map.of("password", PASSWORD));
      assertThat(set.status()).as(set.body()).isEqualTo(200);
      TOKENS.put(role, tokenBySession(role));
    }
  }

  @AfterAll
  static void close() {
    if (samdan != null) {
      samdan.close();
    }
  }

  @Test
  void each_role_may_do_what_it_may_and_no_more() {
    List<String> wrong = new ArrayList<>();
    for (String role : ROLES) {
      for (Deed deed : DEEDS) {
        boolean allowed = ROLES.indexOf(role) >= ROLES.indexOf(deed.least());
        check(wrong, role, allowed, call(TOKENS.get(role), deed), deed);
        Deed elsewhere =
            new Deed(
                deed.method(),
                deed.path().replace("sample", "staff"),
                inStaff(deed.body()),
                deed.least(),
                deed.right());
        check(wrong, role + " elsewhere", false, call(TOKENS.get(role), elsewhere), elsewhere);
      }
    }
    assertThat(wrong).isEmpty();
  }

  private static Map<String, Object> inStaff(Map<String, Object> body) {
    Map<String, Object> other = new LinkedHashMap<>(body);
    other.computeIfPresent("application", (_, _) -> "staff");
    return other;
  }

  @Test
  void a_token_may_do_what_its_one_right_allows() {
    List<String> wrong = new ArrayList<>();
    for (String right :
        List.of("read", "push", "merge", "deploy", "approve", "maintain", "admin")) {
      String token =
          call(
                  samdan.token(),
                  "POST",
                  "/tokens",
                  Map.of("name", right, "rights", List.of(right), "application", "sample"))
              .json()
              .path("token")
              .asString("");
      for (Deed deed : DEEDS) {
        boolean allowed = right.equals(deed.right()) || deed.right().equals("read");
        check(wrong, "token " + right, allowed, call(token, deed), deed);
      }
      for (Deed own :
          List.of(
              new Deed("POST", "/tokens", Map.of("name", "more"), "viewer", ""),
              new Deed("POST", "/access-keys", Map.of("name", "more"), "viewer", ""),
              new Deed("POST", "/sign-in-links", Map.of(), "viewer", ""),
              new Deed("PUT", "/users/admin/password", Map.of("password", PASSWORD), "chief", ""),
              new Deed("POST", "/users", Map.of("name", "x"), "chief", ""),
              new Deed("GET", "/applications/staff", Map.of(), "viewer", "read"))) {
        check(wrong, "token " + right, false, call(token, own), own);
      }
    }
    assertThat(wrong).isEmpty();
  }

  @Test
  void a_folder_that_control_may_read_is_imported_by_an_administrator_only() {
    samdan.json("user", "create", "keeper", "--role", "maintainer");
    Ran set = call(samdan.token(), "PUT", "/users/keeper/password", Map.of("password", PASSWORD));
    assertThat(set.status()).as(set.body()).isEqualTo(200);
    String keeper = tokenBySession("keeper");
    for (String from : List.of("/root/.ssh", "file:///root/.ssh")) {
      Ran refused = call(keeper, "POST", "/applications", Map.of("name", "taken", "from", from));
      assertThat(refused.status()).as(refused.body()).isEqualTo(403);
    }
    Ran made = call(keeper, "POST", "/applications", Map.of("name", "kept"));
    assertThat(made.status()).as(made.body()).isLessThan(300);
    samdan.json("app", "delete", "kept", "--yes");
  }

  @Test
  void lists_show_what_one_may_look_at() {
    JsonNode seen = call(TOKENS.get("viewer"), "GET", "/pipelines", Map.of()).json();
    assertThat(seen.path("pipelines").findValuesAsString("application"))
        .isNotEmpty()
        .containsOnly("sample");
    for (String list :
        List.of("applications", "pipelines", "executions", "deployments", "tasks", "rooms")) {
      assertThat(call(TOKENS.get("none"), "GET", "/" + list, Map.of()).json().path(list))
          .as(list)
          .isEmpty();
    }
  }

  @Test
  void what_a_samdan_yml_names_opens_nobody_elses_repository_or_room() {
    JsonNode made = samdan.json("user", "create", "kim", "--role", "maintainer", "--app", "kiosk");
    assertThat(made.path("signInLink").asString("")).isNotEmpty();
    call(samdan.token(), "PUT", "/users/kim/password", Map.of("password", PASSWORD));
    String token = tokenBySession("kim");
    String root = "/applications/kiosk/";

    for (Ran ran :
        List.of(
            call(token, "GET", root + "pull-requests?repository=staff", Map.of()),
            call(token, "GET", root + "branch-graph?repository=staff", Map.of()),
            call(token, "POST", root + "pull-requests/1/merge?repository=staff", Map.of()),
            call(token, "POST", root + "release?repository=staff", Map.of()))) {
      assertThat(ran.status()).as(ran.body()).isEqualTo(404);
    }
    Ran own = call(token, "GET", root + "pull-requests?repository=front", Map.of());
    assertThat(own.status()).as(own.body()).isEqualTo(200);
    JsonNode room =
        call(token, "GET", "/rooms", Map.of())
            .json()
            .path("rooms")
            .valueStream()
            .filter(r -> r.path("name").asString("").equals("staff dev"))
            .findFirst()
            .orElseThrow();
    assertThat(room.path("speaksFor").findValuesAsString("application")).containsOnly("kiosk");
    assertThat(call(token, "GET", "/rooms/staff%20dev/messages", Map.of()).json().toString())
        .doesNotContain("staff-dev-web");
    assertThat(samdan.room("staff dev")).contains("staff-dev-web");
    assertThat(
            send(console("/rooms?room=staff%20dev").header("Cookie", session("kim")).GET()).body())
        .contains("staff dev")
        .doesNotContain("staff-dev-web");
  }

  @Test
  void events_of_pull_requests_say_where_to_go_on() {
    JsonNode none = call(TOKENS.get("none"), "GET", "/pull-request-events", Map.of()).json();
    assertThat(none.path("events")).isEmpty();
    long next = none.path("next").asLong();
    assertThat(samdan.api("/pull-request-events?after=" + next).path("next").asLong())
        .isEqualTo(next);
  }

  @Test
  void an_export_from_the_console_is_recorded_as_one_from_the_command_line_is() {
    HttpResponse<String> file =
        send(
            console("/audit/export?application=sample&format=csv")
                .header("Cookie", session("maintainer"))
                .GET());
    assertThat(file.body()).startsWith("id,at,who,door,");
    send(console("/audit/export?application=sample").header("Cookie", session("viewer")).GET());
    JsonNode entries = samdan.json("audit", "--app", "sample").path("entries");
    for (Map.Entry<String, String> expected :
        Map.of("maintainer", "done", "viewer", "refused").entrySet()) {
      assertThat(entries)
          .anyMatch(e ->
              e.path("who").asString("").equals(expected.getKey())
                  && e.path("door").asString("").equals("console")
                  && e.path("action").asString("").equals("Export the audit log")
                  && e.path("outcome").asString("").equals(expected.getValue()));
    }
  }

  @Test
  void a_refusal_tells_what_is_missing_and_the_audit_log_keeps_it() {
    Ran refused = call(TOKENS.get("viewer"), "POST", "/pipelines/sample-prod-web/start", Map.of());
    assertThat(refused.status()).isEqualTo(403);
    assertThat(refused.json().path("error").path("message").asString(""))
        .startsWith("viewer may not deliver sample: that takes the role maintainer, and yours is")
        .contains("can change that: samdan user role viewer maintainer --app sample");
    call(
        TOKENS.get("maintainer"),
        "PUT",
        "/applications/sample/secrets/dev",
        Map.of("name", "A", "value", "swordfish"));
    JsonNode entries =
        samdan.json("audit", "--app", "sample", "--since", "1h", "--limit", "500").path("entries");
    assertThat(entries)
        .anyMatch(e ->
            e.path("who").asString("").equals("viewer")
                && e.path("outcome").asString("").equals("refused")
                && e.path("subject").asString("").equals("/pipelines/sample-prod-web/start"))
        .anyMatch(e ->
            e.path("who").asString("").equals("maintainer")
                && e.path("action").asString("").startsWith("Set a secret")
                && e.path("outcome").asString("").equals("done")
                && e.path("detail").asString("").equals("name=A"));
    Installation.Ran csv = samdan.samdan("audit", "--export", "csv");
    assertThat(csv.out())
        .startsWith("id,at,who,door,")
        .contains(",cli,")
        .doesNotContain("swordfish");
    Installation.Ran lines = samdan.samdan("audit", "--export", "jsonl", "--user", "viewer");
    assertThat(lines.out().lines())
        .isNotEmpty()
        .allMatch(l -> Json.tree(l).path("who").asString("").equals("viewer"));
    assertThat(samdan.samdan("audit", "--since", "yesterday").err()).contains("neither an age");
  }

  @Test
  void a_viewer_presses_a_button_and_is_told_who_can_change_that() throws Exception {
    String cookie = session("viewer");
    HttpResponse<String> page =
        send(console("/executions/" + newest("sample-dev-web")).header("Cookie", cookie).GET());
    assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
    HttpResponse<String> pressed =
        send(
            console("/pipelines/sample-dev-web/start")
                .header("Cookie", cookie)
                .header("Origin", samdan.url())
                .POST(HttpRequest.BodyPublishers.noBody()));
    assertThat(pressed.headers().firstValue("Location").orElse(""))
        .contains("You+may+look+at+sample%2C+not+deliver+it");
    assertThat(send(console("/applications/staff").header("Cookie", cookie).GET()).statusCode())
        .isEqualTo(403);
  }

  private static String newest(String pipeline) {
    return samdan
        .api("/executions?pipeline=" + pipeline)
        .path("executions")
        .path(0)
        .path("id")
        .asString("");
  }

  private static void check(List<String> wrong, String who, boolean allowed, Ran ran, Deed deed) {
    boolean refused = ran.status() == 403;
    if (refused == allowed || ran.status() == 401 || ran.status() >= 500) {
      wrong.add(
          who + " " + deed.method() + " " + deed.path() + ": " + ran.status() + " " + ran.body());
    }
  }

  /** An answer of the API. */
  private record Ran(int status, String body) {
    JsonNode json() {
      return Json.tree(body);
    }
  }

  private static Ran call(@Nullable String token, Deed deed) {
    return call(token, deed.method(), deed.path(), deed.body());
  }

  private static Ran call(
      @Nullable String token, String method, String path, Map<String, Object> body) {
    HttpResponse<String> response =
        send(
            console("/api/v1" + path)
                .header("Authorization", "Bearer " + token)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body))));
    return new Ran(response.statusCode(), response.body());
  }

  private static HttpRequest.Builder console(String path) {
    return HttpRequest.newBuilder(URI.create(samdan.url() + path)).timeout(Duration.ofSeconds(30));
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Signs in by name and password, as the console's form does. */
  private static String session(String user) {
    HttpResponse<String> entered =
        send(
            console("/sign-in")
                .header("Origin", samdan.url())
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(
                    HttpRequest.BodyPublishers.ofString(
                        "name="
                            + user
                            + "&token="
                            + URLEncoder.encode(PASSWORD, StandardCharsets.UTF_8))));
    assertThat(entered.statusCode()).as(entered.body()).isEqualTo(302);
    String cookie = entered.headers().firstValue("Set-Cookie").orElseThrow();
    // A link from elsewhere, such as a message's, finds the reader signed in.
    assertThat(cookie).contains("HttpOnly", "SameSite=Lax");
    return cookie.split(";")[0];
  }

  private static String tokenBySession(String user) {
    HttpResponse<String> made =
        send(
            console("/api/v1/tokens")
                .header("Cookie", session(user))
                .header("Origin", samdan.url())
                .POST(HttpRequest.BodyPublishers.ofString("{\"name\": \"test\"}")));
    assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
    return Json.tree(made.body()).path("token").asString("");
  }
}
