package dev.samdan.runtime;

/** All mount points of another container of the task (ECS VolumeFrom). */
public record VolumeFrom(String sourceContainer, boolean readOnly) {}
