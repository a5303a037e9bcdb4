package dev.samdan.source;

import dev.samdan.base.Glob;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.FileMode;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.lib.StoredConfig;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevTree;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.EmptyTreeIterator;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.eclipse.jgit.treewalk.filter.AndTreeFilter;
import org.eclipse.jgit.treewalk.filter.TreeFilter;
import org.jspecify.annotations.Nullable;

/**
 * The bare repositories under {@code HOME/git}. A commit is named by its id (40 hex digits, or
 * enough of them) or by a branch; what is not there is NOT_FOUND.
 */
public final class Source implements AutoCloseable {
  private static final int LARGEST_FILE = 16 << 20;
  private static final String REMOTE = "remote";
  private static final String ORIGIN = "origin";

  private final Repositories repositories;
  private final Tidying tidying;
  private final RemoteGit remote;

  public Source(Path home) {
    Path folder = home.resolve("git");
    OwnSettings.install(folder);
    this.repositories = new Repositories(folder);
    this.remote = new RemoteGit(folder, RemoteGit.Limits.USUAL);
    this.tidying = new Tidying(repositories);
  }

  /** Makes an empty repository whose HEAD is main; nothing where it is there already. */
  public void createRepository(String name) {
    repositories.create(name);
  }

  /** Removes a repository; quiet where there is none. */
  public void delete(String name) {
    repositories.delete(name);
  }

  public boolean exists(String name) {
    return repositories.exists(name);
  }

  /** The repositories' names, sorted. */
  public List<String> repositories() {
    return repositories.names();
  }

  /** The address of the repository elsewhere that this one follows, where it follows one. */
  public Optional<String> follows(String repository) {
    StoredConfig config = open(repository).getConfig();
    return config.getBoolean(REMOTE, ORIGIN, "mirror", false)
        ? Optional.ofNullable(config.getString(REMOTE, ORIGIN, "url"))
        : Optional.empty();
  }

  /**
   * FORBIDDEN where the repository follows another: what changes it happens there, and what changed
   * here would be gone after the next fetch.
   */
  public void requireOwn(String repository, Principal by) {
    Optional<String> elsewhere = follows(repository);
    if (elsewhere.isPresent()) {
      throw new PlatformException(
          PlatformException.Code.FORBIDDEN,
          by.reads(
              repository
                  + " follows "
                  + elsewhere.get()
                  + ": push there, and merge there, and it comes here by itself ('samdan app"
                  + " disconnect "
                  + repository
                  + "' ends that)",
              repository
                  + " 저장소는 "
                  + elsewhere.get()
                  + " 저장소를 따라가요. 그곳에 푸시하고 그곳에서 병합하면 저절로 넘어와요 ('samdan app disconnect "
                  + repository
                  + "' 명령으로 끝낼 수 있어요)"));
    }
  }

