package dev.samdan.base;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;

/** A command in a session of its own that outlives whoever started it. */
public final class Shim {
  private final Path folder;

  private Shim(Path folder) {
    this.folder = folder;
  }

  /** Starts the command; returns once its process exists. */
  public static Shim start(ShimSpec spec) {
    throw new UnsupportedOperationException(new Shim(spec.folder()).toString());
  }

  /** The shim that was started in this folder, alive or ended; empty where none ever was. */
  public static Optional<Shim> adopt(Path folder) {
    throw new UnsupportedOperationException(folder.toString());
  }

  /** The shim itself: the leader of the session. */
  public ProcessId process() {
    throw new UnsupportedOperationException();
  }

  /** The command's own process; empty before it started and after it ended. */
  public Optional<ProcessId> command() {
    throw new UnsupportedOperationException();
  }

  public boolean isAlive() {
    throw new UnsupportedOperationException();
  }

  /** The command's exit status, 128 + number for a signal; empty while it runs. */
  public OptionalInt exitStatus() {
    throw new UnsupportedOperationException();
  }

  /** Sends a signal ({@code TERM}, {@code HUP}…) to every process of the session. */
  public void signal(String name) {
    throw new UnsupportedOperationException(name);
  }

  /** TERM to the session, KILL after the grace; when it returns nothing of the session lives. */
  public void stop(Duration grace) {
    throw new UnsupportedOperationException();
  }

  /** Stdout and stderr of the command, appended as they come. The part before the last rotation is {@code log.1}. */
  public Path log() {
    return folder.resolve("log");
  }

  /** Completes with the exit status. */
  public CompletableFuture<Integer> onExit() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String toString() {
    return folder.toString();
  }
}
