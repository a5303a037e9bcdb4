package dev.samdan.application;

import com.cronutils.model.Cron;
import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.Optional;

/**
 * When a job runs: a cron expression of five fields, as crontab(5) has it, in a time zone.
 *
 * @param expression such as {@code 0 3 * * *}
 * @param zone such as {@code Asia/Seoul}
 */
public record Schedule(String expression, String zone) {
  public Schedule {
    Cron _ = cron(expression);
    ZoneId _ = ZoneId.of(zone);
  }

  /** Throws IllegalArgumentException, which says why, where it is no cron expression. */
  static Cron cron(String expression) {
    try {
      return new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX))
          .parse(expression)
          .validate();
    } catch (IndexOutOfBoundsException e) {
      // What the parser makes of some expressions, such as one of "/" alone.
      throw new IllegalArgumentException("'" + expression + "' is not a cron expression", e);
    }
  }

  /** The first time after this instant; empty where there is none. */
  public Optional<Instant> next(Instant after) {
    return ExecutionTime.forCron(cron(expression))
        .nextExecution(ZonedDateTime.ofInstant(after, ZoneId.of(zone)))
        .map(ZonedDateTime::toInstant);
  }

  /** The last time before this instant; empty where there was none. */
  public Optional<Instant> last(Instant before) {
    return ExecutionTime.forCron(cron(expression))
        .lastExecution(ZonedDateTime.ofInstant(before, ZoneId.of(zone)))
        .map(ZonedDateTime::toInstant);
  }
}
