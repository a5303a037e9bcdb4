package dev.samdan.source;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The bare repositories under {@code HOME/git}. Commits are named by 40 hex digits or a branch's name. */
public final class Source implements AutoCloseable {
  private final Path folder;

  public Source(Path home) {
    this.folder = home.resolve("git");
  }

  /** Makes an empty repository whose HEAD is main; nothing where it is there already. */
  public void createRepository(String name) {
    throw new UnsupportedOperationException(folder.toString());
  }

  public void delete(String name) {
    throw new UnsupportedOperationException();
  }

  public boolean exists(String name) {
    throw new UnsupportedOperationException();
  }

  /** The repositories' names, sorted. */
  public List<String> repositories() {
    throw new UnsupportedOperationException();
  }

  /** Each branch's newest commit. */
  public Map<String, String> tips(String repository) {
    throw new UnsupportedOperationException();
  }

  /** The commit; NOT_FOUND where the repository has none of that id or branch. */
  public Commit commit(String repository, String id) {
    throw new UnsupportedOperationException();
  }

  /** The paths that differ between two commits; all of the newer one where there is no older. */
  public List<String> changedFiles(String repository, @Nullable String older, String newer) {
    throw new UnsupportedOperationException();
  }

  /** A file's content at a commit, where it is there and a file. */
  public Optional<byte[]> readFile(String repository, String commit, String path) {
    throw new UnsupportedOperationException();
  }

  /** Writes the commit's whole tree as a reproducible zip with unix modes and symbolic links. */
  public void zip(String repository, String commit, Path out) {
    throw new UnsupportedOperationException();
  }

  /** The newest commit in the history of {@code commit} that changed a path matching one of these globs. */
  public Optional<String> lastCommitTouching(String repository, String commit, List<String> globs) {
    throw new UnsupportedOperationException();
  }

  /** Fills an empty repository from a folder, a git repository or a URL; returns the branches' tips. */
  public Map<String, String> importFrom(String repository, String folderOrUrl) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {}
}
