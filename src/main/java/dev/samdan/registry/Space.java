package dev.samdan.registry;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much room images have on their disk; in bytes.
 *
 * @param total of the file system
 * @param free what the file system gives to this user
 * @param reserve what images leave free for the databases, logs and tasks beside them
 */
public record Space(long total, long free, long reserve) {
  private static final long LEAST_RESERVE = 256L << 20;
  private static final long MOST_RESERVE = 4L << 30;

  /** Whether images may still come. */
  public enum Status {
    OK,
    /** Less than twice the reserve is free. */
    LOW,
    /** Only the reserve is left: nothing is taken any more. */
    FULL
  }

  /** As it is now: a twentieth of the disk is the reserve, from 256 MiB to 4 GiB. */
  static Space of(Path folder) {
    try {
      Files.createDirectories(folder);
      FileStore store = Files.getFileStore(folder);
      long reserve = Math.clamp(store.getTotalSpace() / 20, LEAST_RESERVE, MOST_RESERVE);
      return new Space(store.getTotalSpace(), store.getUsableSpace(), reserve);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot tell the room below " + folder, e);
    }
  }

  /** How full the file system is, in percent. */
  public int usedPercent() {
    return total == 0 ? 100 : (int) (100 - 100 * free / total);
  }

  public Status status() {
    return free <= reserve ? Status.FULL : free <= 2 * reserve ? Status.LOW : Status.OK;
  }

  /** UNAVAILABLE where so many more bytes would go into the reserve. */
  void require(long bytes) {
    if (free - bytes <= reserve) {
      throw refusal();
    }
  }

  /** Whether this is what the system says of a disk, or a quota, that is full. */
  static boolean isFull(IOException e) {
    return String.valueOf(e.getMessage()).matches("(?s).*(No space left|quota exceeded).*");
  }

  PlatformException refusal() {
    return PlatformException.unavailable(
        "the disk of the registry has "
            + mebibytes(free)
            + " free, of which "
            + mebibytes(reserve)
            + " are kept for what runs: free some with 'samdan image prune', or enlarge the"
            + " disk");
  }

  private static String mebibytes(long bytes) {
    return (bytes >> 20) + " MiB";
  }
}
