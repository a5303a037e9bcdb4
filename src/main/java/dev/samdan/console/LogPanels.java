package dev.samdan.console;

import dev.samdan.build.Build;
import dev.samdan.build.BuildPhase;
import dev.samdan.build.BuildStatus;
import dev.samdan.image.ImageLog;
import dev.samdan.pipeline.ActionStatus;
import dev.samdan.pipeline.ExecutionView;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.regex.Pattern;

/** Makes the log of an action: a fold a phase, the failed one at its failure. */
final class LogPanels {
  /** Lines that a page holds at most; more are fetched when they are unfolded. */
  private static final int MOST = 5_000;

  private static final int BEFORE_FAILURE = 10;
  private static final int LONG = 3 * BEFORE_FAILURE;
  private static final Pattern ERROR =
      Pattern.compile(
          "(?i)(^|[^a-z])(error|exception|fatal|failed)([^a-z]|$)|did not exit successfully");

  private final ConsoleRooms rooms;
  private final Words words;

  LogPanels(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  /** Lines from a number (from 1) on, at most so many. */
  private interface Lines extends BiFunction<Long, Integer, List<String>> {}

  /** Of a build; {@code address} is the log's, with the query that names the action. */
  LogPanel of(Build build, String address) {
    Lines log = (from, limit) -> rooms.builds().log(build.id(), from, limit).lines();
    boolean live = build.endedAt() == null;
    long last = 0;
    for (BuildPhase phase : build.phases()) {
      last = Math.max(last, phase.firstLine() + phase.lines() - 1);
    }
    if (live) {
      last = Math.max(last, last(log, last));
    }
    List<LogPanel.Phase> phases = new ArrayList<>();
    for (BuildPhase phase : build.phases()) {
      boolean running = phase.status() == BuildStatus.IN_PROGRESS;
      long end = running ? last : phase.firstLine() + phase.lines() - 1;
      Stretch stretch = new Stretch(phase.firstLine(), end, last > MOST);
      phases.add(phase(phase, stretch, log, address));
    }
    return new LogPanel(phases, last, raw(address), live ? tail(address, last + 1) : "");
  }

  /** Of an image's build, which is one phase; null where it wrote nothing. */
  @org.jspecify.annotations.Nullable
  LogPanel ofImage(UUID id, ExecutionView.Action action, String address) {
    ImageLog first = rooms.images().log(id, 1, MOST);
    if (first.lines().isEmpty()) {
      return null;
    }
    Lines log = (from, limit) -> rooms.images().log(id, from, limit).lines();
    long last = first.next() - 1;
    boolean failed = action.status() == ActionStatus.Failed;
    boolean live = action.status() == ActionStatus.InProgress;
    LogPanel.Phase phase =
        new LogPanel.Phase(
            "IMAGE",
            State.of(words, action.status()),
            "",
            words.count("log.lines", last),
            PipelinePages.time(words, action.startedAt(), action.endedAt()),
            true,
            pieces(new Stretch(1, last, false), log, failed, address));
    return new LogPanel(List.of(phase), last, raw(address), live ? tail(address, last + 1) : "");
  }

  private static String raw(String address) {
    return address.replaceFirst("/log\\?", "/log.txt?");
  }

  private static String tail(String address, long from) {
    return address.replaceFirst("/log\\?", "/tail?") + "&from=" + from;
  }

  /** The number of the last line that is there. */
  private static long last(Lines log, long known) {
    long last = known;
    while (true) {
      int more = log.apply(last + 1, MOST).size();
      last += more;
      if (more < MOST) {
        return last;
      }
    }
  }

  /** Lines of a phase; where the whole log is {@code big}, only its ends are in the page. */
  private record Stretch(long first, long last, boolean big) {
    long count() {
      return Math.max(0, last - first + 1);
    }
  }

  private LogPanel.Phase phase(BuildPhase phase, Stretch stretch, Lines log, String address) {
    boolean failed = failed(phase.status());
    boolean running = phase.status() == BuildStatus.IN_PROGRESS;
    Instant end = phase.endedAt() == null ? Instant.now() : phase.endedAt();
    return new LogPanel.Phase(
        phase.name(),
        state(phase.status()),
        failed ? Brief.firstLine(phase.message()) : "",
        stretch.count() == 0 ? "" : words.count("log.lines", stretch.count()),
        running ? words.say("time.now") : words.duration(Duration.between(phase.startedAt(), end)),
        running || failed,
        pieces(stretch, log, failed, address));
  }

  /** The lines; of a long failed phase its first command and what stands before the failure. */
  private List<LogPanel.Piece> pieces(Stretch stretch, Lines log, boolean failed, String address) {
    List<LogPanel.Piece> pieces = new ArrayList<>();
    long count = stretch.count();
    if (count == 0) {
      return pieces;
    }
    boolean fold = count > LONG && (failed || stretch.big());
    if (!fold) {
      pieces.addAll(lines(log, stretch.first(), stretch.last(), failed));
      return pieces;
    }
    long head = failed ? stretch.first() : stretch.first() + BEFORE_FAILURE - 1;
    long tail =
        stretch.last() - (stretch.big() && !failed ? 2 * BEFORE_FAILURE : BEFORE_FAILURE + 1);
    pieces.addAll(lines(log, stretch.first(), head, failed));
    long hidden = tail - head - 1;
    pieces.add(
        new LogPanel.Fold(
            words.count("log.folded", hidden),
            stretch.big() ? List.of() : lines(log, head + 1, tail - 1, failed),
            address + "&from=" + (head + 1) + "&to=" + (tail - 1)));
    pieces.addAll(lines(log, tail, stretch.last(), failed));
    return pieces;
  }

  private static List<LogPanel.Line> lines(Lines log, long first, long last, boolean failed) {
    List<String> text = log.apply(first, (int) Math.min(MOST, last - first + 1));
    List<LogPanel.Line> lines = new ArrayList<>();
    for (int i = 0; i < text.size(); i++) {
      lines.add(line(first + i, text.get(i), failed));
    }
    return lines;
  }

  /** A line as HTML; {@code failed} marks those that speak of an error. */
  static LogPanel.Line line(long number, String text, boolean failed) {
    boolean error = failed && ERROR.matcher(text.toLowerCase(Locale.ROOT)).find();
    return new LogPanel.Line(number, AnsiText.html(text), error);
  }

  static boolean failed(BuildStatus status) {
    return status == BuildStatus.FAILED
        || status == BuildStatus.TIMED_OUT
        || status == BuildStatus.FAULT;
  }

  private State state(BuildStatus status) {
    return switch (status) {
      case IN_PROGRESS -> new State("run", "run", words.say("state.InProgress"), status.name());
      case SUCCEEDED -> new State("", "check", words.say("state.Succeeded"), status.name());
      case FAILED, FAULT, TIMED_OUT ->
          new State("fail", "fail", words.say("state.Failed"), status.name());
      case STOPPED -> new State("", "stop", words.say("state.Stopped"), status.name());
    };
  }
}
