package dev.samdan.deploy;

import dev.samdan.application.DeploymentPolicy.Alarms;
import dev.samdan.edge.EdgeStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges what the edge measures of green by the declared alarms: the current minute and the one
 * before it, without what came before green took traffic, such as tests.
 */
final class AlarmWatch {
  private final Alarms alarms;
  private final String group;
  private EdgeStatus.@Nullable Minute before;
  private boolean begun;

  AlarmWatch(Alarms alarms, String group) {
    this.alarms = alarms;
    this.group = group;
  }

  /** The sentence of the alarm that is raised; empty where none is. */
  Optional<String> raised(EdgeStatus status, Instant now) {
    if (alarms.none()) {
      return Optional.empty();
    }
    List<EdgeStatus.Minute> minutes = status.traffic(EdgeStatus.Kind.TARGET_GROUP, group).minutes();
    if (!begun) {
      begun = true;
      before = minutes.isEmpty() ? null : minutes.getLast();
      return Optional.empty();
    }
    Instant from = now.truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(1));
    EdgeStatus.Minute tested = before;
    long requests = 0;
    long errors = 0;
    double p99 = 0;
    for (EdgeStatus.Minute minute : minutes) {
      if (minute.at().isBefore(from) || (tested != null && minute.at().isBefore(tested.at()))) {
        continue;
      }
      boolean shared = tested != null && minute.at().equals(tested.at());
      requests += minute.requests() - (shared && tested != null ? tested.requests() : 0);
      errors += minute.errors5xx() - (shared && tested != null ? tested.errors5xx() : 0);
      // A percentile cannot be told apart from that of the tests in the same minute.
      if (!shared && minute.requests() >= alarms.minimumRequests()) {
        p99 = Math.max(p99, minute.p99());
      }
    }
    return judged(requests, errors, p99);
  }

  private Optional<String> judged(long requests, long errors, double p99) {
    Double most = alarms.errorRate();
    double rate = requests == 0 ? 0 : 100.0 * errors / requests;
    if (most != null && requests >= alarms.minimumRequests() && rate > most) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "Green answered %.1f%% of %d requests with 5xx; the alarm error-rate is at %s%%.",
              rate,
              requests,
              plain(most)));
    }
    Duration longest = alarms.p99();
    if (longest != null && p99 > longest.toMillis()) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "Green took %.0f ms for the slowest hundredth of its requests; the alarm p99 is at %d"
                  + " ms.",
              p99,
              longest.toMillis()));
    }
    return Optional.empty();
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
  }
}
