package dev.samdan.runtime;

/** Where a task listens, as the edge reaches it. */
record Address(String host, int port) {}
