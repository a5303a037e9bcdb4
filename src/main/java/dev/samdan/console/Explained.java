package dev.samdan.console;

import dev.samdan.deploy.Explanation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a deployment failed, in the reader's language. */
final class Explained {
  private static final String NOT_STARTED = "The task could not start: ";

  private Explained() {}

  /** What failed, as one sentence. */
  static String headline(Words words, Explanation e) {
    Explanation.Probe probe = e.probe();
    Explanation.Process process = e.process();
    if (e.check().equals("start") && e.headline().startsWith(NOT_STARTED)) {
      return words.say("why.start", e.headline().substring(NOT_STARTED.length()));
    }
    String rule = e.cause() == null ? "" : e.cause().rule();
    if (rule.equals("engine-away") && probe != null) {
      return words.say("why.engine", probe.seconds());
    }
    if (rule.equals("unhealthy")) {
      return words.say("why.unhealthy", e.headline());
    }
    if (!e.check().equals("health") || probe == null) {
      return e.headline();
    }
    Integer exit = process == null ? null : process.exitCode();
    if (exit != null && process != null) {
      boolean memory = rule.equals("out-of-memory");
      Long limit = process.memoryLimitBytes();
      return memory && limit != null
          ? words.say("why.memory", exit, words.memory(limit))
          : words.count("why.ended", Math.max(1, process.exits()), exit);
    }
    String answer = e.lastAnswer();
    return answer == null || !Character.isDigit(answer.charAt(0))
        ? words.say("why.silent", probe.port(), probe.seconds())
        : words.say(
            "why.answered",
            probe.path(),
            answer.split(" ", 2)[0],
            probe.seconds(),
            probe.expected());
  }

  /** What was checked: the head of the card. */
  static String title(Words words, Explanation e) {
    return words.say("why.check." + e.check());
  }

  static DeploymentPage.@Nullable Cause cause(Words words, Explanation e) {
    Explanation.LikelyCause cause = e.cause();
    if (cause == null) {
      return null;
    }
    boolean korean = words.korean();
    return new DeploymentPage.Cause(
        korean ? words.say("cause." + cause.rule()) : cause.text(),
        korean ? words.say("remedy." + cause.rule()) : cause.remedy(),
        cause.line());
  }

  /** Probe, last answer and process, as far as they are known. */
  static List<DeploymentPage.Third> thirds(Words words, Explanation e) {
    List<DeploymentPage.Third> thirds = new java.util.ArrayList<>();
    Explanation.Probe probe = e.probe();
    if (probe != null) {
      thirds.add(
          new DeploymentPage.Third(
              words.say("why.probe"),
              probe.method() + " " + probe.path(),
              words.say("why.probe.more", probe.port(), probe.seconds(), probe.expected())));
    }
    String answer = e.lastAnswer();
    if (answer != null) {
      int space = answer.indexOf(' ');
      boolean status = Character.isDigit(answer.charAt(0)) && space > 0;
      thirds.add(
          new DeploymentPage.Third(
              words.say("why.answer"),
              status ? answer.substring(0, space) : answer,
              status ? answer.substring(space + 1) : ""));
    }
    if (e.process() != null) {
      thirds.add(process(words, e.process()));
    }
    return thirds;
  }

  private static DeploymentPage.Third process(Words words, Explanation.Process process) {
    Integer exit = process.exitCode();
    Long used = process.memoryBytes();
    Long limit = process.memoryLimitBytes();
    List<String> more = new java.util.ArrayList<>();
    if (process.signal() != null) {
      more.add(words.say("why.signal", process.signal()));
    }
    if (process.exits() > 1) {
      more.add(words.say("why.exits", process.exits()));
    }
    if (used != null) {
      more.add(
          limit == null
              ? words.say("why.used", words.bytes(used))
              : words.say("why.used.of", words.memory(used), words.memory(limit)));
    }
    return new DeploymentPage.Third(
        words.say("why.process"),
        exit == null ? words.say("why.running") : words.say("why.exit", exit),
        String.join(", ", more));
  }
}
