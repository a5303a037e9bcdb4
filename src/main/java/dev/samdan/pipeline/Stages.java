package dev.samdan.pipeline;

import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Who is in the stages of a pipeline, who stands in front of them, and which are closed.
 *
 * @param occupants stage to the number of the execution in it
 * @param waiting stage to the numbers in front of it
 * @param closed stages whose inbound transition is disabled, with the reason
 */
record Stages(
    Map<String, Integer> occupants,
    Map<String, NavigableSet<Integer>> waiting,
    Map<String, String> closed) {
  /**
   * @param live each execution that goes on, with the declaration it runs with
   */
  static Stages of(Map<ExecutionState, PipelineDeclaration> live, Map<String, String> closed) {
    Map<String, Integer> occupants = new TreeMap<>();
    Map<String, NavigableSet<Integer>> waiting = new TreeMap<>();
    live.forEach((execution, declaration) -> {
      execution.current().ifPresent(stage -> occupants.put(stage.name(), execution.number()));
      execution
          .wants(declaration)
          .ifPresent(
              s -> waiting.computeIfAbsent(s.name(), _ -> new TreeSet<>()).add(execution.number()));
    });
    return new Stages(occupants, waiting, closed);
  }

  boolean open(String stage) {
    return !occupants.containsKey(stage) && !closed.containsKey(stage);
  }

  /** The newest execution in front of this stage, where it is newer than this one. */
  Optional<Integer> newerThan(int number, String stage) {
    NavigableSet<Integer> numbers = waiting.getOrDefault(stage, new TreeSet<>());
    return Optional.ofNullable(numbers.isEmpty() ? null : numbers.last()).filter(n -> n > number);
  }

  boolean olderThan(int number, String stage) {
    return !waiting.getOrDefault(stage, new TreeSet<>()).headSet(number).isEmpty();
  }
}
