package dev.samdan.engine;

/**
 * What an engine says about itself (Docker Engine API, GET /version and /info).
 *
 * @param version such as {@code 20.10.24}
 * @param apiVersion such as {@code 1.41}
 * @param storageDriver such as {@code overlay2}
 * @param os such as {@code linux}
 * @param architecture in Go's words, such as {@code amd64}
 * @param cgroupVersion {@code 1} or {@code 2}
 * @param gateway the machine's address on the engine's default bridge, at which containers reach
 *     it; empty where the engine has no such bridge
 */
public record EngineFacts(
    String version,
    String apiVersion,
    String storageDriver,
    String os,
    String architecture,
    String cgroupVersion,
    String gateway) {}
