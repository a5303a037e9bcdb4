package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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
 * Uploads of blobs in parts (OCI distribution 1.1, "Pushing a blob in chunks"). An upload is a file
 * whose name says its id and its repository, so that it goes on after a restart; its running digest
 * is only a shortcut, made again from the file where it was lost.
 */
final class Uploads {
  /** How long an upload may rest before it is cleared. */
  static final Duration AGE = Duration.ofHours(24);

  private final BlobFiles files;
  private final long limit;
  private final Map<UUID, Upload> open = new ConcurrentHashMap<>();

  Uploads(BlobFiles files, long limit) {
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
    Path file = file(repository, id);
    try {
      Files.createDirectories(files.uploads());
      Files.createFile(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    Path file = file(repository, uuid);
    return Files.isRegularFile(file)
        ? Optional.of(open.computeIfAbsent(uuid, u -> new Upload(u, repository, file)))
        : Optional.empty();
  }

  /** A repository's name may be longer than a file's. */
  private Path file(String repository, UUID id) {
    String of = Digest.of(repository.getBytes(StandardCharsets.UTF_8)).hex();
    return files.uploads().resolve(id + "-" + of.substring(0, 32));
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
        forget(upload); // Its bytes would only keep the disk full.
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
        forget(upload);
        throw PlatformException.invalid(
            "the upload holds " + found + ", not " + expected + "; upload it again");
      }
      keeper.keep(upload.file, new BlobFiles.Stored(found, size));
      forget(upload);
    } finally {
      upload.writing.unlock();
    }
  }

  void cancel(Upload upload) throws IOException {
    forget(upload);
  }

  /** Clears uploads that rested too long. */
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
    open.values().removeIf(upload -> Files.notExists(upload.file));
  }

  private void forget(Upload upload) throws IOException {
    open.remove(upload.id);
    Files.deleteIfExists(upload.file);
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
