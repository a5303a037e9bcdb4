package dev.samdan.console;

import dev.samdan.pipeline.ActionStatus;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineView;
import dev.samdan.pipeline.WaitingApproval;
import dev.samdan.rooms.Language;
import dev.samdan.rooms.Message;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Makes the home page. */
final class HomePages {
  private static final int MOST_CARDS = 4;
  private static final int DAYS = 14;

  private final ConsoleRooms rooms;
  private final Words words;

  HomePages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  HomePage page(List<ApplicationLife> lives) {
    int moving = lives.stream().mapToInt(ApplicationLife::moving).sum();
    int waiting = lives.stream().mapToInt(ApplicationLife::waiting).sum();
    int failed = lives.stream().mapToInt(ApplicationLife::failed).sum();
    List<HomePage.Card> cards = cards(lives);
    return new HomePage(
        headline(moving, waiting, failed),
        cards.subList(0, Math.min(MOST_CARDS, cards.size())),
        Math.max(0, cards.size() - MOST_CARDS),
        environmentNames(lives),
        lives.stream().map(life -> row(life, environmentNames(lives))).toList(),
        today());
  }

  private String headline(int moving, int waiting, int failed) {
    if (moving + waiting + failed == 0) {
      return words.say("home.live");
    }
    List<String> parts = new ArrayList<>();
    if (moving > 0) {
      parts.add(words.count("home.moving", moving));
    }
    if (waiting > 0) {
      parts.add(words.count("home.waiting", waiting));
    }
    if (failed > 0) {
      parts.add(words.count("home.failed", failed));
    }
    return String.join(" ", parts);
  }

  /** What needs someone: amber before red. */
  private List<HomePage.Card> cards(List<ApplicationLife> lives) {
    List<HomePage.Card> cards = new ArrayList<>();
    for (WaitingApproval waiting : rooms.pipelines().waitingApprovals(null)) {
      ApprovalCard card = new Approvals(rooms, words).card(waiting);
      cards.add(
          new HomePage.Card(
              "wait",
              State.waiting(words),
              waiting.pipeline(),
              card.headline(),
              card.commit() + " " + card.message(),
              card.href(),
              words.say("home.look")));
    }
    for (ApplicationLife life : lives) {
      for (ApplicationLife.EnvironmentLife environment : life.environments()) {
        for (PipelineView pipeline : environment.pipelines()) {
          ExecutionView latest = pipeline.latestExecution();
          if (latest != null && latest.status() == ExecutionStatus.Failed) {
            cards.add(failed(pipeline, rooms.pipelines().execution(latest.id())));
          }
        }
      }
    }
    return cards;
  }

  private HomePage.Card failed(PipelineView pipeline, ExecutionView execution) {
    String error =
        execution.stages().stream()
            .flatMap(s -> s.actions().stream())
            .filter(a -> a.status() == ActionStatus.Failed)
            .map(a -> Brief.firstLine(Shells.or(a.error(), "")))
            .findFirst()
            .orElse(Shells.or(execution.reason(), ""));
    String detail = Brief.commit(execution.commit()) + " " + Brief.firstLine(execution.message());
    return new HomePage.Card(
        "fail",
        State.of(words, ExecutionStatus.Failed),
        pipeline.name(),
        error,
        detail,
        "/executions/" + execution.id(),
        words.say("home.look"));
  }

  private static List<String> environmentNames(List<ApplicationLife> lives) {
    return lives.stream()
        .flatMap(l -> l.environments().stream())
        .map(e -> e.environment().name())
        .distinct()
        .toList();
  }

  private HomePage.Row row(ApplicationLife life, List<String> names) {
    List<HomePage.Cell> cells = new ArrayList<>();
    for (String name : names) {
      cells.add(
          life.environments().stream()
              .filter(e -> e.environment().name().equals(name))
              .findFirst()
              .map(e ->
                  new HomePage.Cell(
                      e.mark(),
                      e.label(),
                      e.version(),
                      "/applications/" + life.name() + "?env=" + name))
              .orElse(new HomePage.Cell(null, "", "", "")));
    }
    String title = rooms.applications().show(life.name()).title();
    return new HomePage.Row(life.name(), title, cells, bars(life.name()));
  }

  /**
   * Deliveries of the last fourteen days; a bar's height is the duration of the longest of its day.
   */
  private List<HomePage.Bar> bars(String application) {
    List<ExecutionView> executions =
        rooms
            .pipelines()
            .executions(ExecutionFilter.ofApplication(application), null, 200)
            .executions();
    LocalDate today = LocalDate.now(ZoneId.systemDefault());
    List<HomePage.Bar> bars = new ArrayList<>();
    for (int day = DAYS - 1; day >= 0; day--) {
      LocalDate date = today.minusDays(day);
      List<ExecutionView> own =
          executions.stream()
              .filter(e -> e.startedAt().atZone(ZoneId.systemDefault()).toLocalDate().equals(date))
              .toList();
      boolean failed = own.stream().anyMatch(e -> e.status() == ExecutionStatus.Failed);
      long longest = own.stream().mapToLong(HomePages::seconds).max().orElse(0);
      int height = own.isEmpty() ? 0 : (int) Math.max(4, Math.min(24, longest / 3 + 4));
      bars.add(new HomePage.Bar((DAYS - 1 - day) * 8, height, failed));
    }
    return bars;
  }

  private static long seconds(ExecutionView execution) {
    Instant end = execution.endedAt() == null ? Instant.now() : execution.endedAt();
    return Duration.between(execution.startedAt(), end).toSeconds();
  }

  private List<RoomsPage.Line> today() {
    Instant midnight =
        LocalDate.now(ZoneId.systemDefault()).atStartOfDay(ZoneId.systemDefault()).toInstant();
    List<Message> messages = rooms.rooms().since(midnight, Language.of(words.tag()), 12);
    return messages.reversed().stream().map(m -> RoomPages.line(words, m)).toList();
  }
}
