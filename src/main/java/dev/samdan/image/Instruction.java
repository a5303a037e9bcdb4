package dev.samdan.image;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One instruction of a Dockerfile (Dockerfile reference). Words are kept as written where variables
 * are expanded, which only the build can do.
 */
sealed interface Instruction {
  At at();

  /**
   * Where it stands and what it says.
   *
   * @param line from 1
   * @param column from 1
   * @param text the whole instruction on one line
   */
  record At(int line, int column, String text) {}

  /** {@code value} is null where an ARG names no default. */
  record Pair(String name, @Nullable String value) {}

  /** {@code FROM image AS name}; begins a stage. */
  record From(At at, String image, @Nullable String name, @Nullable String platform)
      implements Instruction {}

  record Arg(At at, List<Pair> pairs) implements Instruction {}

  record Env(At at, List<Pair> pairs) implements Instruction {}

  record Label(At at, List<Pair> pairs) implements Instruction {}

  /**
   * COPY and ADD.
   *
   * @param unpack whether archives are unpacked, which ADD does
   * @param flags {@code from}, {@code chown}, {@code chmod}
   */
  record Copy(
      At at, boolean unpack, Map<String, String> flags, List<String> sources, String destination)
      implements Instruction {}

  record Workdir(At at, String path) implements Instruction {}

  record User(At at, String user) implements Instruction {}

  record Expose(At at, List<String> ports) implements Instruction {}

  record Volume(At at, List<String> paths) implements Instruction {}

  /** ENTRYPOINT, CMD or SHELL; {@code shell} where it was written without brackets. */
  record Command(At at, Kind kind, boolean shell, List<String> words) implements Instruction {
    enum Kind {
      ENTRYPOINT,
      CMD,
      SHELL
    }
  }

  record StopSignal(At at, String signal) implements Instruction {}

  /** What is taken note of and changes nothing here: HEALTHCHECK, MAINTAINER. */
  record Ignored(At at, String why) implements Instruction {}

  /**
   * What only a Docker engine can do, such as RUN.
   *
   * @param mend what to write instead where no engine answers, {@code ""} for nothing in particular
   * @param buildKit whether only BuildKit can, which older engines' own builder is not
   */
  record NeedsEngine(At at, String what, String mend, boolean buildKit) implements Instruction {}
}
