package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.UUID;

/**
 * Blobs as files {@code blobs/sha256/ab/<hex>}: written aside, verified, synced, then renamed into
 * place.
 */
final class BlobFiles {
  private final Path root;

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

  boolean exists(Digest blob) {
    return Files.isRegularFile(file(blob));
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
        new Measured(Files.newOutputStream(temporary, StandardOpenOption.CREATE_NEW), limit)) {
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

  /** Makes a file, whose content has this digest, the blob; it is gone from where it was. */
  void adopt(Path temporary, Digest digest) throws IOException {
    Path file = file(digest);
    if (Files.isRegularFile(file)) {
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
  }

  /** Sets a damaged blob aside, so that the next push of it is taken as new; the error says so. */
  PlatformException damaged(Digest blob, Digest found) {
    Path aside = root.resolve("damaged").resolve(blob.hex());
    try {
      Files.createDirectories(folderOf(aside));
      Files.move(
          file(blob), aside, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
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
