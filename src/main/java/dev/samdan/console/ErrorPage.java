package dev.samdan.console;

/** What could not be shown, and why. */
public record ErrorPage(int status, String headline, String text) {}
