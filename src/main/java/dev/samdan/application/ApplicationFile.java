package dev.samdan.application;

import dev.samdan.base.Problem;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads samdan.yml. */
public final class ApplicationFile {
  /** The file's name at the root of an application's repository. */
  public static final String NAME = "samdan.yml";

  private ApplicationFile() {}

  /** The declaration, null where a problem is an error. */
  public record Parsed(@Nullable ApplicationDeclaration declaration, List<Problem> problems) {}

  /** Parses a whole file and tells all its problems at once. */
  public static Parsed parse(String file, String text) {
    throw new UnsupportedOperationException();
  }
}
