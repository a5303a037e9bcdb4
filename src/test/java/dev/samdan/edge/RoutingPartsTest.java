package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutingPartsTest {
  @ParameterizedTest
  @CsvSource({
    "/a/b, /a/b",
    "/a//b, /a/b",
    "/a/./b/, /a/b/",
    "/a/../b, /b",
    "/a/b/.., /a/",
    "/.., ''",
    "/a/../.., ''",
    "/a%2Fb, /a/b",
    "/%2e%2e/x, ''",
    "/%41, /A",
    "/100%, ''",
    "/%0, ''",
    "/.well-known/x, /.well-known/x",
    "/a..b/.c, /a..b/.c",
  })
  void paths_are_normalized_once(String raw, String normalized) {
    assertThat(RequestPath.normalize(raw).orElse("")).isEqualTo(normalized);
  }

  @ParameterizedTest
  @CsvSource({
    "/api/**, /api, true",
    "/api/**, /api/, true",
    "/api/**, /api/a/b, true",
    "/api/**, /apis, false",
    "/**, /anything, true",
    "/health, /health, true",
    "/health, /health/, false",
    "/*.js, /a.js, true",
    "/*.js, /a/b.js, false",
    "/**/*.js, /a/b.js, true",
    "/v?/x, /v1/x, true",
  })
  void path_patterns_match_as_in_samdan_yml(String pattern, String path, boolean matches) {
    assertThat(PathPattern.parse(pattern).matches(path)).isEqualTo(matches);
  }

  @Test
  void weights_are_smooth_over_any_short_run() {
    SmoothWeights weights = new SmoothWeights(List.of(5, 1, 1, 0));
    List<Integer> turns = IntStream.range(0, 14).mapToObj(i -> weights.next(one -> true)).toList();
    assertThat(turns).containsExactly(0, 0, 1, 0, 2, 0, 0, 0, 0, 1, 0, 2, 0, 0);
    assertThat(weights.next(one -> one == 2)).isEqualTo(2);
    assertThat(weights.next(one -> one == 3)).isEqualTo(-1);
  }

  @ParameterizedTest
  @CsvSource({
    "200, 200, true",
    "200, 201, false",
    "'200,204', 204, true",
    "200-399, 302, true",
    "200-399, 400, false",
    "'200-299,404', 404, true",
  })
  void matchers_read_as_in_aws(String matcher, int status, boolean matches) {
    assertThat(HealthProbe.matches(matcher, status)).isEqualTo(matches);
  }

  @Test
  void access_log_is_bounded(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("access.log");
    try (AccessLog log = new AccessLog(file, 10_000).start()) {
      for (int i = 0; i < 2_000; i++) {
        log.add(new AccessLog.Entry(0, "127.0.0.1", "GET", "host", "/" + i, 200, 5, 1500, "app/t"));
      }
    }
    Path former = folder.resolve("access.log.1");
    long kept = Files.size(former) + (Files.exists(file) ? Files.size(file) : 0);
    assertThat(kept).isPositive();
    try (var files = Files.list(folder)) {
      assertThat(files).hasSizeLessThanOrEqualTo(2);
    }
    assertThat(Files.readString(former)).contains("127.0.0.1 GET host /", " 200 5B 1.5ms app/t");
  }
}
