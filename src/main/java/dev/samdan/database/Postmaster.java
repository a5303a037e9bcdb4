package dev.samdan.database;

import dev.samdan.base.PlatformException;
import dev.samdan.base.ProcessId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/** PostgreSQL's first process for one data folder: found, started, signalled. */
record Postmaster(Path data, Path log) {
  private static final long LOG_BYTES = 10 << 20;

  /** Small memory, durable, loopback only; what differs from PostgreSQL's own defaults. */
  private static final Map<String, String> SETTINGS =
      new TreeMap<>(
          Map.ofEntries(
              Map.entry("listen_addresses", "127.0.0.1"),
              Map.entry("unix_socket_directories", ""),
              Map.entry("password_encryption", "scram-sha-256"),
              Map.entry("max_connections", "200"),
              Map.entry("shared_buffers", "64MB"),
              Map.entry("maintenance_work_mem", "32MB"),
              Map.entry("wal_level", "minimal"),
              Map.entry("max_wal_senders", "0"),
              Map.entry("max_wal_size", "256MB"),
              Map.entry("min_wal_size", "64MB"),
              Map.entry("max_worker_processes", "2"),
              Map.entry("max_parallel_workers_per_gather", "0"),
              Map.entry("max_logical_replication_workers", "0"),
              Map.entry("autovacuum_max_workers", "2"),
              Map.entry("io_method", "sync"),
              Map.entry("jit", "off"),
              Map.entry("log_checkpoints", "off"),
              Map.entry("log_autovacuum_min_duration", "-1")));

  /**
   * The living postmaster of this data folder, whoever started it; a number used again by others is
   * not it.
   */
  Optional<ProcessId> process() {
    return pidFile().stream()
        .findFirst()
        .flatMap(Postmaster::number)
        .flatMap(ProcessId::of)
        .filter(this::isOurs);
  }

  /** Whether it says that it takes connections (line 8 of postmaster.pid). */
  boolean isReady() {
    List<String> lines = pidFile();
    return lines.size() > 7 && lines.get(7).strip().equals("ready");
  }

  /**
   * In a session of its own, so that it outlives whoever starts it; its words are appended to the
   * log.
   */
  Process start(PostgresBinaries binaries, PostgresUser user, int port) throws IOException {
    if (process().isEmpty()) {
      // It names a process that is dead, or one of others under a number used again; PostgreSQL
      // would refuse either.
      Files.deleteIfExists(data.resolve("postmaster.pid"));
    }
    List<String> command = new ArrayList<>(List.of("setsid"));
    command.addAll(
        user.command(
            List.of(
                binaries.postgres().toString(),
                "-D",
                data.toString(),
                "-p",
                String.valueOf(port))));
    SETTINGS.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).directory(data.toFile());
    builder.environment().clear();
    builder.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    builder.redirectInput(new java.io.File("/dev/null"));
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return builder.start();
  }

  /** Processes of this data folder other than the postmaster, which end soon after it. */
  List<Long> others() {
    Optional<ProcessId> postmaster = process();
    try (Stream<ProcessHandle> all = ProcessHandle.allProcesses()) {
      return all.map(ProcessHandle::pid)
          .filter(pid -> postmaster.isEmpty() || postmaster.get().pid() != pid)
          .filter(pid -> ProcessId.of(pid).filter(this::isOurs).isPresent())
          .toList();
    }
  }

  /**
   * Sends a signal; INT is the fast shutdown, QUIT the immediate one (PostgreSQL, "Shutting Down
   * the Server").
   */
  void signal(ProcessId process, String signal) {
    try {
      new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + process.pid())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw Failures.of("PostgreSQL could not be signalled", data, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PlatformException.unavailable("interrupted while PostgreSQL was stopped");
    }
  }

  /**
   * Keeps the log bounded: past 10 MiB its content moves to {@code log.1}; PostgreSQL goes on
   * appending.
   */
  void trimLog() throws IOException {
    if (Files.exists(log) && Files.size(log) > LOG_BYTES) {
      Files.copy(
          log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
      try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "rw")) {
        file.setLength(0);
      }
    }
  }

  long logSize() throws IOException {
    return Files.exists(log) ? Files.size(log) : 0;
  }

  /** What was logged since this size, at most its last 16 KiB. */
  String logSince(long size) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      file.seek(Math.max(Math.min(size, file.length()), file.length() - (16 << 10)));
      byte[] bytes = new byte[(int) (file.length() - file.getFilePointer())];
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private List<String> pidFile() {
    try {
      return Files.readAllLines(data.resolve("postmaster.pid"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<Long> number(String text) {
    try {
      return Optional.of(Long.parseLong(text.strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Every process of PostgreSQL works in its data folder. */
  private boolean isOurs(ProcessId process) {
    try {
      Path proc = Path.of("/proc/" + process.pid());
      return Files.isSameFile(proc.resolve("cwd"), data)
          && Files.readSymbolicLink(proc.resolve("exe")).toString().contains("/postgres");
    } catch (IOException e) {
      return false;
    }
  }
}
