package dev.samdan.console;

import dev.samdan.audit.Audit;
import dev.samdan.audit.AuditEntry;
import dev.samdan.audit.AuditExport;
import dev.samdan.audit.AuditFilter;
import dev.samdan.audit.Deed;
import dev.samdan.identity.Access;
import dev.samdan.identity.Identity;
import dev.samdan.identity.Right;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Makes the page of the audit log, and what is exported of it. */
final class AuditPages {
  private static final int SIZE = 50;
  private static final List<String> OUTCOMES = List.of("done", "refused", "failed");

  private final ConsoleRooms rooms;
  private final Words words;

  AuditPages(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  /** Whether someone may read the log of any of these applications, or of all. */
  static boolean mayRead(Access access, List<ApplicationLife> lives) {
    return access.may(Right.MAINTAIN, null)
        || lives.stream().anyMatch(life -> access.may(Right.MAINTAIN, life.name()));
  }

  /** What is looked at, as the address says it; an empty text means any. */
  private record Wanted(
      String application, String who, String action, String outcome, String from, String until) {
    static Wanted of(Context context, Access access, List<String> applications) {
      String application = text(context, "application");
      if (application.isEmpty() && !access.may(Right.MAINTAIN, null)) {
        application = applications.stream().findFirst().orElse("");
      }
      access.require(Right.MAINTAIN, application.isEmpty() ? null : application);
      String outcome = text(context, "outcome");
      return new Wanted(
          application,
          text(context, "who"),
          text(context, "action"),
          OUTCOMES.contains(outcome) ? outcome : "",
          day(context, "from"),
          day(context, "until"));
    }

    private static String text(Context context, String name) {
      return Acting.text(context.queryParam(name));
    }

    private static String day(Context context, String name) {
      try {
        return LocalDate.parse(text(context, name)).toString();
      } catch (DateTimeParseException e) {
        // What a browser's field does not give means any.
        return "";
      }
    }

    AuditFilter filter() {
      return new AuditFilter(
          any(application),
          any(who),
          any(action),
          any(outcome),
          from.isEmpty() ? null : begin(LocalDate.parse(from)),
          until.isEmpty() ? null : begin(LocalDate.parse(until).plusDays(1)));
    }

    private static @Nullable String any(String text) {
      return text.isEmpty() ? null : text;
    }

    Wanted withOutcome(String other) {
      return new Wanted(application, who, action, other, from, until);
    }

    String address(String path, String... more) {
      Map<String, String> query = new LinkedHashMap<>();
      query.put("application", application);
      query.put("who", who);
      query.put("action", action);
      query.put("outcome", outcome);
      query.put("from", from);
      query.put("until", until);
      for (int i = 0; i < more.length; i += 2) {
        query.put(more[i], more[i + 1]);
      }
      StringJoiner pairs = new StringJoiner("&", "?", "").setEmptyValue("");
      query.forEach((name, value) -> {
        if (!value.isEmpty()) {
          pairs.add(name + "=" + Brief.encoded(value));
        }
      });
      return path + pairs;
    }
  }

  private static Instant begin(LocalDate day) {
    return day.atStartOfDay(ZoneId.systemDefault()).toInstant();
  }

  Asked.Shown shown(Asked asked) {
    Access access = asked.reader().access();
    List<String> applications =
        asked.around().lives().stream()
            .map(ApplicationLife::name)
            .filter(name -> access.may(Right.MAINTAIN, name))
            .toList();
    Wanted wanted = Wanted.of(asked.context(), access, applications);
    AuditPage page =
        page(wanted, applications, access.may(Right.MAINTAIN, null), asked.query("cursor"));
    String title = page.rest().isEmpty() ? page.headline() : page.headline() + " " + page.rest();
    return new Asked.Shown("audit", asked.around().page("audit", title, "audit"), page);
  }

  private AuditPage page(
      Wanted wanted, List<String> applications, boolean everywhere, @Nullable String cursor) {
    AuditFilter today =
        new AuditFilter(
            Wanted.any(wanted.application()), null, begin(LocalDate.now(ZoneId.systemDefault())));
    Map<String, Long> outcomes = rooms.audit().outcomes(today);
    long all = outcomes.values().stream().mapToLong(n -> n).sum();
    Audit.Page found = rooms.audit().list(wanted.filter(), cursor, SIZE);
    List<Filter> filters = new ArrayList<>();
    filters.add(
        Filter.of(
            words.say("filter.all"),
            wanted.withOutcome("").address("/audit"),
            wanted.outcome().isEmpty()));
    for (String outcome : OUTCOMES) {
      filters.add(
          Filter.of(
              words.say("audit." + outcome),
              wanted.withOutcome(outcome).address("/audit"),
              outcome.equals(wanted.outcome())));
    }
    List<Filter> exports =
        List.of(
            Filter.of("CSV", wanted.address("/audit/export", "format", "csv"), false),
            Filter.of("JSON", wanted.address("/audit/export", "format", "jsonl"), false));
    Audit.Retention kept = rooms.audit().retention();
    String next = found.nextCursor();
    return new AuditPage(
        all == 0 ? words.say("audit.quiet") : words.count("audit.today", all),
        rest(outcomes),
        wanted.application(),
        everywhere,
        applications,
        wanted.who(),
        wanted.action(),
        wanted.from(),
        wanted.until(),
        rooms.identity().users().stream().map(Identity.User::name).toList(),
        rooms.audit().actions(Wanted.any(wanted.application())),
        filters,
        lines(found.entries()),
        exports,
        words.say("audit.kept", kept.days(), String.format(Locale.ROOT, "%,d", kept.entries())),
        "samdan audit"
            + (wanted.application().isEmpty() ? "" : " --app " + wanted.application())
            + " --since 7d",
        cursor == null ? null : wanted.address("/audit"),
        next == null ? null : wanted.address("/audit", "cursor", next));
  }

  private String rest(Map<String, Long> outcomes) {
    List<String> parts = new ArrayList<>();
    for (String outcome : List.of("refused", "failed")) {
      Long count = outcomes.get(outcome);
      if (count != null) {
        parts.add(words.count("audit." + outcome, count));
      }
    }
    return String.join(" ", parts);
  }

  private List<AuditPage.Line> lines(List<AuditEntry> entries) {
    Map<String, String> names =
        rooms.identity().users().stream()
            .collect(Collectors.toMap(Identity.User::name, Identity.User::displayName));
    List<AuditPage.Line> lines = new ArrayList<>();
    LocalDate before = null;
    for (AuditEntry e : entries) {
      LocalDate day = e.at().atZone(ZoneId.systemDefault()).toLocalDate();
      lines.add(
          new AuditPage.Line(
              e.id(),
              day.equals(before) ? "" : words.day(day),
              state(e.outcome()),
              e.action(),
              Shells.or(e.application(), ""),
              e.subject(),
              e.detail(),
              e.who(),
              names.getOrDefault(e.who(), e.who()),
              words.say("audit.door." + e.door()),
              e.address(),
              words.exactClock(e.at()),
              e.at().toString()));
      before = day;
    }
    return lines;
  }

  private State state(String outcome) {
    String word = words.say("audit." + outcome);
    return switch (outcome) {
      case "refused" -> new State("", "stop", word, outcome);
      case "failed" -> new State("fail", "fail", word, outcome);
      default -> new State("", "done", word, outcome);
    };
  }

  /** Answers what is looked at as a file; that somebody took it is itself recorded. */
  void export(Context context, Door.Reader reader) {
    String named = Shells.or(context.queryParam("format"), "csv");
    String application = Wanted.any(Acting.text(context.queryParam("application")));
    Deed deed =
        new Deed(
            reader.principal().user(),
            Deed.Door.CONSOLE,
            context.ip(),
            "Export the audit log",
            application,
            context.path(),
            "format=" + named);
    rooms
        .audit()
        .<@Nullable Void>accompany(
            deed,
            () -> {
              write(context, reader.access(), AuditExport.parse(named));
              return null;
            });
  }

  private void write(Context context, Access access, AuditExport format) {
    Wanted wanted = Wanted.of(context, access, List.of());
    String name = wanted.application().isEmpty() ? "audit" : "audit-" + wanted.application();
    context
        .contentType(format.contentType())
        .header("Cache-Control", "no-store")
        .header(
            "Content-Disposition",
            "attachment; filename=\""
                + name.replaceAll("[^A-Za-z0-9._-]", "_")
                + (format == AuditExport.CSV ? ".csv" : ".jsonl")
                + "\"");
    try {
      rooms.audit().export(wanted.filter(), format, context.outputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
