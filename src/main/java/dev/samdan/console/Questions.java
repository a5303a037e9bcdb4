package dev.samdan.console;

import dev.samdan.application.Project;
import dev.samdan.base.PlatformException;
import dev.samdan.deploy.Deployment;
import dev.samdan.deploy.DeploymentStatus;
import dev.samdan.deploy.Live;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.WaitingApproval;
import java.util.Map;

/** What is asked once more: what will happen, what serves then, and the way not to. */
final class Questions {
  private final ConsoleRooms rooms;

  Questions(ConsoleRooms rooms) {
    this.rooms = rooms;
  }

  static Question danger(Asked asked, String key, Object... values) {
    return question(asked, "danger", key, values);
  }

  static Question question(Asked asked, String tone, String key, Object... values) {
    Words w = asked.words();
    return new Question(
        w.say("ask." + key, values),
        w.say("ask." + key + ".detail", values),
        w.say("ask." + key + ".yes", values),
        w.say("ask.no"),
        asked.context().path(),
        Map.of(),
        tone,
        Acting.back(asked.context()));
  }

  /** The same, with what the form carries beside its yes. */
  static Question with(Question question, Map<String, String> fields) {
    return new Question(
        question.title(),
        question.detail(),
        question.yes(),
        question.no(),
        question.action(),
        fields,
        question.tone(),
        question.back());
  }

  Question stop(Asked asked) {
    ExecutionView e = rooms.pipelines().execution(asked.path("execution"));
    return danger(asked, "stop", e.pipeline() + " #" + e.number());
  }

  Question retry(Asked asked) {
    ExecutionView e = rooms.pipelines().execution(asked.path("execution"));
    return question(asked, "primary", "retry", e.pipeline() + " #" + e.number());
  }

  Question start(Asked asked) {
    return question(asked, "primary", "start", asked.path("pipeline"));
  }

  Question transition(Asked asked) {
    return danger(asked, "transition", asked.path("stage"), asked.path("pipeline"));
  }

  Question approve(Asked asked) {
    WaitingApproval waiting =
        rooms.pipelines().waitingApprovals(null).stream()
            .filter(w -> w.token().toString().equals(asked.path("token")))
            .findFirst()
            .orElseThrow(() -> PlatformException.notFound(asked.words().say("error.nothing")));
    Question question =
        question(
            asked,
            "primary",
            "approve",
            waiting.application(),
            Brief.commit(waiting.commit()),
            Shells.or(waiting.environment(), ""));
    return new Question(
        question.title(),
        question.detail(),
        question.yes(),
        question.no(),
        "/approvals/" + waiting.token(),
        Map.of("decision", "approve"),
        question.tone(),
        question.back());
  }

  /** Of a shift on its way, or of what serves. */
  Question rollback(Asked asked) {
    String group = asked.path("group");
    Project project = rooms.applications().project(group);
    String environment = Shells.or(project.environment(), "");
    Live live = rooms.deployments().live(project.application(), environment);
    boolean moving =
        live.activeDeployments().stream()
            .anyMatch(d -> !d.status().isFinal() && d.group().equals(group));
    String serves =
        live.api() == null
            ? ""
            : live.api()
                .primary()
                .map(set -> new Versions(rooms).of(project.application(), set))
                .orElse("");
    return moving && !serves.isEmpty()
        ? danger(asked, "rollback.blue", environment, serves)
        : danger(asked, "rollback", environment, group);
  }

  Question shift(Asked asked) {
    Deployment d = deployment(asked);
    return question(asked, "primary", "shift", d.environment(), new Versions(rooms).of(d));
  }

  Question goOn(Asked asked) {
    Deployment d = deployment(asked);
    if (d.status() != DeploymentStatus.Ready && d.status() != DeploymentStatus.Baking) {
      throw PlatformException.conflict(
          asked
              .words()
              .say(
                  "deployment.goon.over", DeploymentPages.state(asked.words(), d.status()).word()));
    }
    return question(
        asked, "primary", "goon." + d.status(), d.environment(), new Versions(rooms).of(d));
  }

  private Deployment deployment(Asked asked) {
    return rooms
        .deployments()
        .show(asked.path("deployment"))
        .orElseThrow(() -> PlatformException.notFound(asked.words().say("error.nothing")));
  }
}
