package dev.samdan.runtime;

/** Where a volume of the task definition is in a container (ECS MountPoint). */
public record MountPoint(String sourceVolume, String containerPath, boolean readOnly) {}
