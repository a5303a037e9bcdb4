package dev.samdan.edge;

/**
 * One process that serves.
 *
 * @param id a task's id; health and counts follow id, host and port from table to table
 * @param draining finishes what it has, gets nothing new
 */
public record Target(String id, String host, int port, boolean draining) {}
