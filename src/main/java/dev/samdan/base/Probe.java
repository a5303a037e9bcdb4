package dev.samdan.base;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Finds out what this machine can do by a command that does it. */
public final class Probe {
  private static final int SECONDS = 5;

  private Probe() {}

  /**
   * Whether a command ends by itself with this exit status, in five seconds at most; false where it
   * cannot be started. What it prints is thrown away.
   */
  public static boolean ends(int status, String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      boolean ended = process.waitFor(SECONDS, TimeUnit.SECONDS);
      process.destroyForcibly();
      return ended && process.exitValue() == status;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
