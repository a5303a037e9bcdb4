package dev.samdan.pullrequest;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that must hold before a pull request is merged.
 *
 * @param name stable: branch, unit-tests-api, unit-tests-web, trial, files, base-tests, conflicts,
 *     review, delivered
 * @param title what it asks, in the reader's language
 * @param summary what was found, a few words
 * @param details a line each, such as the files that conflict
 * @param remedies what mends it: sentences and commands, in the order in which they are done
 * @param execution of the pipeline that carries it out
 */
public record Check(
    String name,
    String title,
    State state,
    String summary,
    List<String> details,
    List<String> remedies,
    @Nullable UUID execution) {
  public Check {
    details = List.copyOf(details);
    remedies = List.copyOf(remedies);
  }

  /** How it stands. */
  public enum State {
    PASSED,
    /** Nobody asks for it. */
    NEUTRAL,
    RUNNING,
    /** A person is needed. */
    WAITING,
    FAILED;

    /** As in JSON. */
    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Whether the pull request cannot be merged because of it. */
  public boolean blocks() {
    return state == State.RUNNING || state == State.WAITING || state == State.FAILED;
  }

  Check in(UUID where) {
    return new Check(name, title, state, summary, details, remedies, where);
  }
}
