package dev.samdan.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class BackoffTest {
  private static final Instant NOW = Instant.parse("2026-11-24T01:00:00Z");

  @Test
  void the_first_end_is_mended_at_once_the_next_ones_after_growing_pauses() {
    Backoff first = Backoff.NONE.after(NOW, NOW);
    Backoff second = first.after(NOW, NOW);
    Backoff third = second.after(NOW, NOW);

    assertThat(first.due()).isEqualTo(NOW);
    assertThat(second.due()).isEqualTo(NOW.plusSeconds(1));
    assertThat(third.due()).isEqualTo(NOW.plusSeconds(2));
  }

  @Test
  void a_pause_is_never_longer_than_30_seconds() {
    Backoff backoff = Backoff.NONE;
    for (int i = 0; i < 40; i++) {
      backoff = backoff.after(NOW, NOW);
    }
    assertThat(Duration.between(NOW, backoff.due())).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void a_task_that_lived_for_a_minute_starts_the_count_anew() {
    Backoff tired = Backoff.NONE.after(NOW, NOW).after(NOW, NOW).after(NOW, NOW);

    assertThat(tired.after(NOW, NOW.plusSeconds(60)).ends()).isEqualTo(1);
  }
}
