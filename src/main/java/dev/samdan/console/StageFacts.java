package dev.samdan.console;

import dev.samdan.build.Build;
import dev.samdan.deploy.Deployment;
import dev.samdan.pipeline.ActionStatus;
import dev.samdan.pipeline.ExecutionView;
import java.util.List;

/** The one fact of a stage or an action that matters most: tests, digest, share, attempt, time. */
final class StageFacts {
  private final ConsoleRooms rooms;
  private final Words words;

  StageFacts(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  /** Of a stage: what its last action that ran says, in few letters. */
  String of(ExecutionView.Stage stage) {
    for (ExecutionView.Action action : stage.actions().reversed()) {
      String fact = action.status() == null ? "" : brief(action);
      if (!fact.isEmpty()) {
        return fact;
      }
    }
    return "";
  }

  private String brief(ExecutionView.Action action) {
    if (action.attempts() > 1 && action.status() == ActionStatus.InProgress) {
      return words.say("execution.attempt", action.attempts());
    }
    return switch (action.provider()) {
      case "Manual" -> Shells.or(action.decidedBy(), "");
      case "CodeDeployToECS" -> share(action);
      case "S3" -> Shells.or(action.outputVariables().get("release"), "");
      case "ECRBuildAndPublish" ->
          action.name().equals("Base") ? digest(action).replace("sha256:", "") : "";
      case "CodeBuild" -> tests(action);
      default -> "";
    };
  }

  /** Of an action, with room for more words. */
  String of(ExecutionView.Action action) {
    if (action.attempts() > 1) {
      return words.say("execution.attempt", action.attempts());
    }
    String time = PipelinePages.time(words, action.startedAt(), action.endedAt());
    String fact =
        switch (action.provider()) {
          case "ECRBuildAndPublish" -> digest(action);
          case "CodeBuild" -> tests(action);
          case "CodeDeployToECS", "Manual", "S3" -> brief(action);
          default -> "";
        };
    boolean moves = action.status() == ActionStatus.InProgress;
    if (fact.isEmpty() && moves && action.summary() != null) {
      return Brief.firstLine(action.summary());
    }
    return fact.isEmpty() ? time : fact;
  }

  private static String digest(ExecutionView.Action action) {
    String digest = action.outputVariables().get("ECRImageDigestId");
    return digest == null ? "" : Brief.digest(digest);
  }

  private String share(ExecutionView.Action action) {
    if (action.status() != ActionStatus.InProgress || action.id() == null) {
      return "";
    }
    return rooms
        .deployments()
        .ofAction(action.id())
        .filter((Deployment d) -> d.greenWeight() > 0)
        .map(d -> d.greenWeight() + "%")
        .orElse("");
  }

  private String tests(ExecutionView.Action action) {
    boolean ended =
        action.status() == ActionStatus.Succeeded || action.status() == ActionStatus.Failed;
    if (action.id() == null || !ended) {
      return "";
    }
    List<Build> builds = rooms.builds().ofAction(action.id());
    if (builds.isEmpty()) {
      return "";
    }
    Counts counts = Counts.of(rooms.builds().reports(builds.getLast().id()));
    if (counts.total() == 0) {
      return "";
    }
    return counts.bad() > 0
        ? words.say("report.of.failed", counts.bad(), counts.total())
        : words.count("report.of.passed", counts.total());
  }
}