  /** Notes in the repository what it follows, as {@code git clone --mirror} does. */
  void follow(String repository, @Nullable String url) {
    StoredConfig config = open(repository).getConfig();
    config.unsetSection(REMOTE, ORIGIN);
    if (url != null) {
      config.setString(REMOTE, ORIGIN, "url", url);
      config.setBoolean(REMOTE, ORIGIN, "mirror", true);
    }
    try {
      config.save();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  RemoteGit remoteGit() {
    return remote;
  }

  /** Removes what a control that died left half done; before the first push. */
  void sweep() {
    repositories.sweep();
  }

  /** Each branch's newest commit, by the branch's name. */
  public Map<String, String> tips(String repository) {
    Map<String, String> tips = new TreeMap<>();
    try {
      for (Ref ref : open(repository).getRefDatabase().getRefsByPrefix(Constants.R_HEADS)) {
        ObjectId id = ref.getObjectId();
        if (id != null) {
          tips.put(ref.getName().substring(Constants.R_HEADS.length()), id.name());
        }
      }
      return tips;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The commit of this id or branch. */
  public Commit commit(String repository, String id) {
    try (RevWalk walk = new RevWalk(open(repository))) {
      RevCommit commit = resolve(repository, walk, id);
      walk.parseBody(commit);
      return Commit.of(commit);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether the repository holds a commit of this id or branch. */
  public boolean hasCommit(String repository, String id) {
    try {
      return !commit(repository, id).id().isEmpty();
    } catch (PlatformException e) {
      return false;
    }
  }

  /**
   * Commits that {@code newer} has and {@code older} has not, newest first, at most so many; all of
   * its history where there is no older one.
   */
  public List<Commit> commitsSince(
      String repository, @Nullable String older, String newer, int atMost) {
    try (RevWalk walk = new RevWalk(open(repository))) {
      walk.markStart(resolve(repository, walk, newer));
      if (older != null) {
        walk.markUninteresting(resolve(repository, walk, older));
      }
      List<Commit> commits = new ArrayList<>();
      for (RevCommit c = walk.next(); c != null && commits.size() < atMost; c = walk.next()) {
        commits.add(commit(repository, c.name()));
      }
      return commits;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The paths that differ between two commits; all of the newer one where there is no older. */
  public List<String> changedFiles(String repository, @Nullable String older, String newer) {
    Repository git = open(repository);
    List<String> changed = new ArrayList<>();
    try (RevWalk walk = new RevWalk(git);
        TreeWalk trees = new TreeWalk(git)) {
      if (older == null) {
        trees.addTree(new EmptyTreeIterator());
      } else {
        trees.addTree(resolve(repository, walk, older).getTree());
      }
      trees.addTree(resolve(repository, walk, newer).getTree());
      trees.setRecursive(true);
      trees.setFilter(TreeFilter.ANY_DIFF);
      while (trees.next()) {
        changed.add(trees.getPathString());
      }
      return changed;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The paths of a commit's files, at most so many, sorted as git sorts them. */
  public List<String> files(String repository, String commit, int atMost) {
    Repository git = open(repository);
    List<String> files = new ArrayList<>();
    try (RevWalk walk = new RevWalk(git);
        TreeWalk tree = new TreeWalk(git)) {
      tree.addTree(resolve(repository, walk, commit).getTree());
      tree.setRecursive(true);
      while (files.size() < atMost && tree.next()) {
        files.add(tree.getPathString());
      }
      return files;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A file's content at a commit, where it is there and a plain file; TOO_LARGE beyond 16 MiB. */
  public Optional<byte[]> readFile(String repository, String commit, String path) {
    Repository git = open(repository);
    try (RevWalk walk = new RevWalk(git);
        TreeWalk found = TreeWalk.forPath(git, path, resolve(repository, walk, commit).getTree())) {
      if (found == null
          || found.getFileMode(0).getObjectType() != Constants.OBJ_BLOB
          || isLink(found)) {
        return Optional.empty();
      }
      ObjectLoader content = git.open(found.getObjectId(0), Constants.OBJ_BLOB);
      if (content.getSize() > LARGEST_FILE) {
        throw new PlatformException(
            PlatformException.Code.TOO_LARGE, path + " is larger than 16 MiB");
      }
      return Optional.of(content.getBytes(LARGEST_FILE));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isLink(TreeWalk entry) {
    return entry.getFileMode(0).equals(FileMode.SYMLINK);
  }

  /**
   * Writes the commit's whole tree as a zip: the same bytes each time, with unix modes and symbolic
   * links.
   */
  public void zip(String repository, String commit, Path out) {
    Repository git = open(repository);
    try (RevWalk walk = new RevWalk(git)) {
      RevTree tree = resolve(repository, walk, commit).getTree();
      CommitZip.write(git, tree, out);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The newest commit in the history of {@code commit} that changed a path matching one of these
   * globs, as {@code git log -1 -- <paths>} finds it.
   */
  public Optional<String> lastCommitTouching(String repository, String commit, List<String> globs) {
    Repository git = open(repository);
    try (RevWalk walk = new RevWalk(git)) {
      walk.markStart(resolve(repository, walk, commit));
      walk.setRetainBody(false);
      walk.setTreeFilter(
          AndTreeFilter.create(
              new GlobTreeFilter(globs.stream().map(Glob::parse).toList()), TreeFilter.ANY_DIFF));
      return Optional.ofNullable(walk.next()).map(RevCommit::name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * As {@link #importFrom(String, String, List)}; a folder that is no repository becomes dev and
   * main.
   */
  public Map<String, String> importFrom(String repository, String folderOrUrl) {
    return importFrom(repository, folderOrUrl, List.of("dev", "main"));
  }

  /**
   * Fills an empty repository with the branches and tags of a git repository (a folder or a URL),
   * or with the files of a folder that is none, as one commit on these branches. Returns the
   * branches' tips. CONFLICT where it is not empty.
   */
  public Map<String, String> importFrom(
      String repository, String folderOrUrl, List<String> branches) {
    FileRepository git = open(repository);
    if (!tips(repository).isEmpty()) {
      throw PlatformException.conflict(
          "repository '" + repository + "' is not empty; push to it instead");
    }
    new Import(git, remote).run(folderOrUrl, branches);
    git.getRefDatabase().refresh();
    tidy(repository);
    return tips(repository);
  }

  /** Packs the repository anew in the background when it has become untidy. */
  void tidy(String repository) {
    tidying.ask(repository);
  }

  FileRepository open(String repository) {
    return repositories.get(repository);
  }

  private RevCommit resolve(String repository, RevWalk walk, String id) throws IOException {
    Repository git = open(repository);
    Ref branch = git.exactRef(Constants.R_HEADS + id);
    ObjectId found =
        branch != null
            ? branch.getObjectId()
            : id.matches("[0-9a-f]{4,40}") ? git.resolve(id) : null;
    if (found == null) {
      throw missing(repository, id);
    }
    try {
      return walk.parseCommit(found);
    } catch (org.eclipse.jgit.errors.MissingObjectException
        | org.eclipse.jgit.errors.IncorrectObjectTypeException e) {
      throw missing(repository, id);
    }
  }

  private static PlatformException missing(String repository, String id) {
    return PlatformException.notFound(
        "repository '" + repository + "' has no branch or commit '" + id + "'");
  }

  @Override
  public void close() {
    tidying.close();
    repositories.close();
  }
}
