package dev.samdan.console;

import dev.samdan.edge.EdgeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the edge counts, as people read it. */
final class Figures {
  private static final Duration STALE = Duration.ofMinutes(2);
  private static final int MINUTES = 5;

  private Figures() {}

  /** The minute that says how it is now; null where there was no request of late. */
  static EdgeStatus.@Nullable Minute newest(EdgeStatus.Traffic traffic) {
    List<EdgeStatus.Minute> minutes = traffic.minutes();
    if (minutes.isEmpty() || minutes.getLast().at().isBefore(Instant.now().minus(STALE))) {
      return null;
    }
    // The running minute has not all of its requests yet: the one before it, where it is close.
    EdgeStatus.Minute last = minutes.getLast();
    boolean running = last.at().isAfter(Instant.now().minus(Duration.ofMinutes(1)));
    EdgeStatus.Minute before = minutes.size() > 1 ? minutes.get(minutes.size() - 2) : last;
    return running && before.at().equals(last.at().minus(Duration.ofMinutes(1))) ? before : last;
  }

  static String rate(Words words, EdgeStatus.@Nullable Minute minute) {
    double rate = minute == null ? 0 : minute.requests() / 60.0;
    return words.say(
        "figure.rate", String.format(Locale.ROOT, rate >= 10 || rate == 0 ? "%.0f" : "%.1f", rate));
  }

  static String milliseconds(Words words, EdgeStatus.@Nullable Minute minute) {
    if (minute == null) {
      return "–";
    }
    double p99 = minute.p99();
    return words.say("figure.ms", String.format(Locale.ROOT, p99 >= 10 ? "%.0f" : "%.1f", p99));
  }

  static String errors(EdgeStatus.@Nullable Minute minute) {
    double share =
        minute == null || minute.requests() == 0
            ? 0
            : 100.0 * minute.errors5xx() / minute.requests();
    return String.format(Locale.ROOT, "%.2f%%", share);
  }

  /**
   * Requests of the last five minutes as a path in a box of 100 by 16; flat where there were none.
   */
  static String spark(EdgeStatus.Traffic traffic) {
    Instant start = Instant.now().minus(Duration.ofMinutes(MINUTES));
    double[] counts = new double[MINUTES + 1];
    double most = 0;
    for (EdgeStatus.Minute minute : traffic.minutes()) {
      long slot = Duration.between(start, minute.at().plusSeconds(30)).toMinutes();
      if (slot >= 0 && slot <= MINUTES) {
        counts[(int) slot] = minute.requests();
        most = Math.max(most, (double) minute.requests());
      }
    }
    StringBuilder path = new StringBuilder();
    for (int i = 0; i <= MINUTES; i++) {
      double y = most == 0 ? 13 : 14 - 11 * counts[i] / most;
      path.append(i == 0 ? 'M' : 'L')
          .append(String.format(Locale.ROOT, "%.0f %.1f", i * 100.0 / MINUTES, y));
    }
    return path.toString();
  }
}
