package dev.samdan.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class SeriesTest {
  private static final long MINUTE = 60_000;

  @Test
  void percentiles_are_within_ten_percent() {
    long seed = System.nanoTime();
    System.out.println("SeriesTest seed " + seed);
    Random random = new Random(seed);
    Series series = new Series();
    List<Long> all = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      long micros = (long) Math.exp(random.nextDouble() * 16);
      all.add(micros);
      series.record(MINUTE, false, micros, 1);
    }
    all.sort(null);
    EdgeStatus.Minute minute = series.minutes(MINUTE).getFirst();
    assertThat(minute.p50() * 1000).isCloseTo(all.get(4999), Percentage.withPercentage(10));
    assertThat(minute.p99() * 1000).isCloseTo(all.get(9899), Percentage.withPercentage(10));
    assertThat(minute.requests()).isEqualTo(10_000);
    assertThat(minute.bytes()).isEqualTo(10_000);
  }

  @Test
  void an_hour_is_kept_and_empty_minutes_are_left_out() {
    Series series = new Series();
    for (int minute = 1; minute <= 100; minute += 2) {
      series.record(minute * MINUTE, minute % 4 == 1, 10, 1);
    }
    List<EdgeStatus.Minute> minutes = series.minutes(100 * MINUTE);
    assertThat(minutes).hasSize(30);
    assertThat(minutes.getFirst().at().toEpochMilli()).isEqualTo(41 * MINUTE);
    assertThat(minutes).extracting(EdgeStatus.Minute::errors5xx).startsWith(1L, 0L, 1L, 0L);
    assertThat(series.minutes(200 * MINUTE)).isEmpty();
  }

  @Test
  void longest_and_shortest_times_have_a_bucket() {
    Series series = new Series();
    series.record(MINUTE, false, -5, 0);
    series.record(MINUTE, false, 0, 0);
    series.record(MINUTE, false, Long.MAX_VALUE, 0);
    assertThat(series.minutes(MINUTE).getFirst().requests()).isEqualTo(3);
  }
}
