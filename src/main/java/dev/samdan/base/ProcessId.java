package dev.samdan.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A process that cannot be mistaken for a later one of the same number: its pid and its start time.
 *
 * @param pid the process number
 * @param startTicks clock ticks after boot at which it started (proc(5), /proc/pid/stat field 22)
 */
public record ProcessId(long pid, long startTicks) {
  /** The process of this number as it is now; empty where there is none or only a zombie. */
  public static Optional<ProcessId> of(long pid) {
    try {
      String stat =
          Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
      // The name in parentheses may hold spaces and parentheses itself; fields are counted after
      // the last one.
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      boolean dead = fields[0].equals("Z") || fields[0].equals("X");
      return dead ? Optional.empty() : Optional.of(new ProcessId(pid, Long.parseLong(fields[19])));
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      return Optional.empty();
    }
  }

  /** Alive means pid, start time and a state other than zombie. */
  public boolean isAlive() {
    return of(pid).filter(this::equals).isPresent();
  }

  /** Parses what {@link #toString()} wrote; empty for anything else, such as a file cut short. */
  public static Optional<ProcessId> parse(String text) {
    String[] words = text.strip().split(" ");
    try {
      return words.length == 2
          ? Optional.of(new ProcessId(Long.parseLong(words[0]), Long.parseLong(words[1])))
          : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return pid + " " + startTicks;
  }
}
