package dev.samdan.console;

import dev.samdan.base.PlatformException;
import dev.samdan.build.Build;
import dev.samdan.build.LogLines;
import dev.samdan.identity.Right;
import dev.samdan.image.ImageLog;
import dev.samdan.operations.Subject;
import dev.samdan.pipeline.ActionStatus;
import dev.samdan.pipeline.ExecutionView;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Parts of an action's log: what was folded away, what comes next, and all of it as text. */
final class LogRoutes {
  private static final int MOST = 2_000;
  private static final Duration WAIT = Duration.ofSeconds(15);

  private final ConsoleRooms rooms;
  private final Door door;
  private final Pages pages;

  LogRoutes(ConsoleRooms rooms, Door door, Pages pages) {
    this.rooms = rooms;
    this.door = door;
    this.pages = pages;
  }

  void register(RoutesConfig routes) {
    routes.get("/executions/{execution}/log", context -> answer(context, this::stretch));
    routes.get("/executions/{execution}/tail", context -> answer(context, this::tail));
    routes.get("/executions/{execution}/log.txt", context -> answer(context, this::raw));
  }

  /** An answer to one who may read. */
  @FunctionalInterface
  private interface Part {
    void of(Context context, Source source) throws IOException, InterruptedException;
  }

  /** The log that an address names: of a build, or of an image's build. */
  private record Source(ConsoleRooms rooms, @Nullable Build build, UUID action, boolean failed) {
    List<String> lines(long from, int limit) {
      return build == null
          ? rooms.images().log(action, from, limit).lines()
          : rooms.builds().log(build.id(), from, limit).lines();
    }

    /** Waits for lines; an image's build is asked again by the page. */
    LogLines next(long from) throws InterruptedException {
      if (build != null) {
        return rooms.builds().awaitLog(build.id(), from, MOST, WAIT);
      }
      ImageLog log = rooms.images().log(action, from, MOST);
      return new LogLines(log.first(), log.lines(), log.next(), log.complete());
    }
  }

  private void answer(Context context, Part part) {
    Optional<Door.Reader> reader = door.reader(context);
    if (reader.isEmpty()) {
      return;
    }
    try {
      Subject subject = rooms.subjects().execution(context.pathParam("execution"));
      rooms.subjects().require(reader.get().access(), Right.READ, subject);
      part.of(context, source(context));
    } catch (PlatformException e) {
      context
          .status(e.code().httpStatus())
          .contentType("text/plain; charset=utf-8")
          .result(e.text());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Source source(Context context) {
    String asked = Shells.or(context.queryParam("action"), "");
    ExecutionView execution = rooms.pipelines().execution(context.pathParam("execution"));
    for (ExecutionView.Stage stage : execution.stages()) {
      for (ExecutionView.Action action : stage.actions()) {
        if (action.id() != null && asked.equals(stage.name() + "/" + action.name())) {
          List<Build> builds = rooms.builds().ofAction(action.id());
          return new Source(
              rooms,
              builds.isEmpty() ? null : builds.getLast(),
              action.id(),
              action.status() == ActionStatus.Failed);
        }
      }
    }
    throw PlatformException.notFound("there is no log of the action '" + asked + "'");
  }

  private void stretch(Context context, Source source) {
    long from = number(context, "from");
    long to = Math.max(from, number(context, "to"));
    int limit = (int) Math.min(MOST, to - from + 1);
    List<String> lines = source.lines(from, limit);
    long next = from + lines.size();
    boolean more = next <= to && lines.size() == limit;
    String query = context.queryString();
    String rest =
        more && query != null
            ? context.path() + "?" + query.replaceFirst("from=\\d+", "from=" + next)
            : "";
    show(context, source, from, lines, rest, to - next + 1);
  }

  private void tail(Context context, Source source) throws InterruptedException {
    LogLines lines = source.next(number(context, "from"));
    context.header("X-Samdan-Next", lines.complete() ? "" : String.valueOf(lines.next()));
    show(context, source, lines.first(), lines.lines(), "", 0);
  }

  private void show(
      Context context, Source source, long first, List<String> text, String more, long left) {
    List<LogPanel.Line> lines = new ArrayList<>();
    for (int i = 0; i < text.size(); i++) {
      lines.add(LogPanels.line(first + i, text.get(i), source.failed()));
    }
    Map<String, Object> parameters = new HashMap<>();
    parameters.put("lines", lines);
    parameters.put("more", more);
    parameters.put("left", left);
    pages.show(context, 200, "lines", parameters);
  }

  private void raw(Context context, Source source) throws IOException {
    context.contentType("text/plain; charset=utf-8").header("X-Content-Type-Options", "nosniff");
    OutputStream out = context.outputStream();
    for (long from = 1; ; ) {
      List<String> lines = source.lines(from, MOST);
      for (String line : lines) {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      }
      from += lines.size();
      if (lines.size() < MOST) {
        return;
      }
    }
  }

  private static long number(Context context, String name) {
    String text = Shells.or(context.queryParam(name), "");
    if (!text.matches("\\d{1,15}")) {
      throw PlatformException.invalid("'" + name + "' must be the number of a line");
    }
    return Long.parseLong(text);
  }
}
