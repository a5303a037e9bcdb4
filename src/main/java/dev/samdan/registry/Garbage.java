package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.database.Database;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.locks.Lock;

/**
 * Deletes blobs that nothing needs any more. A blob that no manifest names waits for the one that
 * is being pushed after it; then the repository lets go of it, and a blob without a repository goes
 * with its file. The file and its row change under one lock with the end of each push, so that a
 * push never finds a blob that is just being deleted.
 */
final class Garbage {
  /** How long a blob waits for the manifest that is pushed after it. */
  static final Duration PATIENCE = Duration.ofHours(24);

  private final Database database;
  private final BlobFiles files;
  private final Lock exclusive;

  Garbage(Database database, BlobFiles files, Lock exclusive) {
    this.database = database;
    this.files = files;
    this.exclusive = exclusive;
  }

  /** What was deleted. */
  record Collected(int blobs, long bytes) {}

  Collected collect(Instant now) throws IOException {
    letGo(now.minus(PATIENCE));
    int blobs = 0;
    long bytes = 0;
    for (String digest : unheld()) {
      exclusive.lock();
      try {
        Long size = forget(digest);
        if (size != null) {
          files.delete(Digest.parse(digest));
          blobs++;
          bytes += size;
        }
      } finally {
        exclusive.unlock();
      }
    }
    return new Collected(blobs, bytes);
  }

  /**
   * Deletes files of one of the 256 folders that no row knows: control ended after they came and
   * before the row.
   */
  void sweepUnknown(int folder, Instant now) throws IOException {
    for (Digest blob : files.older(folder, now.minus(PATIENCE))) {
      exclusive.lock();
      try {
        if (!isKnown(blob)) {
          files.delete(blob);
        }
      } finally {
        exclusive.unlock();
      }
    }
  }

  private boolean isKnown(Digest blob) {
    return database.withHandle(h ->
        h.createQuery("select exists (select from blob where digest = :digest)")
            .bind("digest", blob.toString())
            .mapTo(Boolean.class)
            .one());
  }

  private void letGo(Instant addedBefore) {
    database.useHandle(h ->
        h.createUpdate(
                """
                delete from repository_blob r
                where r.added_at < :before
                  and not exists (select from manifest_blob m where m.repository = r.repository and m.blob = r.digest)
                """)
            .bind("before", addedBefore.atOffset(ZoneOffset.UTC))
            .execute());
  }

  private List<String> unheld() {
    return database.withHandle(h ->
        h.createQuery(
                "select digest from blob b where not exists (select from repository_blob r where"
                    + " r.digest = b.digest)")
            .mapTo(String.class)
            .list());
  }

  /** The size of a blob whose row is gone now; null where a push took it up meanwhile. */
  private @org.jspecify.annotations.Nullable Long forget(String digest) {
    return database.withHandle(h ->
        h.createQuery(
                """
                delete from blob b where digest = :digest
                  and not exists (select from repository_blob r where r.digest = b.digest)
                returning size_bytes
                """)
            .bind("digest", digest)
            .mapTo(Long.class)
            .findOne()
            .orElse(null));
  }
}
