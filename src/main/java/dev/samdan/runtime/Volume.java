package dev.samdan.runtime;

import org.jspecify.annotations.Nullable;

/**
 * A volume of a task definition (ECS Volume). It belongs to the application and environment and
 * outlives deployments, unless it is a folder of the machine or meant for the task alone.
 *
 * @param sourcePath a folder of this machine ({@code host.sourcePath}); null for none
 * @param taskOnly it ends with the task ({@code dockerVolumeConfiguration.scope: task})
 */
public record Volume(String name, @Nullable String sourcePath, boolean taskOnly) {}
