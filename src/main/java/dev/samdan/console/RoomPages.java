package dev.samdan.console;

import dev.samdan.base.PlatformException;
import dev.samdan.deploy.Deployment;
import dev.samdan.identity.Access;
import dev.samdan.identity.Right;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.rooms.Kind;
import dev.samdan.rooms.Language;
import dev.samdan.rooms.Message;
import dev.samdan.rooms.Room;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the page of the rooms. */
final class RoomPages {
  private static final int MESSAGES = 100;

  /** What the script says of a page that nobody looks at. */
  private static final String HIDDEN = "hidden";

  /** So many are looked through for those that a filter wants. */
  private static final int SEARCHED = 500;

  private static final Set<Kind> FAILURES = Set.of(Kind.FAILED, Kind.INVALID_DECLARATION);
  private static final Set<Kind> PASSING = Set.of(Kind.STARTED, Kind.RETRIED, Kind.APPROVAL_WANTED);
  private static final Set<Kind> APPROVALS =
      Set.of(Kind.APPROVAL_WANTED, Kind.APPROVED, Kind.REJECTED, Kind.EXPIRED);

  private final ConsoleRooms rooms;
  private final Words words;
  private final String reader;

  RoomPages(ConsoleRooms rooms, Door.Reader reader) {
    this.rooms = rooms;
    this.words = reader.words();
    this.reader = reader.principal().user();
  }

  Asked.Shown shown(Asked asked) {
    RoomsPage page =
        page(asked, asked.query("room"), Shells.or(asked.query("show"), "all"), before(asked));
    boolean none = page.rooms().isEmpty();
    Shell shell =
        none
            ? asked.around().page("rooms", page.room(), "rooms")
            : asked.around().page("rooms", page.room(), "rooms", page.room());
    if (page.newest() > 0 && !HIDDEN.equals(asked.context().header("X-Samdan-Refresh"))) {
      rooms.rooms().markRead(page.room(), reader, page.newest());
    }
    return new Asked.Shown("rooms", shell, page);
  }

