package dev.samdan.api;

import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.put;
import static dev.samdan.identity.Right.ADMIN;
import static dev.samdan.identity.Right.MAINTAIN;

import dev.samdan.audit.Audit;
import dev.samdan.audit.AuditExport;
import dev.samdan.audit.AuditFilter;
import dev.samdan.base.PlatformException;
import dev.samdan.operations.Subject;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The audit log, for those who maintain an application, or all of them. */
final class AuditRoutes {
  private static final Pattern AGE = Pattern.compile("([0-9]{1,6})([dhm])");

  private final ApiRooms rooms;

  AuditRoutes(ApiRooms rooms) {
    this.rooms = rooms;
  }

  List<Route> routes() {
    return List.of(
        get(
                "/audit",
                MAINTAIN,
                "Read the audit log, newest first",
                r -> rooms.audit().list(filter(r), r.query("cursor"), r.limit(50, 500)),
                "application",
                "user",
                "action",
                "outcome",
                "since",
                "until",
                "cursor",
                "limit")
            .about(this::whose),
        get(
                "/audit/export",
                MAINTAIN,
                "Export the audit log: format jsonl or csv",
                this::export,
                "application",
                "user",
                "action",
                "outcome",
                "since",
                "until",
                "format")
            .about(this::whose),
        get(
            "/audit/retention",
            ADMIN,
            "How long the audit log is kept",
            r -> rooms.audit().retention()),
        put(
            "/audit/retention",
            ADMIN,
            "Set how long the audit log is kept, in days and in entries",
            this::setRetention,
            "days",
            "entries"));
  }

  private Subject whose(Route.Request request) {
    String application = request.query("application");
    return application == null ? Subject.HOUSE : rooms.subjects().application(application);
  }

  private Object export(Route.Request request) {
    String format = request.query("format");
    AuditExport export = AuditExport.parse(format == null ? "jsonl" : format);
    AuditFilter filter = filter(request);
    return new Route.Streamed(
        export.contentType(), out -> rooms.audit().export(filter, export, out));
  }

  private static AuditFilter filter(Route.Request request) {
    return new AuditFilter(
        request.query("application"),
        request.query("user"),
        request.query("action"),
        request.query("outcome"),
        time("since", request.query("since")),
        time("until", request.query("until")));
  }

  /** An instant (ISO 8601), or an age such as {@code 7d}, {@code 12h} or {@code 30m}. */
  private static @Nullable Instant time(String name, @Nullable String text) {
    if (text == null || text.isBlank()) {
      return null;
    }
    Matcher age = AGE.matcher(text);
    if (age.matches()) {
      long count = Long.parseLong(age.group(1));
      Duration back =
          switch (age.group(2)) {
            case "d" -> Duration.ofDays(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofMinutes(count);
          };
      return Instant.now().minus(back);
    }
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new PlatformException(
          PlatformException.Code.INVALID,
          name
              + ": '"
              + text
              + "' is neither an age such as 7d or 12h nor a time such as"
              + " 2026-11-24T10:00:00Z",
          e);
    }
  }

  private Object setRetention(Route.Request request) {
    Audit.Retention now = rooms.audit().retention();
    JsonNode body = request.body();
    return rooms
        .audit()
        .setRetention(
            new Audit.Retention(
                (int) number(body.path("days"), now.days()),
                number(body.path("entries"), now.entries())));
  }

  private static long number(JsonNode value, long otherwise) {
    if (value.isMissingNode() || value.isNull()) {
      return otherwise;
    }
    if (!value.canConvertToInt()) {
      throw PlatformException.invalid("'days' and 'entries' must be whole numbers");
    }
    return value.intValue();
  }
}
