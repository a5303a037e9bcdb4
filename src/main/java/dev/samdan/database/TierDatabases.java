package dev.samdan.database;

/** The data tiers: a database and a role for each application and environment, which cannot reach each other. */
public final class TierDatabases {
  TierDatabases() {}

  /** What a data tier looks like; {@code connections} counts the applications' own. */
  public record Facts(String database, long sizeBytes, int connections, int tables) {}

  /** The credentials of this environment's database, which is created where it is missing; idempotent. */
  public DatabaseCredentials ensure(String application, String environment) {
    throw new UnsupportedOperationException(application + environment);
  }

  /** Ends its connections and drops database and role; does nothing where there is none. */
  public void drop(String application, String environment) {
    throw new UnsupportedOperationException(application + environment);
  }

  /** NOT_FOUND where the environment has no database. */
  public Facts facts(String application, String environment) {
    throw new UnsupportedOperationException(application + environment);
  }
}
