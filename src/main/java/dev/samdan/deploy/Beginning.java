package dev.samdan.deploy;

import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a new deployment begins with.
 *
 * @param skippedEvents lifecycle events that have nothing to do, with the reason
 */
record Beginning(
    String application,
    String environment,
    String tier,
    String creator,
    String by,
    @Nullable UUID actionExecution,
    @Nullable UUID push,
    @Nullable String commit,
    Object plan,
    @Nullable String taskDefinition,
    @Nullable String image,
    @Nullable Integer release,
    String configuration,
    Map<String, String> skippedEvents) {}
