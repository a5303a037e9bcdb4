package dev.samdan.operations;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What lives: the house's own processes and every application's tiers. The JSON of {@code samdan
 * status --json}.
 *
 * @param control null in a status that was read from the home while control was dead
 */
public record Status(
    @Nullable Address control,
    @Nullable Address edge,
    @Nullable Pid database,
    List<Application> applications) {
  /** A process that listens. */
  public record Address(String url, long pid) {}

  /** A process. */
  public record Pid(long pid) {}

  /** One application. */
  public record Application(String name, List<Environment> environments) {}

  /** One environment: its name at the edge ({@code host}), its own listeners, its tiers. */
  public record Environment(
      String name, String branch, String host, String url, String testUrl, Tiers tiers) {}

  /** The three tiers; one that is not declared is null. */
  public record Tiers(@Nullable Web web, @Nullable Api api, @Nullable Data data) {}

  /** The client tier. */
  public record Web(@Nullable String release, String status) {}

  /** The application tier; {@code image} is {@code repository@sha256:…}. */
  public record Api(
      @Nullable String image,
      @Nullable String taskDefinition,
      int desiredCount,
      int runningCount,
      int healthyCount,
      String status,
      List<Task> tasks) {}

  /** One task: a process, or a container. */
  public record Task(String id, @Nullable Long pid, @Nullable String containerId, String status) {}

  /** The data tier. */
  public record Data(String status, @Nullable String database) {}
}
