package dev.samdan.console;

import dev.samdan.deploy.Deployment;
import dev.samdan.deploy.Explanation;
import dev.samdan.pipeline.ActionStatus;
import dev.samdan.pipeline.ExecutionView;
import java.util.Optional;

/** Why an execution failed, in a few words: what failed, and the sentence that says how. */
record Failure(String title, String detail) {
  static Failure of(ConsoleRooms rooms, Words words, ExecutionView execution) {
    for (ExecutionView.Stage stage : execution.stages()) {
      for (ExecutionView.Action action : stage.actions()) {
        if (action.status() == ActionStatus.Failed) {
          return of(rooms, words, stage, action);
        }
      }
    }
    return new Failure(
        words.say("state.Failed"), Brief.firstLine(Shells.or(execution.reason(), "")));
  }

  private static Failure of(
      ConsoleRooms rooms, Words words, ExecutionView.Stage stage, ExecutionView.Action action) {
    String title = words.say("home.failed", stage.name());
    Optional<Explanation> explanation =
        action.id() == null
            ? Optional.empty()
            : rooms.deployments().ofAction(action.id()).map(Deployment::explanation);
    String error = Brief.firstLine(Shells.or(action.error(), ""));
    return explanation
        .map(e ->
            new Failure(title, Explained.headline(words, e) + " " + words.say("home.serves.on")))
        .orElse(new Failure(title, error));
  }
}
