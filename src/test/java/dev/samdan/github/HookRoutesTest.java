package dev.samdan.github;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.samdan.base.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The door for webhooks: nothing behind it is started here, so what it records stays to be seen.
 */
class HookRoutesTest {
  @TempDir static Path folder;
  private static Installation samdan;

  @BeforeAll
  static void connect() {
    samdan = new Installation(folder);
    samdan.push("dev", "web/index.html", "1");
    samdan.connect();
  }

  @AfterAll
  static void close() {
    samdan.close();
  }

  private static Map<String, String> headers(String body) {
    return new HashMap<>(
        Map.of(
            "X-GitHub-Event",
            "push",
            "X-GitHub-Delivery",
            UUID.randomUUID().toString(),
            "Content-Type",
            "application/json",
            "X-Hub-Signature-256",
            Installation.sign(body, samdan.secret)));
  }

  private static HttpResponse<String> send(Map<String, String> headers, String body) {
    return samdan.hook(headers, body.getBytes(StandardCharsets.UTF_8));
  }

  private static long recorded() {
    return samdan.gitHub.deliveries("sample", 10_000).size();
  }

  @Test
  void a_delivery_is_recorded_and_answered_at_once() {
    long before = recorded();
    HttpResponse<String> answer = samdan.hook("push", Installation.pushed("dev"));
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.body()).contains("\"recorded\"");
    assertThat(recorded()).isEqualTo(before + 1);
    assertThat(samdan.gitHub.show("sample").gitHub().hookAt()).isNotNull();
  }

  @Test
  void a_form_with_the_payload_in_it_is_taken_too() {
    String body =
        "payload=" + URLEncoder.encode(Installation.pushed("dev"), StandardCharsets.UTF_8);
    Map<String, String> headers = headers(body);
    headers.put("Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
    assertThat(send(headers, body).statusCode()).isEqualTo(202);
    String without = "other=1";
    Map<String, String> signed = headers(without);
    signed.put("Content-Type", "application/x-www-form-urlencoded");
    assertThat(send(signed, without).statusCode()).isEqualTo(400);
  }

  @Test
  void a_form_is_not_taken_apart_before_its_signature_is_right() {
    String body = "a&".repeat(12_000_000);
    Map<String, String> forged = headers("another");
    forged.put("Content-Type", "application/x-www-form-urlencoded");
    assertThat(send(forged, body).statusCode()).isEqualTo(401);
    String last = body + "payload=" + URLEncoder.encode("{}", StandardCharsets.UTF_8);
    Map<String, String> signed = headers(last);
    signed.put("Content-Type", "application/x-www-form-urlencoded");
    assertThat(send(signed, last).statusCode()).isEqualTo(202);
  }

  @Test
  void a_delivery_that_comes_again_is_refused() {
    String id = UUID.randomUUID().toString();
    assertThat(samdan.hook("push", id, Installation.pushed("dev")).statusCode()).isEqualTo(202);
    long before = recorded();
    assertThat(samdan.hook("push", id, Installation.pushed("dev")).statusCode()).isEqualTo(409);
    assertThat(samdan.hook("push", id, Installation.pushed("main")).statusCode()).isEqualTo(409);
    assertThat(recorded()).isEqualTo(before);
  }

  @Test
  void forged_unsigned_cut_and_strange_deliveries_are_refused_and_leave_nothing() {
    String body = Installation.pushed("dev");
    long before = recorded();
    Map<String, String> forged = headers(body);
    forged.put("X-Hub-Signature-256", Installation.sign(body, "guess"));
    assertThat(send(forged, body).statusCode()).isEqualTo(401);
    assertThat(send(headers(body), body.replace("dev", "main")).statusCode()).isEqualTo(401);
    assertThat(send(headers(body), body.substring(0, 30)).statusCode()).isEqualTo(401);
    for (String signature :
        new String[] {"", "sha1=" + "0".repeat(40), "sha256=short", "sha256=" + "g".repeat(64)}) {
      Map<String, String> strange = headers(body);
      strange.put("X-Hub-Signature-256", signature);
      assertThat(send(strange, body).statusCode()).isEqualTo(401);
    }
    Map<String, String> unsigned = headers(body);
    unsigned.remove("X-Hub-Signature-256");
    assertThat(send(unsigned, body).statusCode()).isEqualTo(401);
    for (String missing : new String[] {"X-GitHub-Event", "X-GitHub-Delivery"}) {
      Map<String, String> incomplete = headers(body);
      incomplete.remove(missing);
      assertThat(send(incomplete, body).statusCode()).isEqualTo(400);
    }
    Map<String, String> text = headers(body);
    text.put("Content-Type", "text/plain");
    assertThat(send(text, body).statusCode()).isEqualTo(415);
    String cut = body.substring(0, 30);
    assertThat(send(headers(cut), cut).statusCode()).isEqualTo(400);
    assertThat(send(headers("[]"), "[]").statusCode()).isEqualTo(400);
    assertThat(send(headers(""), "").statusCode()).isEqualTo(400);
    assertThat(recorded()).isEqualTo(before);
  }

  @Test
  void a_signed_delivery_of_a_repository_that_nobody_follows_is_ignored() {
    HttpResponse<String> answer =
        samdan.hook("push", Installation.pushed("dev").replace("Team/App", "other/app"));
    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.body()).contains("ignored");
    assertThat(samdan.hook("installation", "{\"action\": \"created\"}").body()).contains("ignored");
  }

  @Test
  void twenty_five_megabytes_are_refused_before_they_are_read() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", samdan.hookUrl().getPort())) {
      String head =
          "POST /hooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "X-GitHub-Event: push\r\nX-GitHub-Delivery: 1\r\nX-Hub-Signature-256: sha256="
              + "0".repeat(64)
              + "\r\nContent-Length: 25000000\r\n\r\n";
      socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      socket.setSoTimeout(20_000);
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 413");
    }
  }

  @Test
  void a_body_without_a_length_is_read_to_the_bound_and_no_further() throws IOException {
    try (Socket socket = new Socket("127.0.0.1", samdan.hookUrl().getPort())) {
      socket.setSoTimeout(20_000);
      OutputStream out = socket.getOutputStream();
      String head =
          "POST /hooks/github HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
              + "X-GitHub-Event: push\r\nX-GitHub-Delivery: 2\r\nX-Hub-Signature-256: sha256="
              + "0".repeat(64)
              + "\r\nTransfer-Encoding: chunked\r\n\r\n";
      out.write(head.getBytes(StandardCharsets.US_ASCII));
      byte[] chunk = new byte[1_000_000];
      java.util.Arrays.fill(chunk, (byte) ' ');
      for (int i = 0; i < 25; i++) {
        out.write((Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(chunk);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
      }
      out.flush();
      assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 413");
    }
  }

  @Test
  void a_large_body_below_the_bound_is_taken() {
    String body =
        "{\"filler\": \""
            + "x".repeat(24_900_000)
            + "\", \"repository\": {\"full_name\": \"team/app\"}}";
    assertThat(send(headers(body), body).statusCode()).isEqualTo(202);
  }

  /**
   * GitHub's own examples, from the npm package {@code @octokit/webhooks-examples}, which CI
   * unpacks and names.
   */
  @Test
  void every_example_of_github_is_taken_or_cleanly_ignored() throws IOException {
    String named = System.getenv("SAMDAN_WEBHOOK_EXAMPLES");
    assumeThat(named)
        .as("SAMDAN_WEBHOOK_EXAMPLES names the unpacked package @octokit/webhooks-examples")
        .isNotNull();
    int examples = 0;
    Map<String, Integer> done = new HashMap<>();
    try (Stream<Path> files = Files.walk(Path.of(named))) {
      for (Path file : files.filter(f -> f.endsWith("index.json")).sorted().toList()) {
        for (JsonNode event : Json.tree(Files.readString(file))) {
          for (JsonNode example : event.path("examples")) {
            String name = event.path("name").asString("");
            HttpResponse<String> ignored = samdan.hook(name, Json.write(example));
            assertThat(ignored.statusCode()).as(name).isEqualTo(202);
            assertThat(ignored.body()).contains("ignored");
            examples++;
            if (!file.toString().contains("api.github.com")
                || !(example.path("repository") instanceof ObjectNode repository)) {
              continue;
            }
            // And were it of the repository that is followed:
            repository.put("full_name", "team/app");
            HttpResponse<String> answer = samdan.hook(name, Json.write(example));
            assertThat(answer.statusCode()).as(name).isEqualTo(202);
            done.merge(Json.tree(answer.body()).path("status").asString(""), 1, Integer::sum);
          }
        }
      }
    }
    assertThat(examples).isGreaterThan(300);
    assertThat(done).containsOnlyKeys("recorded", "ignored");
  }
}
