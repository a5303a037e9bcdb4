package dev.samdan.image;

import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * A Dockerfile as it was read.
 *
 * @param file its name in messages
 * @param arguments the ARGs before the first FROM
 * @param problems all that is wrong with it, in the file's order
 */
record Dockerfile(
    String file,
    char escape,
    List<Instruction.Arg> arguments,
    List<Stage> stages,
    List<Problem> problems) {
  /** One stage: its FROM and what follows. */
  record Stage(int number, Instruction.From from, List<Instruction> instructions) {}

  static Dockerfile parse(String file, String text) {
    return new DockerfileParser(file, text).parse();
  }

  /** The stage of this name or number. */
  Optional<Stage> stage(String name) {
    return stages.stream()
        .filter(s -> name.equalsIgnoreCase(s.from.name()) || name.equals(String.valueOf(s.number)))
        .findFirst();
  }

  /**
   * The stages to build, in their order, so that the target (the last stage where it is null) can
   * be.
   */
  List<Stage> needed(@org.jspecify.annotations.Nullable String target) {
    Stage last =
        target == null
            ? stages.getLast()
            : stage(target)
                .orElseThrow(() ->
                    PlatformException.invalid(
                        file + ": there is no stage '" + target + "' to build"));
    Set<Integer> numbers = new TreeSet<>();
    collect(last, numbers);
    return numbers.stream().map(stages::get).toList();
  }

  private void collect(Stage stage, Set<Integer> numbers) {
    if (!numbers.add(stage.number)) {
      return;
    }
    List<String> names = new ArrayList<>();
    names.add(stage.from.image());
    for (Instruction instruction : stage.instructions) {
      if (instruction instanceof Instruction.Copy copy && copy.flags().containsKey("from")) {
        names.add(copy.flags().get("from"));
      }
    }
    for (String name : names) {
      stage(name).filter(s -> s.number < stage.number).ifPresent(s -> collect(s, numbers));
    }
  }
}
