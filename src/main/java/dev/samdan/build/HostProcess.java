package dev.samdan.build;

import dev.samdan.base.ProcessId;
import dev.samdan.base.Shim;
import dev.samdan.base.ShimSpec;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A build on the machine itself: under a shim, behind what is live, in process numbers of its own
 * where the kernel gives them, so that nothing can leave it.
 */
final class HostProcess implements BuildProcess {
  /** Tasks run at 0. */
  private static final int PRIORITY = 5;

  private static final long PATIENCE_NANOS = 5_000_000_000L;
  private static final long PAUSE_NANOS = 300_000L;

  private final Shim shim;
  private final @Nullable ControlGroup group;
  private final RandomAccessFile gate;

  private HostProcess(Shim shim, @Nullable ControlGroup group, RandomAccessFile gate) {
    this.shim = shim;
    this.group = group;
    this.gate = gate;
  }

  /** Starts a command; its shim's files stand in {@code shim} of the build's work folder. */
  static HostProcess start(
      BuildRequest request,
      ControlFolder control,
      List<String> command,
      Map<String, String> environment)
      throws IOException {
    BuildLimits limits = request.terms().limits();
    Path pipe = control.file("gate");
    List<String> words =
        new ArrayList<>(
            List.of(
                "/bin/sh",
                control.file("confine.sh").toString(),
                pipe.toString(),
                String.valueOf(limits.memoryMiB() * 1024L),
                String.valueOf(limits.cpus())));
    words.addAll(command);
    ShimSpec spec =
        new ShimSpec(
            request.work().resolve("shim"),
            words,
            request.source(),
            environment,
            1 << 20,
            PRIORITY);
    RandomAccessFile gate = new RandomAccessFile(pipe.toFile(), "rw");
    Shim shim = Shim.start(spec.confined(request.confinement(environment)));
    ControlGroup group = ControlGroup.make(request.uuid(), limits).orElse(null);
    HostProcess started = new HostProcess(shim, group, gate);
    started.open();
    return started;
  }

  /** The command waits at its gate until its control group has it. */
  private void open() throws IOException {
    long end = System.nanoTime() + PATIENCE_NANOS;
    Optional<ProcessId> command = shim.command();
    while (command.isEmpty() && shim.isAlive() && System.nanoTime() < end) {
      LockSupport.parkNanos(PAUSE_NANOS);
      command = shim.command();
    }
    boolean bounded = group != null && command.isPresent() && group.take(command.get().pid());
    gate.write((bounded ? "bounded\n" : "free\n").getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean isAlive() {
    return shim.isAlive();
  }

  /** Whether a command was ended because the build's memory was used up. */
  boolean ranOutOfMemory() {
    return group != null && group.ranOutOfMemory();
  }

  @Override
  public void stop(Duration grace) {
    try {
      shim.stop(grace);
      gate.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      if (group != null) {
        group.end();
      }
    }
  }

  /**
   * Ends what a dead control's build left; the name of its group is the build's own part of its id.
   */
  static void endLeft(Path work, String uuid) {
    try {
      Shim.adopt(work.resolve("shim")).ifPresent(shim -> shim.stop(Duration.ZERO));
    } finally {
      ControlGroup.named(uuid).end();
    }
  }
}
