package dev.samdan.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Which entries; null means any. */
public record AuditFilter(
    @Nullable String application, @Nullable String who, @Nullable Instant since) {}
