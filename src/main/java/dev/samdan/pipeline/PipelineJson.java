package dev.samdan.pipeline;

import dev.samdan.base.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** CodePipeline's structure document, in and out. */
public final class PipelineJson {
  private PipelineJson() {}

  /** @param declaration null where the problems hold an error */
  public record Parsed(@Nullable PipelineDeclaration declaration, List<Problem> problems) {}

  /** Reads {@code {"pipeline": {...}}} or the bare structure and checks it; all problems at once. */
  public static Parsed parse(String file, String text) {
    throw new UnsupportedOperationException(file + text);
  }

  /** The document that {@code aws codepipeline get-pipeline} prints, without metadata. */
  public static String write(PipelineDeclaration declaration) {
    throw new UnsupportedOperationException(declaration.name());
  }
}
