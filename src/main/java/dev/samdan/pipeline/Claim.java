package dev.samdan.pipeline;

import java.util.Optional;
import java.util.UUID;

/** An action that this worker holds; {@code attempt} is its fencing token. */
record Claim(
    UUID action,
    int attempt,
    String name,
    String stage,
    int stageOrdinal,
    UUID execution,
    int executionNumber,
    int version,
    String pipeline,
    String application,
    Optional<String> environment,
    UUID group,
    Trigger trigger,
    SourceRevision revision) {}
