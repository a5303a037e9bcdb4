package dev.samdan.console;

/** Nothing is live yet. */
public record FirstRunPage(String headline, String remote) {}
