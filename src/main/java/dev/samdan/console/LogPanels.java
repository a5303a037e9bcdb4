package dev.samdan.console;

import dev.samdan.build.Build;
import dev.samdan.build.BuildPhase;
import dev.samdan.build.BuildStatus;
import dev.samdan.build.LogLines;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Makes the log of a build: a fold a phase, the failed one at its failure. */
final class LogPanels {
  /** What a page holds at most; more is fetched with {@code log=all}. */
  private static final int SHOWN = 5_000;

  private static final int ALL = 200_000;
  private static final int BEFORE_FAILURE = 10;
  private static final Pattern ERROR =
      Pattern.compile(
          "(?i)(^|[^a-z])(error|exception|fatal|failed)([^a-z]|$)|did not exit successfully");

  private final ConsoleRooms rooms;
  private final Words words;

  LogPanels(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  ExecutionPage.LogPanel panel(Build build, String href, boolean all) {
    LogLines log = rooms.builds().log(build.id(), 1, all ? ALL : SHOWN);
    List<ExecutionPage.Phase> phases = new ArrayList<>();
    for (BuildPhase phase : build.phases()) {
      phases.add(phase(phase, log, all));
    }
    return new ExecutionPage.LogPanel(phases, build.endedAt() == null, href + "&log=all");
  }

  private ExecutionPage.Phase phase(BuildPhase phase, LogLines log, boolean all) {
    boolean failed =
        phase.status() == BuildStatus.FAILED
            || phase.status() == BuildStatus.TIMED_OUT
            || phase.status() == BuildStatus.FAULT;
    boolean running = phase.status() == BuildStatus.IN_PROGRESS;
    Instant end = phase.endedAt() == null ? Instant.now() : phase.endedAt();
    long last = running ? log.next() - 1 : phase.firstLine() + phase.lines() - 1;
    long count = Math.max(0, last - phase.firstLine() + 1);
    List<ExecutionPage.Piece> pieces = pieces(phase.firstLine(), last, log, failed && !all, failed);
    return new ExecutionPage.Phase(
        phase.name(),
        state(phase.status()),
        failed ? Brief.firstLine(phase.message()) : "",
        count == 0 ? "" : words.count("log.lines", count),
        words.duration(Duration.between(phase.startedAt(), end)),
        all || running || failed,
        pieces);
  }

  /** The lines; of a long failed phase only the first command and the lines before the failure. */
  private List<ExecutionPage.Piece> pieces(
      long first, long last, LogLines log, boolean fold, boolean failed) {
    List<ExecutionPage.Piece> pieces = new ArrayList<>();
    long tail = fold && last - first > BEFORE_FAILURE + 2 ? last - BEFORE_FAILURE : first;
    for (long number = first; number <= last; number++) {
      if (number > first && number < tail) {
        pieces.add(new ExecutionPage.Piece(0, words.count("log.folded", tail - number), false));
        number = tail - 1;
        continue;
      }
      int index = (int) (number - log.first());
      if (index >= 0 && index < log.lines().size()) {
        String line = log.lines().get(index);
        pieces.add(
            new ExecutionPage.Piece(
                number,
                AnsiText.html(line),
                failed && ERROR.matcher(line.toLowerCase(Locale.ROOT)).find()));
      }
    }
    return pieces;
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
