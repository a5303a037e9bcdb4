package dev.samdan.runtime;

import java.util.Map;

/**
 * Where ECS would send a container's log. Every log is kept here and read with {@code samdan task
 * logs}; the driver and its options are kept as they were written.
 *
 * @param logDriver such as {@code awslogs}
 */
public record LogConfiguration(String logDriver, Map<String, String> options) {}
