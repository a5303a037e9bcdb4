package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs as files {@code blobs/sha256/ab/<hex>}: written aside, verified, synced, then renamed into
 * place.
 */
final class BlobFiles {
  private static final Logger LOG = LoggerFactory.getLogger(BlobFiles.class);
  private final Path root;
  private final VerifiedBlobs verified = new VerifiedBlobs();

  /** What was stored. */
  record Stored(Digest digest, long sizeBytes) {}

  BlobFiles(Path root) {
    this.root = root;
  }

  /** Where the bytes of uploads lie until they are whole. */
  Path uploads() {
    return root.resolve("uploads");
  }

  Path file(Digest blob) {
    return root.resolve("blobs")
        .resolve("sha256")
        .resolve(blob.hex().substring(0, 2))
        .resolve(blob.hex());
  }

  /**
   * Whether a blob is here and holds what its digest says; one that does not is set aside, and the
   * log names it. A file that was read since it was last touched is not read again.
   */
  boolean isWhole(Digest blob) throws IOException {
    Path file = file(blob);
    try {
      return verified.contains(blob, file) || verify(blob);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private boolean verify(Digest blob) throws IOException {
    Path file = file(blob);
    if (!Files.isRegularFile(file)) {
      return false;
    }
    Digest found = Digest.of(file);
    if (found.equals(blob)) {
      verified.add(blob, file);
      return true;
    }
    LOG.error(damaged(blob, found).text());
    return false;
  }

  /** Reads the blobs of one of the 256 folders, whatever is known of them. */
  void scrub(int folder) throws IOException {
    Path blobs = folder(folder);
    if (Files.isDirectory(blobs)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(blobs)) {
        for (Path file : all) {
          verify(new Digest(String.valueOf(file.getFileName())));
        }
      }
    }
  }

  /** The blobs of one of the 256 folders whose files are older than this. */
  List<Digest> older(int folder, Instant before) throws IOException {
    List<Digest> older = new ArrayList<>();
    Path blobs = folder(folder);
    if (Files.isDirectory(blobs)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(blobs)) {
        for (Path file : all) {
          if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
            older.add(new Digest(String.valueOf(file.getFileName())));
          }
        }
      }
    }
    return older;
  }

  private Path folder(int number) {
    return root.resolve("blobs/sha256").resolve(HexFormat.of().toHexDigits((byte) number));
  }

  /** The blobs that were found damaged and have not come again since. */
  List<Digest> damaged() throws IOException {
    List<Digest> damaged = new ArrayList<>();
    if (Files.isDirectory(aside())) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(aside())) {
        all.forEach(file -> damaged.add(new Digest(String.valueOf(file.getFileName()))));
      }
    }
    return damaged;
  }

  /** Why a blob is not here: it never was, or it was damaged. */
  String missing(Digest blob) {
    Path aside = aside().resolve(blob.hex());
    return Files.exists(aside)
        ? "the blob "
            + blob
            + " is damaged on disk and was moved to "
            + aside
            + "; build or push its image again to mend it"
        : "the blob " + blob + " is not in the registry";
  }

  private Path aside() {
    return root.resolve("damaged");
  }

  /** Makes a file, whose content is known, a blob of a repository. */
  interface Keeper {
    void keep(Path temporary, Stored content) throws IOException;
  }

  /** Writes a blob aside and hands it to its keeper. */
  Stored store(Registry.BlobWriter writer, long limit, Keeper keeper) throws IOException {
    Files.createDirectories(uploads());
    Path temporary = uploads().resolve("." + UUID.randomUUID());
    try (Measured out =
        new Measured(
            new Roomy(Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW), root),
            limit)) {
      writer.writeTo(out);
      out.close();
      Digest digest = new Digest(HexFormat.of().formatHex(out.sha256.digest()));
      Stored stored = new Stored(digest, out.size);
      keeper.keep(temporary, stored);
      return stored;
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /** Counts and digests what passes, and stops at the limit. */
  private static final class Measured extends FilterOutputStream {
    private final MessageDigest sha256 = Digest.sha256();
    private final long limit;
    private long size;

    Measured(OutputStream out, long limit) {
      super(out);
      this.limit = limit;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      size += length;
      if (size > limit) {
        throw tooLarge(limit);
      }
      sha256.update(bytes, offset, length);
      out.write(bytes, offset, length);
    }
  }

  /** Opens the file of an upload, to be gone on with, which stops before the disk is full. */
  OutputStream append(Path upload) throws IOException {
    return new Roomy(Files.newOutputStream(upload, StandardOpenOption.APPEND), root);
  }

  /**
   * Makes a file, whose content has this digest, the blob; it is gone from where it was. It takes
   * the place of one that is damaged.
   */
  void adopt(Path temporary, Digest digest) throws IOException {
    Path file = file(digest);
    if (Files.isRegularFile(file) && isWhole(digest)) {
      Files.delete(temporary);
      return;
    }
    Path folder = folderOf(file);
    boolean fresh = Files.notExists(folder);
    Files.createDirectories(folder);
    sync(temporary, StandardOpenOption.WRITE);
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    sync(folder, StandardOpenOption.READ);
    if (fresh) {
      sync(folderOf(folder), StandardOpenOption.READ);
    }
    verified.add(digest, file);
    Files.deleteIfExists(aside().resolve(digest.hex()));
  }

  /** Sets a damaged blob aside, so that the next push of it is taken as new; the error says so. */
  PlatformException damaged(Digest blob, Digest found) {
    Path aside = aside().resolve(blob.hex());
    try {
      Files.createDirectories(folderOf(aside));
      Files.move(
          file(blob), aside, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException e) {
      LOG.debug("{} was set aside meanwhile", blob);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new PlatformException(
        PlatformException.Code.INTERNAL,
        "the blob "
            + blob
            + " is damaged on disk (it holds "
            + found
            + "); it was moved to "
            + aside
            + ". Build or push its image again to mend it");
  }

  void delete(Digest blob) throws IOException {
    Files.deleteIfExists(file(blob));
  }

  static PlatformException tooLarge(long limit) {
    return new PlatformException(
        PlatformException.Code.TOO_LARGE,
        "a blob may hold at most " + (limit >> 20) + " MiB; this one is larger");
  }

  private static void sync(Path path, StandardOpenOption option) throws IOException {
    try (FileChannel channel = FileChannel.open(path, option)) {
      channel.force(true);
    }
  }

  private static Path folderOf(Path file) {
    Path folder = file.getParent();
    if (folder == null) {
      throw new IllegalArgumentException(file + " has no folder");
    }
    return folder;
  }
}
