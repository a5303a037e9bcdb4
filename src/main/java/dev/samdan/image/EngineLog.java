package dev.samdan.image;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What an engine's builder prints, without its asides; knows where a build failed. */
final class EngineLog implements Consumer<String> {
  private static final int LAST = 15;
  private static final Pattern STEP = Pattern.compile("Step (\\d+)/\\d+ : .*");
  private static final Pattern ASIDE =
      Pattern.compile(
          "DEPRECATED: .*|Sending build context to Docker daemon.*|\\s+(Install the buildx"
              + " component|BuildKit is currently disabled|environment-variable).*"
              + "|\\s+https://docs\\.docker\\.com/go/buildx/| ---> Running in [0-9a-f]+| --->"
              + " [0-9a-f]{12}|Removing intermediate container [0-9a-f]+");

  /** The builder prints red what a command says on its standard error. */
  private static final Pattern COLOUR = Pattern.compile("\u001b\\[(91|0)m");

  private static final Set<String> RUNNING = Set.of(" ---> Using cache");
  private final Consumer<String> log;
  private final String file;
  private final List<Instruction.At> steps;
  private final Deque<String> last = new ArrayDeque<>();
  private int step;
  private boolean begun;

  EngineLog(Consumer<String> log, String file, List<Instruction.At> steps) {
    this.log = log;
    this.file = file;
    this.steps = steps;
  }

  @Override
  public void accept(String printed) {
    String line = COLOUR.matcher(printed).replaceAll("");
    if (ASIDE.matcher(line).matches() || (line.isBlank() && !begun)) {
      return;
    }
    begun = true;
    log.accept(line);
    Matcher next = STEP.matcher(line);
    if (next.matches()) {
      step = Integer.parseInt(next.group(1));
      last.clear();
    } else if (!RUNNING.contains(line)) {
      last.addLast(line);
      if (last.size() > LAST) {
        last.removeFirst();
      }
    }
  }

  /** Where it failed and what it said last. */
  String failure() {
    String where =
        step >= 1 && step <= steps.size()
            ? file + ":" + steps.get(step - 1).line() + ": " + steps.get(step - 1).text() + ": "
            : file + ": ";
    return where + (last.isEmpty() ? "the engine's builder failed" : String.join("\n", last));
  }
}
