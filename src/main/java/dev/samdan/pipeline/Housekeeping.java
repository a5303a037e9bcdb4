package dev.samdan.pipeline;

import dev.samdan.database.Database;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Keeps the history bounded; what goes on is never touched. */
final class Housekeeping {
  private final Database database;
  private final Driver driver;
  private final Artifacts artifacts;
  private final Settings settings;

  Housekeeping(Database database, Driver driver, Artifacts artifacts, Settings settings) {
    this.database = database;
    this.driver = driver;
    this.artifacts = artifacts;
    this.settings = settings;
  }

  void sweep() {
    List<String> pipelines = database.withHandle(handle -> Declarations.names(handle, null));
    pipelines.forEach(this::sweep);
    database.useTransaction(EventLog::trim);
    sweepFolders();
  }

  /**
   * Rows first: a folder without its rows is found later, rows without their folder would mislead.
   */
  private void sweep(String pipeline) {
    driver.<@Nullable Void>change(
        pipeline,
        handle -> {
          handle
              .createUpdate(
                  """
                  delete from execution where pipeline = :pipeline and ended_at is not null and number <= (
                    select max(number) - :kept from execution where pipeline = :pipeline)
                  """)
              .bind("pipeline", pipeline)
              .bind("kept", settings.executionsKept())
              .execute();
          handle
              .createUpdate(
                  """
                  update execution set artifacts_removed = true
                  where pipeline = :pipeline and ended_at is not null and not artifacts_removed and number <= (
                    select max(number) - :kept from execution where pipeline = :pipeline)
                  """)
              .bind("pipeline", pipeline)
              .bind("kept", settings.artifactsKept())
              .execute();
          return null;
        });
  }

  private void sweepFolders() {
    List<UUID> folders = artifacts.folders();
    Set<UUID> kept =
        new HashSet<>(
            database.withHandle(handle ->
                handle
                    .createQuery("select id from execution where not artifacts_removed")
                    .mapTo(UUID.class)
                    .list()));
    folders.stream().filter(folder -> !kept.contains(folder)).forEach(artifacts::remove);
  }
}
