package dev.samdan.console;

import dev.samdan.pipeline.ActionStatus;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.StageStatus;
import org.jspecify.annotations.Nullable;

/**
 * A status as people see it: a shape, a word, and a tone only where something moves, waits or
 * failed.
 *
 * @param tone {@code run}, {@code wait}, {@code fail}, {@code none} or empty
 * @param icon the shape's name in the sprite
 * @param word in the reader's language
 * @param exact the enumeration's own word
 */
public record State(String tone, String icon, String word, String exact) {
  static State of(Words w, ExecutionStatus status) {
    return switch (status) {
      case InProgress, Stopping -> new State("run", "run", w.say("state." + status), status.name());
      case Succeeded -> new State("", "done", w.say("state.Succeeded"), status.name());
      case Failed -> new State("fail", "fail", w.say("state.Failed"), status.name());
      case Stopped, Cancelled -> new State("", "stop", w.say("state." + status), status.name());
      case Superseded -> new State("", "superseded", w.say("state.Superseded"), status.name());
    };
  }

  static State of(Words w, @Nullable StageStatus status) {
    if (status == null) {
      return todo(w);
    }
    return switch (status) {
      case InProgress, Stopping -> new State("run", "run", w.say("state." + status), status.name());
      case Succeeded -> new State("", "done", w.say("state.Succeeded"), status.name());
      case Failed -> new State("fail", "fail", w.say("state.Failed"), status.name());
      case Stopped, Cancelled -> new State("", "stop", w.say("state." + status), status.name());
      case Skipped -> new State("none", "todo", w.say("state.Skipped"), status.name());
    };
  }

  static State of(Words w, @Nullable ActionStatus status) {
    if (status == null) {
      return todo(w);
    }
    return switch (status) {
      case InProgress -> new State("run", "run", w.say("state.InProgress"), status.name());
      case Succeeded -> new State("", "done", w.say("state.Succeeded"), status.name());
      case Failed -> new State("fail", "fail", w.say("state.Failed"), status.name());
      case Abandoned -> new State("", "stop", w.say("state.Abandoned"), status.name());
    };
  }

  /** A person is needed. */
  static State waiting(Words w) {
    return new State("wait", "wait", w.say("state.waiting"), "InProgress");
  }

  /** A person said no. */
  static State rejected(Words w) {
    return new State("", "stop", w.say("state.rejected"), "Failed");
  }

  static State todo(Words w) {
    return new State("none", "todo", w.say("state.todo"), "NotStarted");
  }

  static State live(Words w) {
    return new State("", "done", w.say("state.live"), "Live");
  }

  static State healthy(Words w) {
    return new State("", "done", w.say("state.healthy"), "Healthy");
  }

  static State shifting(Words w) {
    return new State("run", "run", w.say("state.shifting"), "InProgress");
  }

  static State down(Words w) {
    return new State("fail", "fail", w.say("state.down"), "Down");
  }

  static State nothing(Words w) {
    return none(w);
  }

  /** Where nothing is yet. */
  public static State none(Words w) {
    return new State("none", "todo", w.say("state.nothing"), "NotLive");
  }

  static State fresh(Words w) {
    return new State("", "done", w.say("state.fresh"), "Fresh");
  }

  static State stale(Words w) {
    return new State("wait", "wait", w.say("state.stale"), "Stale");
  }
}
