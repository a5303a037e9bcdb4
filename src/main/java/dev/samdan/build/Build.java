package dev.samdan.build;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A build as it is kept.
 *
 * @param id {@code <project>:<uuid>}, CodeBuild's form
 * @param number counts the project's builds, from 1
 * @param pipeline null for a build that no pipeline asked for, such as the tests of a deployment
 * @param message why it did not succeed; empty otherwise
 * @param exportedVariables what {@code exported-variables} named, at the end of POST_BUILD
 */
public record Build(
    String id,
    long number,
    String project,
    String application,
    @Nullable String environment,
    String tier,
    @Nullable String pipeline,
    @Nullable UUID execution,
    @Nullable UUID actionExecution,
    String commit,
    String initiator,
    BuildStatus status,
    Instant startedAt,
    @Nullable Instant endedAt,
    String message,
    Map<String, String> exportedVariables,
    List<BuildPhase> phases) {}
