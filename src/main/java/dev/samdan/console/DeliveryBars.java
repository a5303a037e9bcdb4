package dev.samdan.console;

import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Deliveries of fourteen days as bars, one for each half day: as high as the longest of it took,
 * broken where one failed.
 */
final class DeliveryBars {
  private static final Duration SLOT = Duration.ofHours(12);
  private static final int SLOTS = 28;
  private static final int MOST = 200;
  private static final int HIGHEST = 18;

  private DeliveryBars() {}

  static List<HomePage.Bar> of(ConsoleRooms rooms, Words words, String application) {
    Instant from = Instant.now().minus(SLOT.multipliedBy(SLOTS));
    long[] seconds = new long[SLOTS];
    int[] count = new int[SLOTS];
    boolean[] failed = new boolean[SLOTS];
    for (ExecutionView execution :
        rooms
            .pipelines()
            .executions(ExecutionFilter.ofApplication(application), null, MOST)
            .executions()) {
      long slot = Duration.between(from, execution.startedAt()).dividedBy(SLOT);
      if (execution.startedAt().isBefore(from) || slot >= SLOTS) {
        continue;
      }
      int at = (int) slot;
      count[at]++;
      seconds[at] = Math.max(seconds[at], seconds(execution));
      failed[at] |= ApplicationLife.failed(execution);
    }
    long longest = java.util.Arrays.stream(seconds).max().orElse(0);
    List<HomePage.Bar> bars = new ArrayList<>();
    for (int i = 0; i < SLOTS; i++) {
      int height =
          count[i] == 0 ? 0 : 5 + (int) ((HIGHEST - 5) * seconds[i] / Math.max(1, longest));
      bars.add(
          new HomePage.Bar(
              i * 134 / SLOTS,
              height,
              failed[i],
              count[i] == 0 ? "" : words.count("home.bar", count[i])));
    }
    return bars;
  }

  private static long seconds(ExecutionView execution) {
    Instant end = execution.endedAt() == null ? Instant.now() : execution.endedAt();
    return Duration.between(execution.startedAt(), end).toSeconds();
  }
}
