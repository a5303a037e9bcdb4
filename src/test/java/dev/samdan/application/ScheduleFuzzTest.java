package dev.samdan.application;

import dev.samdan.base.Fuzz;
import java.time.DateTimeException;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fuzz")
class ScheduleFuzzTest {
  @Test
  void any_cron_expression_is_refused_or_has_a_next_time() {
    Fuzz.ofTexts(
            "a cron expression",
            "30 2 * * *",
            "0 0 31 2 *",
            "*/5 9-17 * * mon-fri",
            "0 0 1,15 jan,jul 0",
            "59 23 29 2 7")
        .refusing(IllegalArgumentException.class)
        .refusing(DateTimeException.class)
        .runTexts(text -> {
          Schedule schedule = new Schedule(text, "Asia/Seoul");
          schedule.next(Instant.parse("2026-02-28T23:59:00Z"));
          schedule.last(Instant.parse("2026-02-28T23:59:00Z"));
        });
  }
}
