package dev.samdan.application;

import java.util.List;

/**
 * The data tier: a database and a role for each environment.
 *
 * @param engine always {@code postgresql}
 * @param migrate command that runs once in each deployment, in the new image, before green starts;
 *     empty for none
 */
public record DataTier(String engine, List<String> migrate) {
  public DataTier {
    migrate = List.copyOf(migrate);
  }
}
