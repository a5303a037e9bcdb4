package dev.samdan.deploy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A step of a deployment as CodeDeploy names it (BeforeInstall, Install, AfterInstall,
 * AllowTestTraffic, AfterAllowTestTraffic, BeforeAllowTraffic, AllowTraffic, AfterAllowTraffic);
 * here BeforeInstall is the migration.
 *
 * @param at when it began; null while Pending
 * @param detail one line for people, such as why it was skipped or how many tests passed
 */
public record LifecycleEvent(
    String name,
    Status status,
    @Nullable Instant at,
    @Nullable Instant endedAt,
    @Nullable String detail) {
  /** CodeDeploy's lifecycle event statuses. */
  public enum Status {
    Pending,
    InProgress,
    Succeeded,
    Failed,
    Skipped,
    Unknown
  }
}
