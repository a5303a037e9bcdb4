package dev.samdan.console;

import dev.samdan.deploy.Deployment;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.PipelineView;
import dev.samdan.pipeline.WaitingApproval;
import dev.samdan.rooms.Language;
import dev.samdan.rooms.Message;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Makes the home page. */
final class HomePages {
  private static final int MOST_CARDS = 4;
  private static final int MESSAGES = 12;

  private final ConsoleRooms rooms;
  private final Words words;

  HomePages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  Asked.Shown shown(Asked asked) {
    List<ApplicationLife> lives = asked.around().lives();
    if (lives.isEmpty()) {
      return new FirstRunPages(rooms, words).shown(asked, "");
    }
    HomePage page = page(asked, lives);
    String title = page.rest().isEmpty() ? page.headline() : page.headline() + " " + page.rest();
    return new Asked.Shown("home", asked.around().page("home", title, "home"), page);
  }

  private HomePage page(Asked asked, List<ApplicationLife> lives) {
    List<HomePage.Card> cards = cards(lives);
    List<String> names = environmentNames(lives);
    List<PipelineView> pipelines = lives.stream().flatMap(l -> l.pipelines().stream()).toList();
    Tally tally = ApplicationLife.tally(pipelines);
    boolean nothing =
        lives.stream().flatMap(l -> l.environments().stream()).allMatch(e -> e.version().isEmpty());
    boolean some =
        lives.stream()
            .flatMap(l -> l.environments().stream())
            .anyMatch(e -> !e.version().isEmpty() && e.pressing() == null);
    String headline =
        !tally.quiet()
            ? tally.sentence(words)
            : words.say(nothing ? "first.headline" : "home.live");
    return new HomePage(
        headline,
        tally.quiet() || !some ? "" : words.say("home.rest"),
        cards.subList(0, Math.min(MOST_CARDS, cards.size())),
        Math.max(0, cards.size() - MOST_CARDS),
        names,
        lives.stream().map(life -> row(life, names)).toList(),
        today(asked));
  }

  /** What needs someone: amber before red. */
  private List<HomePage.Card> cards(List<ApplicationLife> lives) {
    List<HomePage.Card> cards = new ArrayList<>();
    Set<String> names = lives.stream().map(ApplicationLife::name).collect(Collectors.toSet());
    for (WaitingApproval waiting : rooms.pipelines().waitingApprovals(null)) {
      if (names.contains(waiting.application())) {
        cards.add(waiting(waiting));
      }
    }
    for (ApplicationLife life : lives) {
      for (PipelineView pipeline : life.pipelines()) {
        ExecutionView latest = pipeline.latestExecution();
        if (latest != null
            && ApplicationLife.delivers(pipeline)
            && ApplicationLife.failed(latest)) {
          cards.add(failed(rooms.pipelines().execution(latest.id())));
        }
      }
    }
    return cards;
  }

  private HomePage.Card waiting(WaitingApproval waiting) {
    ApprovalFacts facts = new Approvals(rooms, words).facts(waiting);
    return new HomePage.Card(
        "wait",
        State.waiting(words),
        words.say("home.asked", When.ago(words, waiting.askedAt()).text()),
        new HomePage.Where(
            waiting.pipeline(),
            Shells.or(waiting.environment(), ""),
            Brief.commit(waiting.commit())),
        facts.brief(),
        waiting.author(),
        "/executions/" + waiting.executionId(),
        words.say("approval.review"),
        true);
  }

  private HomePage.Card failed(ExecutionView execution) {
    Failure failure = Failure.of(rooms, words, execution);
    Instant end = Objects.requireNonNullElse(execution.endedAt(), execution.startedAt());
    String environment = Shells.or(execution.environment(), "");
    return new HomePage.Card(
        "fail",
        new State("fail", "fail", failure.title(), "Failed"),
        environment.isEmpty() ? words.at(end) : words.at(end) + ", " + environment,
        new HomePage.Where(execution.pipeline(), environment, Brief.commit(execution.commit())),
        failure.detail(),
        execution.author(),
        "/executions/" + execution.id(),
        words.say("home.why"),
        false);
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
              .map(e -> cell(life, e))
              .orElse(new HomePage.Cell(null, "", "", "", null, "", "")));
    }
    String title = rooms.applications().show(life.name()).title();
    return new HomePage.Row(
        life.name(),
        title.equals(life.name()) ? "" : title,
        cells,
        DeliveryBars.of(rooms, words, life.name()));
  }

  private HomePage.Cell cell(ApplicationLife life, ApplicationLife.EnvironmentLife e) {
    String href = "/applications/" + life.name() + "?env=" + e.environment().name();
    ExecutionView pressing = e.pressing();
    String version = e.version();
    String coming = pressing == null ? "" : Brief.commit(pressing.commit());
    Optional<Deployment> shifting =
        e.live().activeDeployments().stream()
            .filter(d -> !d.status().isFinal() && d.greenWeight() > 0)
            .findFirst();
    if (shifting.isPresent()) {
      coming = new Versions(rooms).of(shifting.get());
    }
    if (e.green() > 0 && e.green() < 100) {
      return cell(
          e, words.say("home.cell.green", e.green()), "", null, version + " → " + coming, href);
    }
    if (pressing == null) {
      When since = e.since() == null ? null : When.ago(words, e.since());
      return version.isEmpty()
          ? cell(e, words.say("state.nothing"), "faint", null, "", href)
          : cell(e, version, "", since, "", href);
    }
    if (Approvals.waits(pressing)) {
      String first =
          version.isEmpty()
              ? words.say("home.cell.waits")
              : words.say("home.cell.waits.on", version);
      return cell(e, first, "amber", null, words.say("home.cell.ready", coming), href);
    }
    When at = When.ago(words, Objects.requireNonNullElse(pressing.endedAt(), pressing.startedAt()));
    if (ApplicationLife.failed(pressing)) {
      return cell(e, words.say("home.cell.failed", coming), "red", at, "", href);
    }
    return cell(e, words.say("home.cell.moving", coming), "violet", at, "", href);
  }

  private static HomePage.Cell cell(
      ApplicationLife.EnvironmentLife e,
      String first,
      String tone,
      @org.jspecify.annotations.Nullable When when,
      String second,
      String href) {
    return new HomePage.Cell(e.mark(), e.label(), first, tone, when, second, href);
  }

  private List<RoomsPage.Line> today(Asked asked) {
    Instant midnight =
        LocalDate.now(ZoneId.systemDefault()).atStartOfDay(ZoneId.systemDefault()).toInstant();
    Set<UUID> acting = RoomPages.acting(rooms);
    List<String> visible = rooms.subjects().visible(asked.reader().access());
    List<Message> messages =
        rooms.rooms().since(midnight, Language.of(words.tag()), MESSAGES, visible);
    return messages.reversed().stream().map(m -> RoomPages.line(words, m, acting)).toList();
  }
}
