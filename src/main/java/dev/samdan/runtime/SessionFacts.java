package dev.samdan.runtime;

import dev.samdan.base.Shim;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What /proc tells about the processes of a shim's session (proc(5)). */
final class SessionFacts {
  private static final long PAGE_BYTES = 4096;
  private static final int SESSION = 3;
  private static final int RESIDENT_PAGES = 21;
  private static final String LISTEN = "0A";

  /** 127.0.0.11, at which a Docker engine answers its containers' questions for names. */
  private static final String ENGINE_DNS = "0B00007F:";

  private SessionFacts() {}

  /** Resident memory of all of them, in bytes. */
  static long memoryBytes(Shim shim) {
    return processes(shim).stream().mapToLong(SessionFacts::residentPages).sum() * PAGE_BYTES;
  }

  /** TCP ports on which one of them listens, in their order. */
  static List<Integer> listeningPorts(Shim shim) {
    Set<String> sockets = new HashSet<>();
    for (Path process : processes(shim)) {
      sockets.addAll(sockets(process));
    }
    return listening(Path.of("/proc/net"))
        .filter(l -> sockets.contains(l.socket()))
        .map(Listening::port)
        .distinct()
        .sorted()
        .toList();
  }

  /** TCP ports on which something listens in the network that a process sees, in their order. */
  static List<Integer> listeningPorts(long pid) {
    return listening(Path.of("/proc", String.valueOf(pid), "net"))
        .map(Listening::port)
        .distinct()
        .sorted()
        .toList();
  }

  private record Listening(int port, String socket) {}

  private static Stream<Listening> listening(Path network) {
    return Stream.of("tcp", "tcp6")
        .flatMap(table -> lines(network.resolve(table)).stream().skip(1))
        .map(line -> line.strip().split("\\s+"))
        .filter(fields -> fields.length > 9 && fields[3].equals(LISTEN))
        .filter(fields -> !fields[1].startsWith(ENGINE_DNS))
        .map(fields ->
            new Listening(
                Integer.parseInt(fields[1].substring(fields[1].lastIndexOf(':') + 1), 16),
                fields[9]));
  }

  private static List<Path> processes(Shim shim) {
    String session = String.valueOf(shim.process().pid());
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(p -> Character.isDigit(p.getFileName().toString().charAt(0)))
          .filter(p -> field(p, SESSION).equals(session))
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static long residentPages(Path process) {
    String pages = field(process, RESIDENT_PAGES);
    return pages.isEmpty() ? 0 : Long.parseLong(pages);
  }

  /** A field of stat, counted from the state; empty where the process ended meanwhile. */
  private static String field(Path process, int index) {
    try {
      String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
      return stat.substring(stat.lastIndexOf(')') + 2).split(" ")[index];
    } catch (IOException | IndexOutOfBoundsException e) {
      return "";
    }
  }

  private static List<String> sockets(Path process) {
    List<String> inodes = new ArrayList<>();
    try (Stream<Path> open = Files.list(process.resolve("fd"))) {
      for (Path descriptor : open.toList()) {
        String target = Files.readSymbolicLink(descriptor).toString();
        if (target.startsWith("socket:[")) {
          inodes.add(target.substring("socket:[".length(), target.length() - 1));
        }
      }
    } catch (IOException e) {
      return inodes; // The process, or one of its descriptors, was closed meanwhile.
    }
    return inodes;
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return List.of();
    }
  }
}
