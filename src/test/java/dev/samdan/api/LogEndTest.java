package dev.samdan.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LogEndTest {
  private static LogEnd end(int lines) {
    List<String> all = IntStream.rangeClosed(1, lines).mapToObj(i -> "line " + i).toList();
    return LogEnd.of((first, limit) -> all.stream().skip(first - 1).limit(limit).toList(), 10);
  }

  @Test
  void a_short_log_is_all_there() {
    assertThat(end(0)).isEqualTo(new LogEnd(0, List.of()));
    assertThat(end(10).leftOut()).isZero();
    assertThat(end(10).lines()).hasSize(10);
  }

  @Test
  void of_a_long_log_the_last_lines_are_there() {
    LogEnd end = end(35);
    assertThat(end.leftOut()).isEqualTo(25);
    assertThat(end.lines()).startsWith("line 26").endsWith("line 35").hasSize(10);
  }
}
