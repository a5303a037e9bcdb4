package dev.samdan.application;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The application tier.
 *
 * @param repository another repository than the application's, where the file names one
 * @param source folder in the repository, {@code ""} for the whole of it; the other paths are
 *     relative to it
 * @param build how its artifacts are made
 * @param dockerfile built with {@code source} as its context
 * @param base the image that the dockerfile starts from, where the team builds one
 * @param port on which a container listens, 0 for the image's EXPOSE, else 8080; a process task is
 *     told its own as PORT
 * @param health path that answers 200 to 399 while a task can serve
 * @param paths the edge sends these to this tier, all else to the site
 * @param desiredCount tasks of a deployment, at least 1
 * @param environment variables of every task
 * @param volumes absolute paths that live on from task to task
 * @param deploymentConfig name of a CodeDeploy deployment configuration for ECS
 * @param tests what runs against the deployment; null where there is none
 * @param appspec path of the appspec file; null where it is derived
 * @param taskdef path of the task definition; null where it is derived
 * @param secrets variables whose values are secrets, by the secret's name or ARN
 * @param buildArgs values of ARG in the dockerfile and the base's
 * @param deployment hooks, waits and alarms of its deployments
 */
public record ApiTier(
    @Nullable String repository,
    String source,
    BuildDeclaration build,
    String dockerfile,
    @Nullable BaseImage base,
    int port,
    String health,
    List<String> paths,
    int desiredCount,
    Map<String, String> environment,
    List<String> volumes,
    String deploymentConfig,
    @Nullable BuildDeclaration tests,
    @Nullable String appspec,
    @Nullable String taskdef,
    Map<String, String> secrets,
    Map<String, String> buildArgs,
    DeploymentPolicy deployment) {
  /**
   * The base image, built when one of its files changes.
   *
   * @param dockerfile relative to the tier's source
   * @param rebuildOn globs relative to the tier's source
   */
  public record BaseImage(String dockerfile, List<String> rebuildOn) {
    public BaseImage {
      rebuildOn = List.copyOf(rebuildOn);
    }
  }

  public ApiTier {
    paths = List.copyOf(paths);
    environment = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(environment));
    volumes = List.copyOf(volumes);
    secrets = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(secrets));
    buildArgs = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(buildArgs));
  }
}
