package dev.samdan.console;

import dev.samdan.identity.Right;
import dev.samdan.pipeline.WaitingApproval;
import java.util.ArrayList;
import java.util.List;

/** Makes the page of what waits for the reader. */
final class WaitingPages {
  private final ConsoleRooms rooms;
  private final Words words;

  WaitingPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  Asked.Shown shown(Asked asked) {
    List<WaitingApproval> waiting =
        rooms.pipelines().waitingApprovals(null).stream()
            .filter(w -> asked.reader().access().may(Right.READ, w.application()))
            .toList();
    String chosen = asked.query("open");
    WaitingApproval open =
        waiting.stream()
            .filter(w -> w.token().toString().equals(chosen))
            .findFirst()
            .orElse(waiting.isEmpty() ? null : waiting.getFirst());
    List<WaitingPage.Line> lines = new ArrayList<>();
    for (WaitingApproval each : waiting) {
      lines.add(
          new WaitingPage.Line(
              "/waiting?open=" + each.token(),
              each.pipeline(),
              words.say(
                  "waiting.line", Brief.commit(each.commit()), Shells.or(each.environment(), "")),
              each.author(),
              When.ago(words, each.askedAt()).text(),
              each.equals(open)));
    }
    String headline =
        lines.isEmpty() ? words.say("waiting.none") : words.count("waiting.some", lines.size());
    WaitingPage page =
        new WaitingPage(
            headline, lines, open == null ? null : new Approvals(rooms, words).facts(open));
    return new Asked.Shown("waiting", asked.around().page("waiting", headline, "waiting"), page);
  }
}
