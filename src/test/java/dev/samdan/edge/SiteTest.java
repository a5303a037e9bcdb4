package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SiteTest {
  private static final String SCRIPT = "console.log('samdan');\n".repeat(200);

  @TempDir Path home;
  private Path root;
  private TestEdge edge;

  @BeforeEach
  void start() throws IOException {
    root = Files.createDirectory(home.resolve("r1"));
    TestEdge.file(root, "index.html", "<h1>home</h1>");
    TestEdge.file(root, "main.dart.js", SCRIPT);
    TestEdge.file(root, "docs/index.html", "<h1>docs</h1>");
    TestEdge.file(root, "직원 명부.txt", "김삼단");
    edge = TestEdge.start(home);
    edge.site("web", root, "r1", true)
        .rule(List.of(), List.of(), new Action.ServeSite("web"))
        .apply();
  }

  @AfterEach
  void stop() {
    edge.close();
  }

  @Test
  void file_comes_with_type_etag_and_date() {
    RawClient.Answer answer = edge.get("/");
    assertThat(answer.text()).isEqualTo("<h1>home</h1>");
    assertThat(answer.header("content-type")).isEqualTo("text/html; charset=utf-8");
    assertThat(answer.header("cache-control")).isEqualTo("no-cache");
    assertThat(answer.header("etag")).startsWith("\"").endsWith("\"");
    assertThat(answer.header("date")).endsWith("GMT");
    assertThat(edge.get("/index.html").text()).isEqualTo("<h1>home</h1>");
  }

  @Test
  void browser_that_has_the_file_gets_304() {
    String etag = edge.get("/main.dart.js").header("etag");
    for (String known : List.of(etag, "\"other\", " + etag, "W/" + etag, "*")) {
      RawClient.Answer answer = edge.get("/main.dart.js", "If-None-Match: " + known);
      assertThat(answer.status()).isEqualTo(304);
      assertThat(answer.header("etag")).isEqualTo(etag);
      assertThat(answer.has("content-length")).isFalse();
    }
    assertThat(edge.get("/main.dart.js", "If-None-Match: \"other\"").status()).isEqualTo(200);
  }

  @Test
  void compressed_content_has_an_etag_of_its_own() throws IOException {
    RawClient.Answer plain = edge.get("/main.dart.js");
    RawClient.Answer small = edge.get("/main.dart.js", "Accept-Encoding: br, gzip");
    assertThat(small.header("content-encoding")).isEqualTo("gzip");
    assertThat(small.header("vary")).isEqualTo("accept-encoding");
    assertThat(plain.header("vary")).isEqualTo("accept-encoding");
    assertThat(small.header("etag")).isNotEqualTo(plain.header("etag"));
    assertThat(small.body()).hasSizeLessThan(500);
    byte[] back = new GZIPInputStream(new ByteArrayInputStream(small.body())).readAllBytes();
    assertThat(new String(back, StandardCharsets.UTF_8)).isEqualTo(SCRIPT).isEqualTo(plain.text());
    assertThat(edge.get("/main.dart.js", "Accept-Encoding: gzip;q=0").has("content-encoding"))
        .isFalse();
    assertThat(
            edge.get(
                    "/main.dart.js",
                    "Accept-Encoding: gzip",
                    "If-None-Match: " + small.header("etag"))
                .status())
        .isEqualTo(304);
  }

  @Test
  void head_says_what_get_would_send() {
    try (RawClient client = edge.connect()) {
      client.write("HEAD /main.dart.js HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer(true).header("content-length"))
          .isEqualTo(Integer.toString(SCRIPT.length()));
      client.write("HEAD /none.js HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer(true).status()).isEqualTo(404);
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-6, 206, console",
    "bytes=8-10, 206, log",
    "bytes=-3, 206, );",
    "bytes=0-0, 206, c",
    "bytes=999999-, 416, ''",
  })
  void range_is_answered_in_part(String range, int status, String content) {
    RawClient.Answer answer = edge.get("/main.dart.js", "Range: " + range, "Accept-Encoding: gzip");
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.text().stripTrailing()).isEqualTo(content.stripTrailing());
    assertThat(answer.header("content-range")).endsWith("/" + SCRIPT.length());
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=5-1", "bytes=0-1,4-5", "lines=0-1", "bytes=a-b", "bytes=-"})
  void range_that_is_none_gets_the_whole(String range) {
    assertThat(edge.get("/main.dart.js", "Range: " + range).text()).isEqualTo(SCRIPT);
  }

  @Test
  void range_of_another_version_gets_the_whole() {
    String etag = edge.get("/main.dart.js").header("etag");
    assertThat(edge.get("/main.dart.js", "Range: bytes=0-1", "If-Range: " + etag).status())
        .isEqualTo(206);
    assertThat(edge.get("/main.dart.js", "Range: bytes=0-1", "If-Range: \"other\"").status())
        .isEqualTo(200);
  }

  @Test
  void only_navigations_fall_back_to_the_start_page() {
    String browser = "Accept: text/html,application/xhtml+xml";
    assertThat(edge.get("/employees/42", browser).text()).isEqualTo("<h1>home</h1>");
    assertThat(edge.get("/employees/42", "Accept: */*").status()).isEqualTo(404);
    assertThat(edge.get("/missing.js", browser).status()).isEqualTo(404);
    assertThat(edge.get("/v1.2/page", browser).text()).isEqualTo("<h1>home</h1>");
    edge.site("web", root, "r1b", false).apply();
    assertThat(edge.get("/employees/42", browser).status()).isEqualTo(404);
  }

  @Test
  void page_for_what_is_missing_is_the_sites_own() {
    TestEdge.file(root, "404.html", "<h1>lost</h1>");
    edge.site("web", root, "r1c", false).apply();
    RawClient.Answer answer = edge.get("/nowhere", "Accept: text/html");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.text()).isEqualTo("<h1>lost</h1>");
  }

  @Test
  void folder_leads_to_its_page() {
    RawClient.Answer answer = edge.get("/docs?a=b");
    assertThat(answer.status()).isEqualTo(301);
    assertThat(answer.header("location")).isEqualTo("./docs/?a=b");
    assertThat(edge.get("/docs/").text()).isEqualTo("<h1>docs</h1>");
  }

  @Test
  void names_may_be_korean_and_spaced() {
    assertThat(edge.get("/%EC%A7%81%EC%9B%90%20%EB%AA%85%EB%B6%80.txt").text()).isEqualTo("김삼단");
    String unencoded =
        new String("/직원%20명부.txt".getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    assertThat(edge.get(unencoded).text()).isEqualTo("김삼단");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret.txt",
        "/%2e%2e/secret.txt",
        "/docs/../../secret.txt",
        "/..%2fsecret.txt",
        "/docs/..%5c..%5csecret.txt",
        "/....//secret.txt",
        "//secret.txt",
        "/link.txt",
        "/linked/secret.txt",
      })
  void nothing_outside_the_release_can_be_read(String path) throws IOException {
    TestEdge.file(home, "secret.txt", "secret");
    Files.createSymbolicLink(root.resolve("link.txt"), home.resolve("secret.txt"));
    Files.createSymbolicLink(root.resolve("linked"), home);
    edge.site("web", root, "r2", true).apply();
    RawClient.Answer answer = edge.get(path);
    assertThat(answer.status()).isIn(400, 404);
    assertThat(answer.text()).doesNotContain("secret\n").isNotEqualTo("secret");
  }

  @Test
  void files_are_only_read() {
    RawClient.Answer answer =
        edge.send("DELETE /index.html HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assertThat(answer.status()).isEqualTo(405);
    assertThat(answer.header("allow")).isEqualTo("GET, HEAD");
  }

  @Test
  void body_that_nobody_wants_does_not_disturb_the_next_request() {
    try (RawClient client = edge.connect()) {
      client.write("GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello");
      assertThat(client.answer().status()).isEqualTo(200);
      client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(200);
    }
  }

  @Test
  void large_file_comes_whole_and_in_part_from_disk() throws IOException {
    byte[] large = new byte[9 << 20];
    new Random(7).nextBytes(large);
    Files.write(root.resolve("movie.mp4"), large);
    edge.site("web", root, "r3", true).apply();
    try (RawClient client = edge.connect()) {
      client.write("GET /movie.mp4 HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
      RawClient.Answer whole = client.answer();
      assertThat(whole.header("content-type")).isEqualTo("video/mp4");
      assertThat(Arrays.equals(whole.body(), large)).isTrue();
      assertThat(client.answer().text()).isEqualTo("<h1>home</h1>");
      client.write("GET /movie.mp4 HTTP/1.1\r\nHost: a\r\nRange: bytes=5000000-5000999\r\n\r\n");
      assertThat(client.answer().body()).isEqualTo(Arrays.copyOfRange(large, 5_000_000, 5_001_000));
      client.write(
          "GET /movie.mp4 HTTP/1.1\r\nHost: a\r\nIf-None-Match: "
              + whole.header("etag")
              + "\r\n\r\n");
      assertThat(client.answer().status()).isEqualTo(304);
    }
  }

  @Test
  void large_script_is_compressed_in_memory_and_plain_from_disk() throws IOException {
    String script = SCRIPT.repeat(400);
    TestEdge.file(root, "canvaskit.wasm", script);
    edge.site("web", root, "r4", true).apply();
    RawClient.Answer small = edge.get("/canvaskit.wasm", "Accept-Encoding: gzip");
    RawClient.Answer plain = edge.get("/canvaskit.wasm");
    assertThat(small.header("content-type")).isEqualTo("application/wasm");
    assertThat(small.body()).hasSizeLessThan(script.length() / 20);
    byte[] back = new GZIPInputStream(new ByteArrayInputStream(small.body())).readAllBytes();
    assertThat(new String(back, StandardCharsets.UTF_8).equals(script)).isTrue();
    assertThat(plain.text().equals(script)).isTrue();
    assertThat(edge.client.status().sites().getFirst().cachedBytes())
        .isLessThan(script.length() / 10);
  }

  @Test
  void release_without_its_folder_is_told_and_the_others_serve() {
    edge.site("gone", home.resolve("nowhere"), "r9", true)
        .clearRules()
        .rule(List.of("gone"), List.of(), new Action.ServeSite("gone"))
        .rule(List.of(), List.of(), new Action.ServeSite("web"));
    Edge.Applied applied = edge.client.apply(edge.table());
    assertThat(applied.problems())
        .singleElement()
        .asString()
        .contains("site gone", "release r9", "nowhere", "the folder does not exist");
    assertThat(edge.get("/").status()).isEqualTo(200);
    assertThat(edge.send("GET / HTTP/1.1\r\nHost: gone\r\nConnection: close\r\n\r\n").status())
        .isEqualTo(503);
  }

  @Test
  void switch_of_a_release_shows_no_request_a_mixture_or_a_gap() throws Exception {
    Path other = Files.createDirectory(home.resolve("other"));
    TestEdge.file(other, "index.html", "<h1>new</h1>");
    AtomicBoolean stop = new AtomicBoolean();
    List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
    Thread reader =
        Thread.ofVirtual()
            .start(() -> {
              try (RawClient client = edge.connect()) {
                while (!stop.get()) {
                  client.write("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
                  assertThat(client.answer().text()).isIn("<h1>home</h1>", "<h1>new</h1>");
                }
              } catch (RuntimeException | AssertionError e) {
                failures.add(e);
              }
            });
    for (int i = 0; i < 20; i++) {
      boolean even = i % 2 == 0;
      edge.site("web", even ? other : root, "s" + i, true).apply();
      assertThat(edge.get("/").text()).isEqualTo(even ? "<h1>new</h1>" : "<h1>home</h1>");
    }
    stop.set(true);
    reader.join();
    assertThat(failures).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/index.html, no-cache",
    "/flutter_service_worker.js, no-cache",
    "/flutter_bootstrap.js, no-cache",
    "/main.dart.js, no-cache",
    "/version.json, no-cache",
    "/assets/FontManifest.json, no-cache",
    "/component-settings.js, no-cache",
    "/report-20240101.pdf, no-cache",
    "/page-3f2a9c1b.html, no-cache",
    "/assets/app.3f2a9c1b.js, 'public, max-age=31536000, immutable'",
    "/assets/index-BNx3Kz1_.css, 'public, max-age=31536000, immutable'",
    "/static/js/main.8d3f0a1c.chunk.js, 'public, max-age=31536000, immutable'",
  })
  void only_names_with_a_hash_are_kept_long(String path, String policy) {
    assertThat(CachePolicy.of(path)).isEqualTo(policy);
  }
}
