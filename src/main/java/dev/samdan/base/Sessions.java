package dev.samdan.base;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The living processes of a session, from /proc (proc(5), stat: field 6 is the session). */
final class Sessions {
  private Sessions() {}

  /**
   * The processes of the session that this one leads or led. The kernel keeps the number while a
   * process of the session lives, so a leader with another start time means that the session is
   * over.
   */
  static List<Long> members(ProcessId leader) {
    boolean numberUsedAgain =
        ProcessId.of(leader.pid()).filter(now -> !now.equals(leader)).isPresent();
    if (numberUsedAgain) {
      return List.of();
    }
    List<Long> members = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (session(process).equals(OptionalLong.of(leader.pid()))) {
          members.add(Long.parseLong(process.getFileName().toString()));
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return members;
  }

  /** Empty for a zombie and for a process that ends meanwhile. */
  private static OptionalLong session(Path process) {
    try {
      String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", 5);
      boolean dead = fields[0].equals("Z") || fields[0].equals("X");
      return dead ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(fields[3]));
    } catch (IOException | IndexOutOfBoundsException | NumberFormatException e) {
      return OptionalLong.empty();
    }
  }
}
