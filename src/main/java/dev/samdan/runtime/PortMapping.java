package dev.samdan.runtime;

import org.jspecify.annotations.Nullable;

/**
 * A port that a container listens on (ECS PortMapping).
 *
 * @param hostPort as written; tasks are reached through the edge, so another free port is taken
 * @param protocol {@code tcp} or {@code udp}
 */
public record PortMapping(int containerPort, @Nullable Integer hostPort, String protocol) {}
