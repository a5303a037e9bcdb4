package dev.samdan.audit;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of the audit log.
 *
 * @param who a user's name
 * @param door how they came in: {@code console}, {@code api}, {@code cli}, {@code git}, {@code
 *     registry}, {@code aws}, {@code webhook}, or {@code samdan} for what it does by itself
 * @param outcome {@code done}, {@code refused} or {@code failed}
 */
public record AuditEntry(
    long id,
    Instant at,
    String who,
    String door,
    String address,
    String action,
    @Nullable String application,
    String subject,
    String outcome,
    String detail) {}