  private static long before(Asked asked) {
    String text = Shells.or(asked.query("before"), "");
    return text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  private RoomsPage page(Asked asked, @Nullable String name, String show, long before) {
    Language language = Language.of(words.tag());
    Access access = asked.reader().access();
    List<String> visible = rooms.subjects().visible(access);
    List<Room> all =
        rooms.rooms().list(language, reader, visible).stream()
            .filter(room ->
                rooms.subjects().may(access, Right.READ, rooms.subjects().room(room.name())))
            .toList();
    if (all.isEmpty()) {
      return new RoomsPage(
          words.say("rooms"),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          0,
          null,
          List.of(),
          List.of());
    }
    Room open =
        name == null
            ? all.getFirst()
            : all.stream()
                .filter(r -> r.name().equals(name))
                .findFirst()
                .orElseThrow(() -> PlatformException.notFound(words.say("error.nothing")));
    String root = "/rooms?room=" + Brief.encoded(open.name());
    Set<Kind> wanted =
        switch (show) {
          case "failures" -> FAILURES;
          case "approvals" -> APPROVALS;
          default -> Set.of(Kind.values());
        };
    int searched = wanted.size() == Kind.values().length ? MESSAGES : SEARCHED;
    List<Message> read = rooms.rooms().read(open.name(), language, before, searched, visible);
    List<Message> messages = read.stream().filter(m -> wanted.contains(m.kind())).toList();
    RoomChannels channels = new RoomChannels(words);
    return new RoomsPage(
        open.name(),
        all.stream().map(r -> link(r, r.equals(open))).toList(),
        List.of(
            Filter.of(words.say("filter.all"), root, searched == MESSAGES),
            Filter.of(
                words.say("rooms.failures"), root + "&show=failures", wanted.equals(FAILURES)),
            Filter.of(
                words.say("rooms.approvals"), root + "&show=approvals", wanted.equals(APPROVALS))),
        lines(messages, open.readUpTo()),
        before == 0 && searched == MESSAGES ? live(asked, open) : List.of(),
        before > 0 || messages.isEmpty() ? 0 : messages.getLast().id(),
        read.size() < searched || read.isEmpty()
            ? null
            : root
                + (searched == MESSAGES ? "" : "&show=" + show)
                + "&before="
                + read.getFirst().id(),
        open.webhooks().stream().map(channels::of).toList(),
        open.speaksFor().stream()
            .filter(s -> access.may(Right.READ, s.application()))
            .map(s -> speaks(asked, s))
            .toList());
  }

  private RoomsPage.RoomLink link(Room room, boolean current) {
    Message newest = room.newest();
    return new RoomsPage.RoomLink(
        room.name(),
        "/rooms?room=" + Brief.encoded(room.name()),
        room.unread(),
        current,
        newest == null ? "" : newest.sentence());
  }

  private static RoomsPage.Speaks speaks(Asked asked, Room.SpeaksFor s) {
    Optional<ApplicationLife.EnvironmentLife> life =
        asked.around().lives().stream()
            .filter(l -> l.name().equals(s.application()))
            .flatMap(l -> l.environments().stream())
            .filter(e -> e.environment().name().equals(s.environment()))
            .findFirst();
    return new RoomsPage.Speaks(
        s.application(),
        s.environment(),
        life.map(ApplicationLife.EnvironmentLife::mark).orElse(null),
        life.map(ApplicationLife.EnvironmentLife::label).orElse(""));
  }

  private List<RoomsPage.Line> lines(List<Message> messages, long readUpTo) {
    List<RoomsPage.Line> lines = new ArrayList<>();
    Set<UUID> acting = acting(rooms);
    Map<UUID, Message> answers =
        messages.stream()
            .filter(m -> m.executionId() != null && APPROVALS.contains(m.kind()))
            .filter(m -> m.kind() != Kind.APPROVAL_WANTED)
            .collect(
                Collectors.toMap(
                    Message::executionId, Function.identity(), (first, second) -> second));
    LocalDate day = LocalDate.MIN;
    boolean marked = readUpTo == 0;
    for (Message message : messages) {
      LocalDate own = message.at().atZone(ZoneId.systemDefault()).toLocalDate();
      boolean isNew = !marked && message.id() > readUpTo;
      marked |= isNew;
      RoomsPage.Line line = line(words, message, acting);
      boolean asks = message.kind() == Kind.APPROVAL_WANTED && message.executionId() != null;
      Message answer = asks ? answers.get(message.executionId()) : null;
      String detail =
          answer == null
              ? line.detail()
              : line.detail() + " " + words.say("rooms.answered", words.clock(answer.at()));
      lines.add(
          new RoomsPage.Line(
              line.id(),
              words.clock(message.at()),
              line.exact(),
              line.tone(),
              line.icon(),
              line.lead(),
              line.rest(),
              detail,
              line.href(),
              isNew,
              own.equals(day) ? "" : words.day(own),
              asks && acting.contains(message.executionId())
                  ? words.say("approval.review")
                  : null));
      day = own;
    }
    return lines;
  }

  /** The traffic that shifts now where this room speaks. */
  private List<RoomsPage.Line> live(Asked asked, Room room) {
    List<RoomsPage.Line> lines = new ArrayList<>();
    Versions versions = new Versions(rooms);
    for (Room.SpeaksFor s : room.speaksFor()) {
      if (!asked.reader().access().may(Right.READ, s.application())) {
        continue;
      }
      for (Deployment d :
          rooms.deployments().live(s.application(), s.environment()).activeDeployments()) {
        if (!d.status().isFinal() && d.greenWeight() > 0 && d.greenWeight() < 100) {
          lines.add(live(d, versions.of(d), -lines.size() - 1L));
        }
      }
    }
    return lines;
  }

  private RoomsPage.Line live(Deployment d, String version, long id) {
    return new RoomsPage.Line(
        id,
        words.clock(Instant.now()),
        Instant.now().toString(),
        "run",
        "run",
        d.application(),
        " " + words.say("overview.shifting", d.environment(), version, d.greenWeight()),
        rooms
            .deployments()
            .shift(d)
            .map(next -> words.say("overview.next", next.next()))
            .orElse(""),
        "/deployments/" + d.id(),
        false,
        "",
        null);
  }

  /** Executions that still move or wait. */
  static Set<UUID> acting(ConsoleRooms rooms) {
    return rooms
        .pipelines()
        .executions(
            new ExecutionFilter(null, null, null, ExecutionStatus.InProgress, null, null),
            null,
            MESSAGES)
        .executions()
        .stream()
        .map(ExecutionView::id)
        .collect(Collectors.toSet());
  }

  /** A message; what moved or waited and is over is quiet. */
  static RoomsPage.Line line(Words words, Message m, Set<UUID> acting) {
    String sentence = m.sentence();
    String lead = Shells.or(m.pipeline(), "");
    boolean over =
        PASSING.contains(m.kind()) && m.executionId() != null && !acting.contains(m.executionId());
    boolean first = !lead.isEmpty() && sentence.startsWith(lead);
    return new RoomsPage.Line(
        m.id(),
        words.at(m.at()),
        m.at().toString(),
        over ? "none" : tone(m.kind()),
        over && m.kind() != Kind.APPROVAL_WANTED ? "play" : icon(m.kind()),
        first ? lead : "",
        first ? sentence.substring(lead.length()) : sentence,
        FAILURES.contains(m.kind()) ? m.detail() : oneLine(m.detail()),
        m.executionId() == null ? null : "/executions/" + m.executionId(),
        false,
        "",
        null);
  }

  private static String oneLine(String detail) {
    return detail
        .lines()
        .map(String::strip)
        .filter(l -> !l.isEmpty())
        .collect(Collectors.joining(" · "));
  }

  private static String tone(Kind kind) {
    return switch (kind) {
      case STARTED, RETRIED -> "run";
      case APPROVAL_WANTED, HOTFIX_CONFLICTS -> "wait";
      case FAILED, INVALID_DECLARATION, HOTFIX_NOT_DELIVERED -> "fail";
      case APPROVED,
          REJECTED,
          EXPIRED,
          SUCCEEDED,
          STOPPED,
          SUPERSEDED,
          PULL_REQUEST_OPENED,
          PULL_REQUEST_REVIEWED,
          PULL_REQUEST_MERGED,
          PULL_REQUEST_CLOSED,
          HOTFIX_TAGGED,
          HOTFIX_RETURNED,
          NOTE ->
          "";
    };
  }

  private static String icon(Kind kind) {
    return switch (kind) {
      case STARTED, RETRIED -> "run";
      case APPROVAL_WANTED, HOTFIX_CONFLICTS -> "wait";
      case FAILED, INVALID_DECLARATION, HOTFIX_NOT_DELIVERED -> "fail";
      case APPROVED, SUCCEEDED, PULL_REQUEST_MERGED, HOTFIX_TAGGED, HOTFIX_RETURNED -> "done";
      case REJECTED, EXPIRED, STOPPED, PULL_REQUEST_CLOSED -> "stop";
      case SUPERSEDED -> "superseded";
      case PULL_REQUEST_OPENED, PULL_REQUEST_REVIEWED, NOTE -> "room";
    };
  }
}
