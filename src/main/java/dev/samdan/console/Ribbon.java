package dev.samdan.console;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The ribbons between the tiers, in a box of 1000 by 80: at the top blue and green lie side by side
 * under the centre, 160 units for all the traffic; at the bottom each ends over the middle of its
 * panel, 200 units for all. A set without traffic keeps a dashed hairline, so that its path stays
 * visible.
 */
public final class Ribbon {
  /** One shape: its class and its path. */
  public record Band(String tone, String path) {}

  private static final double TOP = 160;
  private static final double BOTTOM = 200;
  private static final double LEFT = 170;
  private static final double WIDTH = 820;

  private Ribbon() {}

  /** From the edge to the task sets. */
  public static List<Band> bands(List<OverviewPage.TaskSet> sets) {
    List<Band> bands = new ArrayList<>();
    double x = 500 - TOP / 2;
    for (int i = 0; i < sets.size(); i++) {
      OverviewPage.TaskSet set = sets.get(i);
      String tone = set.green() ? "green" : "blue";
      double share = set.share() / 100.0;
      double middle = middle(i, sets.size());
      if (set.share() == 0) {
        bands.add(new Band("line " + tone, curve(x, middle)));
        continue;
      }
      double left = middle - BOTTOM * share / 2;
      double right = middle + BOTTOM * share / 2;
      double end = x + TOP * share;
      bands.add(
          new Band(
              tone,
              String.format(
                  Locale.ROOT,
                  "M%.1f 0C%.1f 40 %.1f 40 %.1f 80L%.1f 80C%.1f 40 %.1f 40 %.1f 0Z",
                  x,
                  x,
                  left,
                  left,
                  right,
                  right,
                  end,
                  end)));
      x = end;
    }
    return bands;
  }

  /** From the task sets to the database: lines of one width. */
  public static List<Band> lines(List<OverviewPage.TaskSet> sets) {
    List<Band> lines = new ArrayList<>();
    for (int i = 0; i < sets.size(); i++) {
      double end = 500 + (i - (sets.size() - 1) / 2.0) * 20;
      lines.add(
          new Band(sets.get(i).green() ? "green" : "blue", curve(middle(i, sets.size()), end)));
    }
    return lines;
  }

  private static double middle(int index, int count) {
    return LEFT + WIDTH * (index + .5) / count;
  }

  private static String curve(double from, double to) {
    return String.format(Locale.ROOT, "M%.1f 0C%.1f 40 %.1f 40 %.1f 80", from, from, to, to);
  }
}
