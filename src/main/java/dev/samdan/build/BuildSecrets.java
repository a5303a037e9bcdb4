package dev.samdan.build;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What a build may know and its log may not show.
 *
 * @param hidden values that the environment holds already
 * @param find the value that a parameter-store or secrets-manager reference means
 * @param gitPassword asked once by a build that wants git signed in to the server's repositories
 */
public record BuildSecrets(
    List<String> hidden,
    Function<String, Optional<String>> find,
    Supplier<Optional<String>> gitPassword) {
  /** Nothing to hide, and no store to ask. */
  public static final BuildSecrets NONE =
      new BuildSecrets(List.of(), _ -> Optional.empty(), Optional::empty);

  public BuildSecrets {
    hidden = List.copyOf(hidden);
  }

  /** Without credentials for git. */
  public BuildSecrets(List<String> hidden, Function<String, Optional<String>> find) {
    this(hidden, find, Optional::empty);
  }

  /** With further values to hide. */
  BuildSecrets hiding(List<String> more) {
    List<String> all = new ArrayList<>(hidden);
    all.addAll(more);
    return new BuildSecrets(all, find, gitPassword);
  }

  /** Without the values. */
  @Override
  public String toString() {
    return hidden.size() + " hidden values";
  }
}
