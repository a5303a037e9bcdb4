package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Uploads of blobs in parts (OCI distribution 1.1, "Pushing a blob in chunks"). An upload is a row
 * and a file, so that it goes on after a restart; its running digest is only a shortcut, made again
 * from the file where it was lost.
 */
final class Uploads {
  /** How long an upload may rest before it is cleared. */
  static final Duration AGE = Duration.ofHours(24);

  private final Database database;
  private final BlobFiles files;
  private final long limit;
  private final Map<UUID, Upload> open = new ConcurrentHashMap<>();

  Uploads(Database database, BlobFiles files, long limit) {
    this.database = database;
    this.files = files;
    this.limit = limit;
  }

  /** One upload. Its lock keeps two requests from writing at once. */
  static final class Upload {
    final UUID id;
    final String repository;
    final Path file;
    private final ReentrantLock writing = new ReentrantLock();
    private @Nullable MessageDigest sha256;
    private long hashed;

    private Upload(UUID id, String repository, Path file) {
      this.id = id;
      this.repository = repository;
      this.file = file;
    }

    /** How many bytes have come so far. */
    long size() {
      try {
        return Files.size(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Upload begin(String repository) {
    UUID id = UUID.randomUUID();
    Path file = files.uploads().resolve(id.toString());
    try {
      Files.createDirectories(files.uploads());
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    database.useTransaction(h -> {
      h.createUpdate("insert into image_repository (name) values (:name) on conflict do nothing")
          .bind("name", repository)
          .execute();
      h.createUpdate("insert into blob_upload (id, repository) values (:id, :repository)")
          .bind("id", id)
          .bind("repository", repository)
          .execute();
    });
    Upload upload = new Upload(id, repository, file);
    upload.sha256 = Digest.sha256();
    open.put(id, upload);
    return upload;
  }

  /** The upload of this id in this repository, where it goes on. */
  Optional<Upload> find(String repository, String id) {
    UUID uuid;
    try {
      uuid = UUID.fromString(id);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
    Path file = files.uploads().resolve(uuid.toString());
    if (!Files.isRegularFile(file)) {
      open.remove(uuid);
      return Optional.empty();
    }
    boolean known =
        database.withHandle(h ->
            h.createQuery(
                    "select exists (select from blob_upload where id = :id and repository ="
                        + " :repository)")
                .bind("id", uuid)
                .bind("repository", repository)
                .mapTo(Boolean.class)
                .one());
    return known
        ? Optional.of(open.computeIfAbsent(uuid, u -> new Upload(u, repository, file)))
        : Optional.empty();
  }

  /**
   * Appends a part. {@code start} is where the client thinks it begins; a wrong one is a CONFLICT.
   */
  void append(Upload upload, InputStream part, OptionalLong start) throws IOException {
    lock(upload);
    try {
      long size = upload.size();
      if (start.isPresent() && start.getAsLong() != size) {
        throw PlatformException.conflict(
            "the part begins at "
                + start.getAsLong()
                + ", but "
                + size
                + " bytes have come; go on from there");
      }
      MessageDigest sha256 = hashedUpTo(upload, size) ? upload.sha256 : null;
      try (OutputStream out = files.append(upload.file)) {
        byte[] buffer = new byte[1 << 16];
        for (int n; (n = part.read(buffer)) >= 0; ) {
          size += n;
          if (size > limit) {
            throw BlobFiles.tooLarge(limit);
          }
          out.write(buffer, 0, n);
          if (sha256 != null) {
            sha256.update(buffer, 0, n);
            upload.hashed += n;
          }
        }
      }
    } catch (PlatformException e) {
      if (e.code() == PlatformException.Code.UNAVAILABLE) {
        forget(upload.id); // Its bytes would only keep the disk full.
      }
      throw e;
    } finally {
      upload.writing.unlock();
    }
  }

  /**
   * Ends an upload with the digest that it should have; one that holds something else is cleared
   * and INVALID.
   */
  void finish(Upload upload, Digest expected, BlobFiles.Keeper keeper) throws IOException {
    lock(upload);
    try {
      long size = upload.size();
      MessageDigest sha256 = upload.sha256;
      Digest found =
          sha256 != null && upload.hashed == size
              ? new Digest(HexFormat.of().formatHex(sha256.digest()))
              : Digest.of(upload.file);
      if (!found.equals(expected)) {
        forget(upload.id);
        throw PlatformException.invalid(
            "the upload holds " + found + ", not " + expected + "; upload it again");
      }
      keeper.keep(upload.file, new BlobFiles.Stored(found, size));
      forget(upload.id);
    } finally {
      upload.writing.unlock();
    }
  }

  void cancel(Upload upload) throws IOException {
    forget(upload.id);
  }

  /** Clears uploads that rested too long, rows without a file and files without a row. */
  void sweep() throws IOException {
    Instant oldest = Instant.now().minus(AGE);
    Files.createDirectories(files.uploads());
    try (DirectoryStream<Path> all = Files.newDirectoryStream(files.uploads())) {
      for (Path file : all) {
        try {
          if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
            Files.deleteIfExists(file);
          }
        } catch (NoSuchFileException e) {
          continue; // It ended meanwhile.
        }
      }
    }
    for (UUID id :
        database.withHandle(
            h -> h.createQuery("select id from blob_upload").mapTo(UUID.class).list())) {
      if (!Files.exists(files.uploads().resolve(id.toString()))) {
        forget(id);
      }
    }
  }

  private void forget(UUID id) throws IOException {
    open.remove(id);
    Files.deleteIfExists(files.uploads().resolve(id.toString()));
    database.useHandle(
        h -> h.createUpdate("delete from blob_upload where id = :id").bind("id", id).execute());
  }

  private static boolean hashedUpTo(Upload upload, long size) {
    if (upload.hashed != size) {
      upload.sha256 = null;
    }
    return upload.sha256 != null;
  }

  private static void lock(Upload upload) {
    if (!upload.writing.tryLock()) {
      throw PlatformException.conflict(
          "another request is writing to this upload; wait for it to end");
    }
  }
}
