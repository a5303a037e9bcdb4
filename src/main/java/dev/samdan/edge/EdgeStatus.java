package dev.samdan.edge;

import dev.samdan.base.ProcessId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the edge does right now, and its traffic of the last hour. */
public record EdgeStatus(
    ProcessId process,
    Instant startedAt,
    long generation,
    long version,
    int connections,
    List<ListenerStatus> listeners,
    List<TargetStatus> targets,
    List<SiteStatus> sites,
    List<Traffic> traffic) {

  /** {@code problem} says why the listener is not bound; null where it is. */
  public record ListenerStatus(
      String name, String host, int port, boolean bound, @Nullable String problem) {}

  /**
   * Whether a target gets requests; INITIAL until its first success or until it failed for long
   * enough.
   */
  public enum Health {
    INITIAL,
    HEALTHY,
    UNHEALTHY
  }

  /**
   * A target of a group.
   *
   * @param inFlight requests that it is answering now
   * @param probe what is asked, such as {@code GET http://127.0.0.1:4711/health}
   * @param lastAnswer what the last check gave, such as {@code 503} or {@code connection refused};
   *     null before the first
   */
  public record TargetStatus(
      String targetGroup,
      String id,
      String host,
      int port,
      Health health,
      boolean draining,
      int inFlight,
      String probe,
      @Nullable String lastAnswer,
      Instant since) {}

  /** {@code problem} says why the files could not be loaded; null where they are served. */
  public record SiteStatus(
      String name, String release, int files, long cachedBytes, @Nullable String problem) {}

  /** What the traffic is counted by. */
  public enum Kind {
    LISTENER,
    HOST,
    TARGET_GROUP,
    TARGET,
    SITE
  }

  /**
   * The minutes of the last hour that had requests, oldest first; a target's name is {@code
   * group/id}.
   */
  public record Traffic(Kind kind, String name, List<Minute> minutes) {}

  /**
   * One minute's requests.
   *
   * @param p50 milliseconds from the request's head to the answer's end, within 10 %
   * @param p99 as p50
   * @param bytes of answers' bodies
   */
  public record Minute(
      Instant at, long requests, long errors5xx, double p50, double p99, long bytes) {}

  /** The target of this group and id. */
  public Optional<TargetStatus> target(String targetGroup, String id) {
    return targets.stream()
        .filter(t -> t.targetGroup().equals(targetGroup) && t.id().equals(id))
        .findFirst();
  }

  /** The traffic of one thing; no minutes where it had none. */
  public Traffic traffic(Kind kind, String name) {
    return traffic.stream()
        .filter(t -> t.kind() == kind && t.name().equals(name))
        .findFirst()
        .orElse(new Traffic(kind, name, List.of()));
  }
}
