package dev.samdan.build;

import dev.samdan.application.BuildDeclaration;
import dev.samdan.application.Project;
import dev.samdan.pipeline.SourceRevision;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A build to run and keep.
 *
 * @param source zip of the input artifact
 * @param folder the tier's folder in it, {@code ""} for the whole; commands begin there
 * @param secondarySources zips of further inputs by name
 * @param build its buildspec below {@code folder}, and where and within which limits it runs
 * @param environment further variables; they win over the buildspec's
 * @param secrets what it may know and its log may not show
 * @param outputs the zips to write: "" for the primary artifact, else by secondary identifier
 * @param tools folder of commands that come first on PATH; null for none
 * @param asker who asked for it
 */
public record BuildOrder(
    Project project,
    SourceRevision revision,
    Path source,
    String folder,
    Map<String, Path> secondarySources,
    BuildDeclaration build,
    Map<String, String> environment,
    BuildSecrets secrets,
    Map<String, Path> outputs,
    @Nullable Path tools,
    Asker asker) {
  /** The action that asked for a build. */
  public record Asker(
      String initiator,
      @Nullable String pipeline,
      @Nullable UUID execution,
      @Nullable UUID actionExecution) {}

  /** How messages name the buildspec: from the repository's root. */
  String buildspecName() {
    return folder.isEmpty() ? build.buildspec() : folder + "/" + build.buildspec();
  }

  /** Without environment and secrets. */
  @Override
  public String toString() {
    return project.name() + " at " + revision.commit();
  }
}
