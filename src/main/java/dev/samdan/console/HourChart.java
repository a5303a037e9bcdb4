package dev.samdan.console;

import dev.samdan.deploy.Deployment;
import dev.samdan.edge.EdgeStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The last hour of a host's requests as a curve, with what was released in it. */
final class HourChart {
  private static final double WIDTH = 600;
  private static final double HEIGHT = 84;
  private static final double TOP = 14;

  private HourChart() {}

  static OverviewPage.Chart of(
      Words words, EdgeStatus.@Nullable Traffic traffic, List<Deployment> deployments) {
    List<EdgeStatus.Minute> minutes = traffic == null ? List.of() : traffic.minutes();
    Instant end = Instant.now();
    Instant start = end.minus(Duration.ofHours(1));
    long peak = minutes.stream().mapToLong(EdgeStatus.Minute::requests).max().orElse(0);
    StringBuilder curve = new StringBuilder();
    double[] heights = new double[61];
    for (EdgeStatus.Minute minute : minutes) {
      int slot = (int) Math.min(60, Math.max(0, Duration.between(start, minute.at()).toMinutes()));
      heights[slot] = peak == 0 ? 0 : (double) minute.requests() / peak;
    }
    for (int i = 0; i < heights.length; i++) {
      curve
          .append(i == 0 ? 'M' : 'L')
          .append(
              String.format(
                  Locale.ROOT, "%.1f %.1f", i * WIDTH / 60, HEIGHT - heights[i] * (HEIGHT - TOP)));
    }
    List<OverviewPage.ReleaseMark> marks = new ArrayList<>();
    for (Deployment deployment : deployments) {
      if (deployment.startedAt().isAfter(start)) {
        double x = WIDTH * Duration.between(start, deployment.startedAt()).toSeconds() / 3600;
        marks.add(
            new OverviewPage.ReleaseMark(
                x,
                Shells.or(
                    deployment.release(),
                    Shells.or(deployment.taskDefinition(), deployment.id()))));
      }
    }
    String area = curve + "L" + WIDTH + " " + HEIGHT + "L0 " + HEIGHT + "Z";
    long failed = minutes.stream().mapToLong(EdgeStatus.Minute::errors5xx).sum();
    String rate = String.format(Locale.ROOT, "%.1f /s", peak / 60.0);
    return new OverviewPage.Chart(
        curve.toString(),
        area,
        failed == 0 ? words.say("chart.peak", rate) : words.say("chart.failed", rate, failed),
        peak == 0,
        marks);
  }
}
