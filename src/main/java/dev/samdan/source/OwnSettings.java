package dev.samdan.source;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.eclipse.jgit.lib.Config;
import org.eclipse.jgit.storage.file.FileBasedConfig;
import org.eclipse.jgit.storage.file.WindowCacheConfig;
import org.eclipse.jgit.util.FS;
import org.eclipse.jgit.util.SystemReader;
import org.jspecify.annotations.Nullable;

/**
 * Keeps JGit from reading, and from writing, the git settings of the person or machine that Samdan
 * runs on; has it sync what it writes.
 */
final class OwnSettings extends SystemReader.Delegate {
  private final SystemReader original;
  private final Path folder;

  private OwnSettings(SystemReader original, Path folder) {
    super(original);
    this.original = original;
    this.folder = folder;
  }

  /**
   * The library knows one reader for the whole process; a later home replaces it. It measures the
   * clock of the folder's file system once, in the background, and keeps the result in the folder.
   */
  static void install(Path folder) {
    SystemReader current = SystemReader.getInstance();
    SystemReader original = current instanceof OwnSettings own ? own.original : current;
    SystemReader.setInstance(new OwnSettings(original, folder));
    FS.FileStoreAttributes.setBackground(true);
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    FS.getFileStoreAttributes(folder);
    cache();
  }

  /**
   * What of packs is kept in memory, in all repositories together: the bases of most deltas of a
   * history of ten thousand commits, which every walk of its trees asks for again and again.
   */
  private static void cache() {
    WindowCacheConfig cache = new WindowCacheConfig();
    cache.setPackedGitLimit(48 << 20);
    cache.setPackedGitWindowSize(64 << 10);
    cache.setDeltaBaseCacheLimit(32 << 20);
    cache.install();
  }

  @Override
  public FileBasedConfig openSystemConfig(@Nullable Config parent, FS fs) {
    return new Fixed(parent, fs);
  }

  @Override
  public FileBasedConfig openUserConfig(@Nullable Config parent, FS fs) {
    FileBasedConfig own = new Fixed(parent, fs);
    own.setBoolean("core", null, "fsyncObjectFiles", true);
    own.setBoolean("core", null, "fsyncRefFiles", true);
    return own;
  }

  @Override
  public FileBasedConfig openJGitConfig(@Nullable Config parent, FS fs) {
    return new FileBasedConfig(parent, folder.resolve(".measured").toFile(), fs);
  }

  /** Settings without a file. */
  private static final class Fixed extends FileBasedConfig {
    Fixed(@Nullable Config parent, FS fs) {
      super(parent, null, fs);
    }

    @Override
    public void load() {}

    @Override
    public boolean isOutdated() {
      return false;
    }
  }
}
