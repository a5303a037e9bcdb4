package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was decided: who, what, when, from where.
 *
 * @param application the one that is looked at; empty for all
 * @param everywhere whether the reader may look at all
 * @param from a day as ISO 8601 writes it; empty for none
 * @param people names to choose from
 * @param actions what was done lately, to choose from
 * @param exports what is looked at, as files
 * @param older the next page, null at the end
 */
public record AuditPage(
    String headline,
    String rest,
    String application,
    boolean everywhere,
    List<String> applications,
    String who,
    String action,
    String from,
    String until,
    List<String> people,
    List<String> actions,
    List<Filter> outcomes,
    List<Line> lines,
    List<Filter> exports,
    String kept,
    String command,
    @Nullable String newest,
    @Nullable String older) {
  /**
   * One decision.
   *
   * @param day the heading above it where a day begins; empty otherwise
   * @param user the name that stands in the log; {@code who} is the one to show
   * @param door how they came in, from {@code address}
   */
  public record Line(
      long id,
      String day,
      State state,
      String action,
      String application,
      String subject,
      String detail,
      String user,
      String who,
      String door,
      String address,
      String clock,
      String exact) {}

  /** Whether something else than all is looked at. */
  public boolean filtered() {
    return !(who + action + from + until).isEmpty();
  }
}
