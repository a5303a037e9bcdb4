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

  /**
   * The living processes in the mount namespace of the confined command whose shim has its files in
   * this folder, whatever session they made for themselves: its /etc/passwd stands there
   * (proc_pid_mountinfo(5): field 4 is the mounted path in its file system, field 5 the mount
   * point).
   */
  static List<Long> confined(Path folder) {
    Path passwd = folder.resolve("passwd");
    if (!Files.exists(passwd)) {
      return List.of();
    }
    int names = passwd.getNameCount();
    String mount = "/" + passwd.subpath(Math.max(0, names - 4), names) + " /etc/passwd ";
    String own = namespace(Path.of("/proc/self"));
    List<Long> confined = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (!namespace(process).equals(own) && mounts(process).contains(mount)) {
          confined.add(Long.parseLong(process.getFileName().toString()));
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return confined;
  }

  /** Of a process that ends meanwhile this is no namespace's name. */
  private static String namespace(Path process) {
    try {
      return Files.readSymbolicLink(process.resolve("ns/mnt")).toString();
    } catch (IOException e) {
      return "";
    }
  }

  private static String mounts(Path process) {
    try {
      return Files.readString(process.resolve("mountinfo"), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
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
