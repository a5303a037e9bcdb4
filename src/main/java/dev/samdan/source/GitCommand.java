package dev.samdan.source;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.regex.Pattern;

/**
 * The {@code git} command on one bare repository, within bounds that hold even where control dies:
 * coreutils' {@code timeout} ends it, and the shell's {@code ulimit -f} bounds what it writes.
 *
 * @param settings given with {@code -c}, such as {@code gc.auto=0}
 * @param environment beside control's own, from which git's variables are taken out
 * @param largestFile in bytes, of any file that it writes
 * @param background whether all else goes before it
 */
record GitCommand(
    Path gitDir,
    List<String> settings,
    Map<String, String> environment,
    Duration longest,
    long largestFile,
    boolean background) {
  private static final Pattern CREDENTIALS = Pattern.compile("://[^/@\\s]*@");
  private static final int MOST_OUTPUT = 32 << 20;
  private static final int MOST_COMPLAINT = 64 << 10;
  private static final int TIMED_OUT = 124;
  private static final int BLOCK = 512;

  GitCommand {
    settings = List.copyOf(settings);
    environment = Map.copyOf(environment);
  }

  GitCommand(
      Path gitDir,
      List<String> settings,
      Map<String, String> environment,
      Duration longest,
      long largestFile) {
    this(gitDir, settings, environment, longest, largestFile, false);
  }

  GitCommand inBackground() {
    return new GitCommand(gitDir, settings, environment, longest, largestFile, true);
  }

  /** The whole command line; it holds no secret. */
  List<String> line(List<String> arguments) {
    List<String> line = new ArrayList<>(background ? List.of("nice", "-n", "19") : List.of());
    line.addAll(
        List.of("timeout", "--kill-after=5", String.valueOf(longest.toSeconds()), "sh", "-c"));
    line.add("ulimit -f " + largestFile / BLOCK + "; exec \"$@\"");
    line.addAll(List.of("sh", "git", "--git-dir=" + gitDir));
    settings.forEach(setting -> line.addAll(List.of("-c", setting)));
    line.addAll(arguments);
    return line;
  }

  /**
   * What it printed.
   *
   * @throws PlatformException INVALID with git's own words where it fails, UNAVAILABLE where it
   *     cannot run or takes too long, TOO_LARGE where it prints too much
   */
  String run(String... arguments) {
    return run(List.of(arguments));
  }

  String run(List<String> arguments) {
    ProcessBuilder builder = new ProcessBuilder(line(arguments));
    builder.environment().keySet().removeIf(name -> name.startsWith("GIT_"));
    builder.environment().putAll(environment);
    builder.environment().put("GIT_TERMINAL_PROMPT", "0");
    builder.environment().put("LC_ALL", "C.UTF-8");
    String workTree = environment.get("GIT_WORK_TREE");
    builder.directory((workTree == null ? gitDir : Path.of(workTree)).toFile());
    try {
      Process process = builder.start();
      try {
        return finish(process, arguments.getFirst());
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw PlatformException.unavailable(
          "git cannot be started; install it (on Debian: apt install git): " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw PlatformException.unavailable("git " + arguments.getFirst() + " was interrupted");
    }
  }

  /** Nothing here waits for a pipe, which no interrupt ends. */
  private String finish(Process process, String verb) throws IOException, InterruptedException {
    process.getOutputStream().close();
    FutureTask<String> output = reading(process.getInputStream(), MOST_OUTPUT);
    FutureTask<String> complaint = reading(process.getErrorStream(), MOST_COMPLAINT);
    int exit = process.waitFor();
    if (exit == TIMED_OUT) {
      throw PlatformException.unavailable(
          "git " + verb + " took longer than " + longest.toSeconds() + " seconds");
    }
    try {
      if (exit != 0) {
        throw PlatformException.invalid(reason(complaint.get(), verb, exit));
      }
      String printed = output.get();
      if (printed.length() == MOST_OUTPUT) {
        throw new PlatformException(
            PlatformException.Code.TOO_LARGE, "git " + verb + " printed more than 32 MB");
      }
      return printed;
    } catch (ExecutionException e) {
      throw PlatformException.unavailable(
          "what git " + verb + " printed could not be read: " + e.getCause());
    }
  }

  private static String reason(String complaint, String verb, int exit) {
    String said = CREDENTIALS.matcher(complaint).replaceAll("://");
    return said.isEmpty() ? "git " + verb + " ended with " + exit : said;
  }

  private static FutureTask<String> reading(InputStream stream, int most) {
    FutureTask<String> reading = new FutureTask<>(() -> text(stream, most));
    Thread.ofVirtual().start(reading);
    return reading;
  }

  private static String text(InputStream stream, int most) throws IOException {
    String text = new String(stream.readNBytes(most), StandardCharsets.UTF_8).strip();
    stream.transferTo(java.io.OutputStream.nullOutputStream());
    return text;
  }
}
