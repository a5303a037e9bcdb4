package dev.samdan.console;

import dev.samdan.application.DerivedPipelines;
import dev.samdan.build.Build;
import dev.samdan.deploy.Deployment;
import dev.samdan.pipeline.ActionStatus;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is said of an execution. */
final class ExecutionSentences {
  private static final Pattern NUMBER = Pattern.compile("#\\d+");
  private static final Pattern STOPPED = Pattern.compile("^[Ss]topped by ([^:.]+)");

  private final ConsoleRooms rooms;
  private final Words words;

  ExecutionSentences(ConsoleRooms rooms, Words words) {
    this.rooms = rooms;
    this.words = words;
  }

  /** One action with its stage's name. */
  private record Placed(String stage, ExecutionView.Action action) {}

  /** What happened or happens, and what serves where that is in question. */
  String headline(ExecutionView e) {
    String where = Shells.or(e.environment(), e.application());
    List<Placed> actions =
        e.stages().stream()
            .flatMap(s -> s.actions().stream().map(a -> new Placed(s.name(), a)))
            .toList();
    Optional<Placed> failed =
        actions.stream().filter(a -> a.action().status() == ActionStatus.Failed).findFirst();
    Optional<Placed> moving =
        actions.stream().filter(a -> a.action().status() == ActionStatus.InProgress).findFirst();
    return switch (e.status()) {
      case Succeeded -> succeeded(e, where);
      case Failed ->
          failed
              .map(a -> failedHeadline(e, a, where))
              .orElse(words.say("execution.failed", e.pipeline()));
      case Superseded -> superseded(e);
      case Stopped, Cancelled -> stopped(e);
      case Stopping -> words.say("execution.stopping", e.pipeline());
      case InProgress ->
          moving
              .map(a -> movingHeadline(a, where))
              .orElse(words.say("execution.queued", e.pipeline()));
    };
  }

  /** Whether it checks a pull request and delivers nothing. */
  private static boolean checks(ExecutionView e) {
    return DerivedPipelines.PULL_REQUEST.equals(e.environment());
  }

  private String succeeded(ExecutionView e, String where) {
    String commit = new Versions(rooms).of(e.application(), e.commit());
    if (checks(e)) {
      return words.say("execution.checked", commit);
    }
    return e.environment() == null
        ? words.say("execution.built", e.pipeline(), commit)
        : words.say("deployment.live", where, commit) + " " + words.say("deployment.nothing.lost");
  }

  private String movingHeadline(Placed moving, String where) {
    String sentence = words.say("execution.moving." + moving.action().category(), where);
    if (!moving.action().category().equals("Test") || moving.action().id() == null) {
      return sentence;
    }
    List<Build> builds = rooms.builds().ofAction(moving.action().id());
    Counts counts =
        builds.isEmpty()
            ? Counts.of(List.of())
            : Counts.of(rooms.builds().reports(builds.getLast().id()));
    return counts.bad() == 0
        ? sentence
        : sentence + " " + words.say("report.of.sentence", counts.bad(), counts.total());
  }

  private String superseded(ExecutionView e) {
    String reason = Shells.or(e.reason(), "");
    Matcher newer = NUMBER.matcher(reason);
    return newer.find()
        ? words.say("execution.superseded.by", newer.group())
        : words.say("execution.superseded");
  }

  private String stopped(ExecutionView e) {
    String reason = Shells.or(e.reason(), "");
    Matcher by = STOPPED.matcher(reason);
    return by.find()
        ? words.say("execution.stopped.by", by.group(1).strip())
        : words.say("execution.stopped", e.pipeline());
  }

  private String failedHeadline(ExecutionView e, Placed failed, String where) {
    ExecutionView.Action action = failed.action();
    if (action.provider().equals("Manual")) {
      String by = Shells.or(action.decidedBy(), "");
      if (by.isEmpty()) {
        return words.say("approval.expired");
      }
      String comment = Shells.or(action.comment(), "");
      return comment.isEmpty()
          ? words.say("approval.rejected.plain", by)
          : words.say("approval.rejected", by, comment);
    }
    if (action.id() != null) {
      Optional<Deployment> deployment = rooms.deployments().ofAction(action.id());
      if (deployment.isPresent()) {
        Deployment d = deployment.get();
        return DeploymentPages.failed(
            words, d, DeploymentPages.serves(rooms, d.application(), d.environment(), d.tier()));
      }
      List<Build> builds = rooms.builds().ofAction(action.id());
      Counts counts =
          builds.isEmpty()
              ? Counts.of(List.of())
              : Counts.of(rooms.builds().reports(builds.getLast().id()));
      if (counts.bad() > 0) {
        return words.say("report.of.sentence", counts.bad(), counts.total())
            + (action.category().equals("Test") ? " " + serves(e) : "");
      }
    }
    return words.say("execution.failed.at", where, failed.stage(), action.name());
  }

  /** On which branch, pushed when, and what serves meanwhile. */
  String by(ExecutionView e) {
    String serves = serves(e);
    String text = words.say("execution.by", e.branch(), When.ago(words, e.startedAt()).text());
    return e.status() == ExecutionStatus.Succeeded || serves.isEmpty() ? text : text + " " + serves;
  }

  /** What serves meanwhile: the new version already, or the old one on. */
  private String serves(ExecutionView e) {
    if (e.environment() == null || checks(e)) {
      return "";
    }
    boolean web = e.pipeline().endsWith("-web");
    Optional<String> serving =
        DeploymentPages.serves(rooms, e.application(), e.environment(), web ? "web" : "api");
    if (serving.isEmpty()) {
      return words.say("execution.serves.nothing");
    }
    return serving.get().equals(new Versions(rooms).of(e.application(), e.commit()))
        ? words.say("execution.serves.already", e.environment())
        : words.say("execution.serves.on", serving.get());
  }
}
