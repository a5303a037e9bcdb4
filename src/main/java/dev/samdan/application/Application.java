package dev.samdan.application;

import java.time.Instant;

/**
 * An application: a repository, and what its samdan.yml declares.
 *
 * @param name a DNS label
 * @param title what people call it
 */
public record Application(String name, String title, Instant createdAt) {
  /** The repository that holds its samdan.yml. */
  public String repository() {
    return name;
  }
}
