package dev.samdan.edge;

import dev.samdan.base.AtomicFile;
import dev.samdan.base.ProcessId;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CountDownLatch;
import sun.misc.Signal;

/**
 * The edge's process: {@code EdgeMain --home DIR}. Serves the last table at once, with or without
 * control; ends on SIGTERM only, after the requests in flight. HOME/edge/process names it while it
 * lives.
 */
public final class EdgeMain {
  private EdgeMain() {}

  public static void main(String[] args) throws InterruptedException {
    if (args.length != 2 || !args[0].equals("--home")) {
      System.err.println("usage: EdgeMain --home DIR");
      System.exit(2);
    }
    Path folder = Path.of(args[1]).toAbsolutePath().resolve("edge");
    CountDownLatch terminated = new CountDownLatch(1);
    // The edge outlives the terminal and the control that started it.
    Signal.handle(new Signal("HUP"), signal -> {});
    Signal.handle(new Signal("INT"), signal -> {});
    Signal.handle(new Signal("TERM"), signal -> terminated.countDown());
    // Netty speaks seldom; the JDK's own logging to stderr is enough for it and takes no memory of
    // note.
    InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.DISABLED);
    try {
      run(folder, terminated);
    } catch (IOException | UncheckedIOException e) {
      System.err.println(
          "edge: cannot use "
              + folder
              + ": "
              + e.getMessage()
              + "; free the disk or mend its permissions");
      System.exit(1);
    }
    System.exit(0);
  }

  private static void run(Path folder, CountDownLatch terminated)
      throws IOException, InterruptedException {
    Files.createDirectories(folder);
    try (FileChannel lock =
        FileChannel.open(
            folder.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      if (lock.tryLock() == null) {
        System.err.println("edge: another edge serves " + folder + "; stop it with samdan down");
        System.exit(1);
      }
      serve(folder, terminated);
    }
  }

  private static void serve(Path folder, CountDownLatch terminated)
      throws IOException, InterruptedException {
    Path process = folder.resolve(EdgeServer.PROCESS);
    ProcessId own = ProcessId.of(ProcessHandle.current().pid()).orElseThrow();
    AtomicFile.write(process, own.toString());
    try (EdgeServer server = EdgeServer.start(folder, Limits.standard())) {
      System.out.println("edge: serving, process " + own.pid());
      terminated.await();
      server.drain();
    } finally {
      Files.deleteIfExists(folder.resolve(AdminFile.NAME));
      Files.deleteIfExists(process);
    }
  }
}
