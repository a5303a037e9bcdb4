package dev.samdan.build;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How a build ended.
 *
 * @param phases those that were reached, in order
 * @param message why it did not succeed; empty otherwise
 * @param artifacts the zips that were written: "" is the primary one, others stand under their
 *     secondary identifier
 */
public record BuildResult(
    BuildStatus status,
    List<BuildPhase> phases,
    String message,
    Map<String, Path> artifacts,
    Map<String, String> exportedVariables,
    List<Report> reports) {
  public BuildResult {
    phases = List.copyOf(phases);
    artifacts = Map.copyOf(artifacts);
    exportedVariables = Map.copyOf(exportedVariables);
    reports = List.copyOf(reports);
  }

  public boolean succeeded() {
    return status == BuildStatus.SUCCEEDED;
  }
}
