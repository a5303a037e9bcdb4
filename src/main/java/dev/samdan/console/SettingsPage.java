package dev.samdan.console;

import java.util.List;

/** What is set of an application. */
public record SettingsPage(String headline, String application, List<Scope> secrets) {
  /**
   * The secrets of an environment, or of all.
   *
   * @param key the environment's name; {@code -} for all
   * @param saved the name that was just set or deleted; empty otherwise
   */
  public record Scope(
      String key, String title, String about, List<SecretLine> lines, String saved) {}

  /** A secret's name; its value is never shown. */
  public record SecretLine(String name, When at, String by) {}
}
