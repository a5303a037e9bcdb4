package dev.samdan.deploy;

import dev.samdan.runtime.Task;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules that derive a likely cause. No rule matches: no cause, never a guess. */
final class Likely {
  private static final Pattern TROUBLE =
      Pattern.compile("(?i).*(error|exception|fatal|panic|cannot|not found|denied|refused).*");

  private static final List<String> INJECTED =
      List.of("DATABASE_URL", "PGHOST", "PGPORT", "PGDATABASE", "PGUSER", "PGPASSWORD");

  private Likely() {}

  /**
   * What the rules look at.
   *
   * @param definition {@code family:revision}
   * @param group the deployment group, which is also its pipeline's name
   * @param ports on which the running task listens
   * @param engineIsAway whether the tasks are containers of an engine that does not answer
   */
  record Facts(
      HealthWatch watch,
      ServicePlan plan,
      String definition,
      String group,
      @Nullable Task task,
      @Nullable String lastAnswer,
      List<String> log,
      List<Integer> ports,
      boolean engineIsAway) {
    /** Whether the task answers HTTP now, with whatever status. */
    boolean answers() {
      return lastAnswer != null && Character.isDigit(lastAnswer.charAt(0));
    }
  }

  static Explanation.@Nullable LikelyCause cause(Facts facts) {
    Task task = facts.task();
    if (facts.engineIsAway() && !facts.answers()) {
      return LikelyStart.engineAway(facts, task == null ? null : task.stoppedReason());
    }
    if (task == null) {
      return null;
    }
    if (HealthWatch.failedToStart(task)) {
      return LikelyStart.cause(facts, task);
    }
    if (ownCheckFails(facts)) {
      return new Explanation.LikelyCause(
          "unhealthy",
          "The health check that " + facts.definition() + " gives a container of it failed.",
          "Run its command in the image, such as with docker run; a slow start needs startPeriod.",
          facts.watch().unhealthy().orElse(null));
    }
    Explanation.LikelyCause hidden = databaseHidden(facts);
    return hidden != null
        ? hidden
        : task.isRunning() ? unhealthy(facts, task) : exited(facts, task);
  }

  /** Whether it is the check in the task definition that green does not pass. */
  static boolean ownCheckFails(Facts facts) {
    Task task = facts.task();
    return task != null
        && (task.isRunning() ? facts.watch().onlyOwnCheckFails() : HealthWatch.unhealthy(task));
  }

  /** A declared variable that says nothing wins over the one that Samdan gives. */
  private static Explanation.@Nullable LikelyCause databaseHidden(Facts facts) {
    Map<String, String> declared =
        facts.plan().taskDefinition().containerDefinitions().getFirst().environment();
    if (!facts.plan().database()) {
      return null;
    }
    for (String name : INJECTED) {
      if (declared.getOrDefault(name, "-").isBlank()) {
        return new Explanation.LikelyCause(
            "database-hidden",
            facts.definition()
                + " sets "
                + name
                + " to nothing, which hides the one that Samdan gives.",
            "Delete "
                + name
                + " from taskdef.json or samdan.yml. Samdan gives every task the database of its"
                + " environment.",
            "\"" + name + "\": \"\"");
      }
    }
    return null;
  }

