package dev.samdan.registry.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.Applications;
import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Right;
import dev.samdan.identity.Scope;
import dev.samdan.registry.TagMutability;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is heard at {@code /aws}, and what a limited key sees there. */
class AwsRoutesTest {
  private static final String DESCRIBE =
      "AmazonEC2ContainerRegistry_V20150921.DescribeRepositories";
  @TempDir Path home;
  private AwsServer server;
  private int port;

  @BeforeEach
  void serve() throws Exception {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    server = new AwsServer(home, port);
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void nothing_is_read_from_one_who_names_no_key() throws Exception {
    for (String authorization :
        List.of("", "Authorization: " + authorization("AKIAUNKNOWN", "0".repeat(64)) + "\r\n")) {
      try (Socket socket = new Socket("127.0.0.1", port)) {
        socket.setSoTimeout(60_000);
        String head =
            "POST /aws HTTP/1.1\r\nHost: localhost\r\nContent-Length: 8000000\r\n"
                + authorization
                + "\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
        BufferedReader answer =
            new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
        assertThat(answer.readLine()).startsWith("HTTP/1.1 400");
      }
    }
  }

  @Test
  void a_key_of_an_application_describes_its_repositories_only() throws Exception {
    new Applications(server.database).create("one", null);
    server.registry.createRepository("one/api", TagMutability.MUTABLE);
    server.registry.createRepository("two/api", TagMutability.MUTABLE);
    AccessKeys.AccessKey key =
        server.keys.issue("mina", "one", new Scope("one", Set.of(Right.READ), false), null);

    assertThat(described(key, "{\"repositoryNames\": [\"one/api\"]}"))
        .contains("one/api")
        .doesNotContain("two/api");
    for (String input :
        List.of(
            "{}",
            "{\"repositoryName\": \"one/api\"}",
            "{\"repositoryName\": \"one/api\", \"repositoryNames\": [\"two/api\"]}")) {
      assertThat(described(key, input))
          .contains("AccessDeniedException")
          .doesNotContain("repositoryUri");
    }
  }

  private String described(AccessKeys.AccessKey key, String input) throws Exception {
    String date =
        DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'")
            .withZone(ZoneOffset.UTC)
            .format(Instant.now());
    byte[] body = input.getBytes(StandardCharsets.UTF_8);
    Map<String, List<String>> headers = new LinkedHashMap<>();
    headers.put("host", List.of("localhost:" + port));
    headers.put("x-amz-date", List.of(date));
    headers.put("x-amz-target", List.of(DESCRIBE));
    Signature unsigned = Signature.parse(authorization(date, key.accessKeyId(), "")).orElseThrow();
    String signature =
        unsigned.expected(
            new SignedRequest("POST", "/aws", "", headers, body), key.secretAccessKey());
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/aws"))
                  .header("X-Amz-Date", date)
                  .header("X-Amz-Target", DESCRIBE)
                  .header("Authorization", authorization(date, key.accessKeyId(), signature))
                  .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                  .build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    }
  }

  private static String authorization(String key, String signature) {
    return authorization("20260131T000000Z", key, signature);
  }

  private static String authorization(String date, String key, String signature) {
    return "AWS4-HMAC-SHA256 Credential="
        + key
        + "/"
        + date.substring(0, 8)
        + "/eu-west-1/ecr/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature="
        + (signature.isEmpty() ? "0".repeat(64) : signature);
  }
}
