package dev.samdan.runtime;

/** A limit of the kernel on a container's processes, such as {@code nofile} (ECS Ulimit). */
public record Ulimit(String name, long softLimit, long hardLimit) {}