  private static Explanation.@Nullable LikelyCause exited(Facts facts, Task task) {
    if (String.valueOf(task.stoppedReason()).startsWith("OutOfMemoryError")) {
      return new Explanation.LikelyCause(
          "out-of-memory",
          "The container needed more memory than its limit, so the kernel killed it.",
          "Raise memory in taskdef.json, or let it need less.",
          task.stoppedReason());
    }
    Optional<String> outOfMemory =
        find(facts.log(), "OutOfMemoryError|Cannot allocate memory|MemoryError");
    if (outOfMemory.isPresent()) {
      return new Explanation.LikelyCause(
          "out-of-memory",
          "The process ran out of memory.",
          "Give it more, such as a larger -Xmx in its start script, or let it need less.",
          outOfMemory.get());
    }
    Optional<String> full = find(facts.log(), LikelyStart.DISK_FULL.pattern());
    if (full.isPresent()) {
      return LikelyStart.diskFull(full.get());
    }
    Optional<String> portTaken =
        find(facts.log(), "Address already in use|EADDRINUSE|address already in use");
    if (portTaken.isPresent()) {
      return new Explanation.LikelyCause(
          "port-fixed",
          "The process listens on a port of its own choice, which is taken.",
          "Let it listen on the port in the variable PORT (here " + task.port() + ").",
          portTaken.get());
    }
    Optional<String> foreign = find(facts.log(), LikelyStart.FOREIGN.pattern());
    if (foreign.isPresent()) {
      return LikelyStart.foreign(foreign.get());
    }
    Integer code = task.exitCode();
    if (code != null && (code == 126 || code == 127)) {
      return commandMissing("ENTRYPOINT", code, facts.log());
    }
    if (facts.watch().answered()) {
      return null;
    }
    return new Explanation.LikelyCause(
        "exit-before-probe",
        "The process ended before it answered one probe"
            + (code == null ? "." : ", with exit code " + code + "."),
        "Mend what its log says; the same start on your machine: PORT=8080 and the image's"
            + " ENTRYPOINT.",
        troubleLine(facts.log()));
  }

  private static Explanation.@Nullable LikelyCause unhealthy(Facts facts, Task task) {
    String answer = facts.lastAnswer();
    if (answer != null && answer.startsWith("404")) {
      return new Explanation.LikelyCause(
          "wrong-health-path",
          "The application answers, but has nothing at " + facts.plan().health() + ".",
          "Name its health path in samdan.yml: tiers.api.health",
          "samdan.yml: tiers.api.health: " + facts.plan().health());
    }
    boolean refused = answer == null || !Character.isDigit(answer.charAt(0));
    if (refused && !facts.watch().answered()) {
      if (task.containerId() != null && facts.ports().contains(task.port())) {
        return new Explanation.LikelyCause(
            "listens-on-loopback",
            "It listens on port " + task.port() + ", but on the container's own loopback only.",
            "Let the application listen on 0.0.0.0, such as uvicorn --host 0.0.0.0.",
            troubleLine(facts.log()));
      }
      String elsewhere =
          facts.ports().isEmpty() ? "" : " It listens on " + ports(facts.ports()) + " instead.";
      return new Explanation.LikelyCause(
          "port-never-opened",
          "Nothing listened on port " + task.port() + "." + elsewhere,
          "Let the application listen on the port in the variable PORT, on "
              + (task.containerId() == null ? "127.0.0.1 or 0.0.0.0." : "0.0.0.0."),
          facts.ports().isEmpty() ? troubleLine(facts.log()) : null);
    }
    return null;
  }

  /** A shell's 126 and 127 (POSIX, "Exit Status for Commands"); null for another end. */
  static Explanation.@Nullable LikelyCause commandMissing(
      String command, int exitCode, List<String> log) {
    return switch (exitCode) {
      case 126 ->
          new Explanation.LikelyCause(
              "not-executable",
              command + " is not executable (126).",
              "Set the file's executable bit: git update-index --chmod=+x FILE",
              last(log));
      case 127 ->
          new Explanation.LikelyCause(
              "command-not-found",
              command + " names a program that is not there (127).",
              "Bring the program in the image, or name it by its path in the image.",
              last(log));
      default -> null;
    };
  }

  private static String ports(List<Integer> ports) {
    return (ports.size() == 1 ? "port " : "ports ")
        + String.join(", ", ports.stream().map(String::valueOf).toList());
  }

  private static Optional<String> find(List<String> log, String pattern) {
    Pattern regex = Pattern.compile(pattern);
    return log.stream().filter(line -> regex.matcher(line).find()).findFirst();
  }

  private static @Nullable String troubleLine(List<String> log) {
    return log.stream()
        .filter(line -> TROUBLE.matcher(line).matches())
        .findFirst()
        .orElse(last(log));
  }

  private static @Nullable String last(List<String> log) {
    return log.isEmpty() ? null : log.getLast();
  }
}
