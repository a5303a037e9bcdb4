package dev.samdan.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which entries; null means any.
 *
 * @param action a part of what was done, in any case
 * @param outcome {@code done}, {@code refused} or {@code failed}
 * @param until before then
 */
public record AuditFilter(
    @Nullable String application,
    @Nullable String who,
    @Nullable String action,
    @Nullable String outcome,
    @Nullable Instant since,
    @Nullable Instant until) {
  public AuditFilter(@Nullable String application, @Nullable String who, @Nullable Instant since) {
    this(application, who, null, null, since, null);
  }
}
