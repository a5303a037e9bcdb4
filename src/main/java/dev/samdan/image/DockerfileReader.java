package dev.samdan.image;

import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What a Dockerfile says of the files around it, for those who check it before it is built. */
public final class DockerfileReader {
  /** How messages say that an instruction is beyond the built-in builder. */
  static final String NEEDS_ENGINE = "needs a Docker engine";

  private DockerfileReader() {}

  /** Some words of the file and where they stand, from 1. */
  public record Place(String text, int line, int column) {}

  /** One source of a COPY or ADD that is taken from the context, and where it goes. */
  public record Copied(String source, String destination, int line, int column) {}

  /**
   * A Dockerfile as it was read.
   *
   * @param problems what no builder takes; what only needs an engine is none
   * @param defaults names of the ARGs before the first FROM that have a default
   * @param from the images of its stages, not the stages that others begin with
   * @param copied sources in the context, variables unexpanded
   * @param exposed ports of the last stage, such as {@code 8080} or {@code 8080/tcp}
   */
  public record Read(
      List<Problem> problems,
      Set<String> defaults,
      List<Place> from,
      List<Copied> copied,
      List<Place> exposed) {}

  /** Reads a Dockerfile; never throws for what the text holds. */
  public static Read read(String file, String text) {
    Dockerfile dockerfile = Dockerfile.parse(file, text);
    List<Problem> problems =
        dockerfile.problems().stream().filter(p -> !p.message().contains(NEEDS_ENGINE)).toList();
    List<Place> from = new ArrayList<>();
    List<Copied> copied = new ArrayList<>();
    List<Place> exposed = new ArrayList<>();
    for (Dockerfile.Stage stage : dockerfile.stages()) {
      String image = stage.from().image();
      if (dockerfile.stage(image).filter(s -> s.number() < stage.number()).isEmpty()) {
        from.add(place(image, stage.from()));
      }
      exposed.clear();
      for (Instruction instruction : stage.instructions()) {
        if (instruction instanceof Instruction.Copy copy && !copy.flags().containsKey("from")) {
          Instruction.At at = copy.at();
          copy.sources()
              .forEach(s -> copied.add(new Copied(s, copy.destination(), at.line(), at.column())));
        } else if (instruction instanceof Instruction.Expose expose) {
          expose.ports().forEach(port -> exposed.add(place(port, expose)));
        }
      }
    }
    return new Read(
        problems, defaults(dockerfile), List.copyOf(from), List.copyOf(copied), exposed);
  }

  private static Place place(String text, Instruction instruction) {
    return new Place(text, instruction.at().line(), instruction.at().column());
  }

  private static Set<String> defaults(Dockerfile dockerfile) {
    return dockerfile.arguments().stream()
        .flatMap(arg -> arg.pairs().stream())
        .filter(pair -> pair.value() != null)
        .map(Instruction.Pair::name)
        .collect(Collectors.toSet());
  }

  /** What is wrong with a .dockerignore. */
  public static List<Problem> ignoreProblems(String file, String text) {
    List<Problem> problems = new ArrayList<>();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      try {
        DockerIgnore _ = DockerIgnore.parse(line);
      } catch (PlatformException e) {
        problems.add(Problem.error(file, number, 1, e.text()));
      }
    }
    return problems;
  }
}
