package dev.samdan.build;

import dev.samdan.build.Buildspec.RuntimeVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code runtime-versions} asks for beside what is there. Nothing is installed: of several
 * versions that are there the wanted one is put first on PATH, else the commands run with what they
 * find and the log says so.
 */
final class Runtimes {
  /** CodeBuild's names. */
  static final Set<String> NAMES =
      Set.of("android", "docker", "dotnet", "golang", "java", "nodejs", "php", "python", "ruby");

  /** Writes "name version place" for all that a shell finds. */
  private static final String PROBE =
      """
      tell() {
        version=$(grep -oE '[0-9]+([.][0-9]+)*' | head -n 1)
        [ -z "$version" ] || echo "$1 $version $2"
      }
      {
        for p in python3 python $(ls /usr/bin /usr/local/bin 2> /dev/null | grep -E '^python3[.][0-9]+$'); do
          where=$(command -v "$p") && "$where" --version 2>&1 | tell python "$where"
        done
        where=$(command -v java) && "$where" -version 2>&1 | tell java "${where%/bin/java}"
        for home in /usr/lib/jvm/*; do
          [ ! -x "$home/bin/java" ] || [ -L "$home" ] || "$home/bin/java" -version 2>&1 | tell java "$home"
        done
        where=$(command -v node) && "$where" --version 2>&1 | tell nodejs "$where"
        where=$(command -v go) && "$where" version 2>&1 | sed 's/.*go version go//' | tell golang "$where"
        where=$(command -v php) && "$where" --version 2>&1 | tell php "$where"
        where=$(command -v ruby) && "$where" --version 2>&1 | tell ruby "$where"
        where=$(command -v dotnet) && "$where" --version 2>&1 | tell dotnet "$where"
        where=$(command -v docker) && "$where" --version 2>&1 | tell docker "$where"
      } > ANSWER 2> /dev/null < /dev/null
      true
      """;

  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)\\}?");
  private static final Pattern NUMBERS =
      Pattern.compile("(?:corretto|openjdk|go)?([0-9]+(?:\\.[0-9]+)*)(?:\\.x)?");

  private Runtimes() {}

  /** A runtime that is there; {@code place} is its command, or the home of a Java. */
  record Found(String name, String version, String place) {}

  /**
   * What to do.
   *
   * @param lines for the log
   * @param command puts the chosen ones first on PATH; null where there is nothing to do
   */
  record Choice(List<String> lines, @Nullable String command) {}

  static String probe(Path answer) {
    return PROBE.replace("ANSWER", ControlFolder.quote(answer.toString()));
  }

  /** What the probe wrote; a shell without its tools writes nothing. */
  static List<Found> found(String answer) {
    return answer
        .lines()
        .map(line -> line.split(" ", 3))
        .filter(words -> words.length == 3)
        .map(words -> new Found(words[0], words[1], words[2]))
        .toList();
  }

  /**
   * Chooses.
   *
   * @param where the buildspec's name
   * @param remedy what to do where a runtime is not there
   */
  static Choice choose(
      List<RuntimeVersion> wanted,
      List<Found> found,
      Map<String, String> variables,
      String where,
      String remedy) {
    List<String> lines = new ArrayList<>();
    StringBuilder command = new StringBuilder();
    for (RuntimeVersion one : wanted) {
      String version = expand(one.version(), variables);
      List<Found> same = found.stream().filter(f -> f.name().equals(one.name())).toList();
      Optional<Found> fitting =
          same.stream().filter(f -> fits(version, plain(f.version()))).findFirst();
      if (fitting.isPresent()) {
        Found chosen = fitting.get();
        lines.add(one.name() + " " + version + ": " + chosen.version() + " at " + chosen.place());
        if (!chosen.equals(same.getFirst())) {
          command.append(first(chosen));
        }
      } else {
        String there =
            same.isEmpty()
                ? "there is no " + one.name() + " here"
                : "here is " + same.getFirst().version() + ", and commands run with it";
        lines.add(
            where
                + ":"
                + one.line()
                + ": warning: runtime-versions."
                + one.name()
                + ": "
                + version
                + " is not here; "
                + there
                + ". "
                + remedy);
      }
    }
    return new Choice(lines, command.isEmpty() ? null : command.toString());
  }

  private static String expand(String text, Map<String, String> variables) {
    Matcher matcher = VARIABLE.matcher(text);
    return matcher.replaceAll(
        m -> Matcher.quoteReplacement(variables.getOrDefault(m.group(1), "")));
  }

  /** Java's 1.8 is 8. */
  private static String plain(String version) {
    return version.startsWith("1.8.") ? version.substring(2) : version;
  }

  private static boolean fits(String wanted, String there) {
    if (wanted.isEmpty() || wanted.equals("latest")) {
      return true;
    }
    Matcher numbers = NUMBERS.matcher(wanted);
    return numbers.matches() && (there + ".").startsWith(numbers.group(1) + ".");
  }

  private static String first(Found chosen) {
    return switch (chosen.name()) {
      case "java" -> "JAVA_HOME='" + chosen.place() + "'; PATH=\"$JAVA_HOME/bin:$PATH\"\n";
      case "python" ->
          "mkdir -p \"$TMPDIR/python\" && ln -sf '%1$s' \"$TMPDIR/python/python\" && ln -sf '%1$s' \"$TMPDIR/python/python3\"; PATH=\"$TMPDIR/python:$PATH\"\n"
              .formatted(chosen.place());
      default -> "";
    };
  }
}
