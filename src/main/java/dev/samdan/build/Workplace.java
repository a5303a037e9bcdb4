package dev.samdan.build;

import dev.samdan.engine.Engine;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Where a build's commands run. */
public sealed interface Workplace {
  /**
   * The machine itself.
   *
   * @param tools folder of commands that come first on PATH; null for none
   */
  record Machine(@Nullable Path tools) implements Workplace {}

  /** A container of this image, which the engine has or finds in a registry. */
  record Container(Engine engine, String image) implements Workplace {}
}
