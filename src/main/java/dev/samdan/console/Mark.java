package dev.samdan.console;

import java.util.ArrayList;
import java.util.List;

/** The three bars: client, application, data from the top; each as its tier is. */
public record Mark(List<Shape> shapes) {
  /** A bar or a part of one; the tone is its class. */
  public record Shape(String tone, double x, double y, double width, double height) {}

  /** How one tier is. */
  public enum Tier {
    LIVE,
    SHIFTING,
    WORKING,
    WAITING,
    FAILED,
    ABSENT,
    NOTHING
  }

  private static final double[] WIDTHS = {10, 15, 20};

  /** The logo: all live. */
  public static final Mark LOGO = of(Tier.LIVE, Tier.LIVE, Tier.LIVE, 0);

  /** Where there is nothing yet. */
  public static final Mark EMPTY = of(Tier.NOTHING, Tier.NOTHING, Tier.NOTHING, 0);

  /**
   * Bars for the three tiers; {@code green} is the share of traffic, in percent, that a shifting
   * one has moved.
   */
  static Mark of(Tier client, Tier application, Tier data, int green) {
    List<Shape> shapes = new ArrayList<>();
    Tier[] tiers = {client, application, data};
    for (int i = 0; i < 3; i++) {
      add(shapes, tiers[i], (20 - WIDTHS[i]) / 2, i * 6.0, WIDTHS[i], green);
    }
    return new Mark(List.copyOf(shapes));
  }

  private static void add(
      List<Shape> shapes, Tier tier, double x, double y, double width, int green) {
    switch (tier) {
      case LIVE -> shapes.add(new Shape("live", x, y, width, 4));
      case SHIFTING -> {
        double blue = width * (100 - green) / 100;
        shapes.add(new Shape("blue", x, y, blue, 4));
        shapes.add(new Shape("green", x + blue, y, width - blue, 4));
      }
      case WORKING -> shapes.add(new Shape("run", x + .5, y + .5, width - 1, 3));
      case WAITING -> shapes.add(new Shape("wait", x + .5, y + .5, width - 1, 3));
      case FAILED -> {
        shapes.add(new Shape("fail", x, y, width / 2 - 1.5, 4));
        shapes.add(new Shape("fail", x + width / 2 + 1.5, y, width / 2 - 1.5, 4));
      }
      case ABSENT -> shapes.add(new Shape("absent", x, y + 1.5, width, 1));
      case NOTHING -> shapes.add(new Shape("nothing", x + .5, y + .5, width - 1, 3));
    }
  }
}
