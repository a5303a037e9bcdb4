package dev.samdan.build;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * What to build and where.
 *
 * @param id {@code <project>:<uuid>}
 * @param source the folder in which commands begin, CODEBUILD_SRC_DIR
 * @param secondarySources folders of further inputs by name, CODEBUILD_SRC_DIR_name
 * @param buildspec path below {@code source}
 * @param buildspecName how messages name the file
 * @param environment further variables; they win over the buildspec's
 * @param secrets what it may know and its log may not show
 * @param work an empty folder for the runner's own files; its owner deletes it afterwards
 * @param home HOME of the commands
 * @param log where the log is written
 * @param outputs the zips to write: "" for the primary artifact, else by secondary identifier
 * @param timeout after which the build is stopped
 */
public record BuildRequest(
    String id,
    Path source,
    Map<String, Path> secondarySources,
    String buildspec,
    String buildspecName,
    Map<String, String> environment,
    BuildSecrets secrets,
    Path work,
    Path home,
    Path log,
    Map<String, Path> outputs,
    Duration timeout) {
  public BuildRequest {
    secondarySources = Map.copyOf(secondarySources);
    environment = Map.copyOf(environment);
    outputs = Map.copyOf(outputs);
  }

  /** The id's first part. */
  public String project() {
    return id.substring(0, id.indexOf(':'));
  }

  /** The id's second part. */
  public String uuid() {
    return id.substring(id.indexOf(':') + 1);
  }

  /** Without environment and secrets. */
  @Override
  public String toString() {
    return id + " in " + source;
  }
}
