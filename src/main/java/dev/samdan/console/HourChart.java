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

  /** Names that are closer, in percent of the width, would cover each other. */
  private static final double CLOSE = 14;

  /** More would hide the curve. */
  private static final int MARKS = 6;

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
        double left = 100.0 * Duration.between(start, deployment.startedAt()).toSeconds() / 3600;
        double x = WIDTH * Duration.between(start, deployment.startedAt()).toSeconds() / 3600;
        String text =
            Shells.or(
                deployment.release(), Shells.or(deployment.taskDefinition(), deployment.id()));
        boolean close =
            marks.stream().anyMatch(m -> !m.text().isEmpty() && Math.abs(m.left() - left) < CLOSE);
        marks.add(new OverviewPage.ReleaseMark(x, Math.round(left * 10) / 10.0, close ? "" : text));
      }
    }
    String area = curve + "L" + WIDTH + " " + HEIGHT + "L0 " + HEIGHT + "Z";
    long failed = minutes.stream().mapToLong(EdgeStatus.Minute::errors5xx).sum();
    String rate =
        words.say(
            "figure.rate", String.format(Locale.ROOT, peak >= 600 ? "%.0f" : "%.1f", peak / 60.0));
    return new OverviewPage.Chart(
        curve.toString(),
        area,
        failed == 0 ? words.say("chart.peak", rate) : words.say("chart.failed", rate, failed),
        peak == 0,
        marks.size() > MARKS ? List.of() : marks,
        axis(words, start));
  }

  /** Clock times below the curve. */
  private static List<String> axis(Words words, Instant start) {
    List<String> axis = new ArrayList<>();
    for (int quarter = 0; quarter < 4; quarter++) {
      axis.add(words.clock(start.plus(Duration.ofMinutes(15L * quarter))));
    }
    axis.add(words.say("time.now"));
    return axis;
  }
}
