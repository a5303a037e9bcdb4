package dev.samdan.console;

/**
 * How to deliver for the first time.
 *
 * @param name of the application, or a stand-in for it
 * @param create whether it must be created first
 * @param remote its address for git
 * @param edge where it will answer
 */
public record FirstRunPage(
    String headline,
    String rest,
    String name,
    boolean create,
    String remote,
    String listens,
    String edge) {}
