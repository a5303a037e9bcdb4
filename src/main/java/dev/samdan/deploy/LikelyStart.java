package dev.samdan.deploy;

import dev.samdan.runtime.Task;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Why a task could not even start, from what its runtime said; the engine's words are runc's. */
final class LikelyStart {
  static final Pattern DISK_FULL = Pattern.compile("(?i)no space left on device");

  /** ENOEXEC, exec(3). */
  static final Pattern FOREIGN = Pattern.compile("(?i)exec format error");

  private static final Pattern ABSENT =
      Pattern.compile("OCI runtime.*(executable file not found|no such file or directory)");
  private static final Pattern FORBIDDEN = Pattern.compile("OCI runtime.*permission denied");

  private LikelyStart() {}

  static Explanation.LikelyCause cause(Likely.Facts facts, Task task) {
    String reason = String.valueOf(task.stoppedReason());
    if (reason.contains("no Docker engine answers")) {
      return engineAway(facts, reason);
    }
    if (DISK_FULL.matcher(reason).find()) {
      return diskFull(reason);
    }
    if (reason.contains("is damaged")) {
      return new Explanation.LikelyCause(
          "image-damaged",
          "A file of the image " + facts.plan().image() + " is damaged on the disk.",
          "Build it again: samdan pipeline start " + facts.group(),
          reason);
    }
    if (reason.contains("samdan up --runtime auto")) {
      return new Explanation.LikelyCause(
          "needs-containers",
          facts.definition() + " needs containers, and tasks run as processes here.",
          "Start Docker and run: samdan up --runtime auto",
          reason);
    }
    if (FOREIGN.matcher(reason).find()) {
      return foreign(reason);
    }
    if (ABSENT.matcher(reason).find()) {
      return new Explanation.LikelyCause(
          "command-not-found",
          "A container's command names a program that is not in its image.",
          "Bring the program in the image, or name it by its path in the image.",
          reason);
    }
    if (FORBIDDEN.matcher(reason).find()) {
      return new Explanation.LikelyCause(
          "not-executable",
          "A container's command is not executable.",
          "Set the file's executable bit: git update-index --chmod=+x FILE",
          reason);
    }
    if (reason.contains("the Docker engine refused the container")
        || reason.contains("dependsOn")) {
      return new Explanation.LikelyCause(
          "container-refused",
          "A container of " + facts.definition() + " cannot start as it is defined.",
          "Mend what the reason names in taskdef.json or the Dockerfile. Where it speaks of the"
              + " engine itself, see the engine's log (journalctl -u docker).",
          reason);
    }
    return isOfImage(reason)
        ? new Explanation.LikelyCause(
            "image-missing",
            "The image " + facts.plan().image() + " cannot be run.",
            "Build it again: samdan pipeline start " + facts.group(),
            reason)
        : new Explanation.LikelyCause(
            "start-failed",
            "The task's folder or process could not be made.",
            "See the reason above.",
            reason);
  }

  private static boolean isOfImage(String reason) {
    return reason.toLowerCase(Locale.ROOT).contains("image")
        || reason.contains("manifest")
        || reason.contains("blob");
  }

  static Explanation.LikelyCause engineAway(Likely.Facts facts, @Nullable String reason) {
    return new Explanation.LikelyCause(
        "engine-away",
        "The Docker engine does not answer.",
        "Start it (systemctl start docker), then: samdan pipeline start " + facts.group(),
        reason);
  }

  static Explanation.LikelyCause diskFull(String line) {
    return new Explanation.LikelyCause(
        "disk-full",
        "The disk is full.",
        "Make room (samdan image prune, docker image prune), then start the pipeline again.",
        line);
  }

  static Explanation.LikelyCause foreign(String line) {
    return new Explanation.LikelyCause(
        "foreign-program",
        "The image's program is not one for this machine.",
        "Build the image for it (docker build --platform linux/"
            + ("aarch64".equals(System.getProperty("os.arch")) ? "arm64" : "amd64")
            + "). A script begins with a line such as #!/bin/sh.",
        line);
  }
}
