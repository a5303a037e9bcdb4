package dev.samdan.console;

import dev.samdan.pullrequest.BranchGraph.Join;
import dev.samdan.pullrequest.BranchGraph.Lane;
import dev.samdan.pullrequest.BranchGraph.Node;
import dev.samdan.source.Branches;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lays out branches as lanes: rows from the top, time from the left at equal steps for days with
 * commits, and within a day at equal steps for commits.
 */
final class GraphDrawing {
  static final int WIDTH = 640;

  private static final int ROW = 54;
  private static final int MOST_DAYS = 7;
  private static final int BEND = 8;

  private final Words words;
  private final List<Lane> lanes;
  private final List<Join> joins;
  private final Map<String, Integer> rows = new HashMap<>();
  private final Map<String, Double> places = new HashMap<>();
  private final List<BranchesPage.Day> days = new ArrayList<>();

  GraphDrawing(Words words, List<Lane> lanes, List<Join> joins) {
    this.words = words;
    this.lanes = lanes;
    this.joins = joins;
    for (int i = 0; i < lanes.size(); i++) {
      rows.put(lanes.get(i).branch().name(), i);
    }
    place();
  }

  List<BranchesPage.Day> days() {
    return days;
  }

  /** What is older than the last days with commits stands together at the left. */
  private void place() {
    TreeMap<LocalDate, List<Node>> byDay = new TreeMap<>();
    lanes.stream()
        .flatMap(lane -> lane.nodes().stream())
        .forEach(node ->
            byDay
                .computeIfAbsent(
                    LocalDate.ofInstant(node.at(), ZoneId.systemDefault()),
                    day -> new ArrayList<>())
                .add(node));
    List<Node> earlier = new ArrayList<>();
    while (byDay.size() > MOST_DAYS) {
      earlier.addAll(byDay.pollFirstEntry().getValue());
    }
    int columns = byDay.size() + (earlier.isEmpty() ? 0 : 1);
    double width = columns == 0 ? WIDTH : (double) WIDTH / columns;
    double x = 0;
    if (!earlier.isEmpty()) {
      column(words.say("branches.earlier"), x, width, earlier);
      x += width;
    }
    for (Map.Entry<LocalDate, List<Node>> day : byDay.entrySet()) {
      column(words.weekday(day.getKey()), x, width, day.getValue());
      x += width;
    }
  }

  private void column(String name, double x, double width, List<Node> nodes) {
    days.add(new BranchesPage.Day(name, x));
    List<Node> inOrder =
        nodes.stream().sorted(Comparator.comparing(Node::at).thenComparing(Node::commit)).toList();
    for (int i = 0; i < inOrder.size(); i++) {
      places.put(inOrder.get(i).commit(), x + width * (i + 1) / (inOrder.size() + 1));
    }
  }

  /**
   * One lane.
   *
   * @param pill its open pull request as text, tone and address; null for none
   */
  LaneDrawing lane(Lane lane, @Nullable Pull pill) {
    String name = lane.branch().name();
    boolean fixed = Branches.FIXED.equals(lane.branch().kind());
    double last = lane.nodes().stream().mapToDouble(n -> x(n.commit())).max().orElse(0);
    double from = lane.fork() == null ? 0 : x(lane.fork());
    double end = fixed ? WIDTH : Math.max(last, from + 2 * BEND);
    List<String> lines = new ArrayList<>();
    Integer parent = fixed || lane.forkedFrom() == null ? null : rows.get(lane.forkedFrom());
    lines.add(
        parent == null
            ? path("M%.1f %d H%.1f", fixed ? 0 : from, LaneDrawing.MIDDLE, end)
            : leaving(from, offset(name, parent), end));
    for (Join join : joins) {
      Integer into = rows.get(join.into());
      if (name.equals(join.from()) && into != null && places.containsKey(join.commit())) {
        lines.add(joining(x(join.fromCommit()), x(join.commit()), offset(name, into)));
      }
    }
    List<LaneDrawing.Dot> dots =
        lane.nodes().stream()
            .map(n ->
                new LaneDrawing.Dot(
                    x(n.commit()), n.merge(), Brief.commit(n.commit()) + " " + n.subject()))
            .toList();
    String tone = fixed ? "fixed" : lane.branch().problems().isEmpty() ? "" : "off";
    return new LaneDrawing(tone, lines, dots, labels(lane), pill == null ? null : pill(pill, end));
  }

  /** An open pull request at a lane's end. */
  record Pull(String text, String tone, String href) {}

  private static LaneDrawing.Pill pill(Pull pull, double end) {
    double width = 16 + 7.2 * pull.text().length();
    double x = Math.min(end + 22, WIDTH - width - 1);
    return new LaneDrawing.Pill(end, x, width, pull.text(), pull.tone(), pull.href());
  }

  private static List<LaneDrawing.Label> labels(String kind, double x, List<String> texts) {
    List<LaneDrawing.Label> labels = new ArrayList<>();
    for (String text : texts) {
      double width = (kind.equals("live") ? 26 : 12) + 6.6 * text.length();
      double left = x - (kind.equals("live") ? 10 : width / 2);
      // A name may be wider than the whole graph: then its beginning is seen.
      left = Math.max(1, Math.min(left, WIDTH - width - 1));
      labels.add(new LaneDrawing.Label(kind, left, width, text));
    }
    return labels;
  }

  private List<LaneDrawing.Label> labels(Lane lane) {
    List<LaneDrawing.Label> labels = new ArrayList<>();
    for (Node node : lane.nodes()) {
      double x = x(node.commit());
      labels.addAll(labels("tag", x, node.tags()));
      labels.addAll(labels("arriving", x, node.arriving()));
      labels.addAll(
          labels(
              "live",
              x,
              node.live().isEmpty() ? List.of() : List.of(String.join(", ", node.live()))));
    }
    return labels;
  }

  private int offset(String lane, int other) {
    return (other - rows.getOrDefault(lane, other)) * ROW;
  }

  /** Older than all that is drawn stands at the left edge. */
  private double x(String commit) {
    return places.getOrDefault(commit, 0.0);
  }

  /** From a commit of another lane, down or up to the middle of this row, and along it. */
  private static String leaving(double from, int offset, double end) {
    int middle = LaneDrawing.MIDDLE;
    int away = offset < 0 ? 1 : -1;
    double bend = from + BEND;
    return path(
            "M%.1f %d Q%.1f %d %.1f %d",
            from, middle + offset, bend, middle + offset, bend, middle + offset + away * BEND)
        + path(
            " V%d Q%.1f %d %.1f %d H%.1f",
            middle - away * BEND, bend, middle, bend + BEND, middle, end);
  }

  /** Along this row, and up or down into a merge on another lane. */
  private static String joining(double from, double to, int offset) {
    int middle = LaneDrawing.MIDDLE;
    int away = offset < 0 ? -1 : 1;
    double turn = Math.max(from + BEND, to - BEND);
    return path(
            "M%.1f %d H%.1f Q%.1f %d %.1f %d",
            from, middle, turn - BEND, turn, middle, turn, middle + away * BEND)
        + path(
            " V%d Q%.1f %d %.1f %d",
            middle + offset - away * BEND, turn, middle + offset, to, middle + offset);
  }

  private static String path(String form, Object... values) {
    return String.format(Locale.ROOT, form, values);
  }
}
