package dev.samdan.source;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.revwalk.filter.RevFilter;
import org.jspecify.annotations.Nullable;

/** What the commits of a repository say about each other. Commits are named by their full ids. */
public final class History {
  private final Source source;

  public History(Source source) {
    this.source = source;
  }

  /**
   * A commit in its place.
   *
   * @param parents ids, the one that was merged into first
   */
  public record Node(String id, List<String> parents, String subject, String author, Instant at) {
    public Node {
      parents = List.copyOf(parents);
    }

    public boolean isMerge() {
      return parents.size() > 1;
    }
  }

  /** Whether the older commit is in the history of the newer one. */
  public boolean holds(String repository, String newer, String older) {
    try {
      return new Lineage(source.open(repository))
          .holds(ObjectId.fromString(newer), ObjectId.fromString(older));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest commit that is in the history of both, the best one where there are several. */
  public Optional<String> mergeBase(String repository, String one, String other) {
    try (RevWalk walk = new RevWalk(source.open(repository))) {
      walk.setRevFilter(RevFilter.MERGE_BASE);
      walk.markStart(walk.parseCommit(ObjectId.fromString(one)));
      walk.markStart(walk.parseCommit(ObjectId.fromString(other)));
      return Optional.ofNullable(walk.next()).map(RevCommit::name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** How many commits the tip has that the base has not; all of them where there is no base. */
  public int count(String repository, @Nullable String base, String tip) {
    if (base == null) {
      return between(repository, null, tip, Integer.MAX_VALUE).size();
    }
    try {
      return new Lineage(source.open(repository))
          .between(ObjectId.fromString(tip), ObjectId.fromString(base))
          .size();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The commits that the tip has and the base has not, newest first, at most so many. */
  public List<Commit> between(String repository, @Nullable String base, String tip, int atMost) {
    List<Commit> commits = new ArrayList<>();
    try (RevWalk walk = new RevWalk(source.open(repository))) {
      walk.markStart(walk.parseCommit(ObjectId.fromString(tip)));
      if (base != null) {
        walk.markUninteresting(walk.parseCommit(ObjectId.fromString(base)));
      }
      for (RevCommit commit = walk.next();
          commit != null && commits.size() < atMost;
          commit = walk.next()) {
        commits.add(Commit.of(commit));
      }
      return commits;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A branch's own line, newest first: each commit's first parent, at most so many. */
  public List<Node> line(String repository, String tip, int atMost) {
    List<Node> nodes = new ArrayList<>();
    try (RevWalk walk = new RevWalk(source.open(repository))) {
      RevCommit commit = walk.parseCommit(ObjectId.fromString(tip));
      while (nodes.size() < atMost) {
        nodes.add(node(commit));
        if (commit.getParentCount() == 0) {
          break;
        }
        commit = walk.parseCommit(commit.getParent(0));
      }
      return nodes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Node node(RevCommit commit) {
    List<String> parents = new ArrayList<>();
    for (RevCommit parent : commit.getParents()) {
      parents.add(parent.name());
    }
    Commit said = Commit.of(commit);
    return new Node(said.id(), parents, said.subject(), said.author(), said.at());
  }

  /** The commit of each tag, by the tag's name. */
  public Map<String, String> tags(String repository) {
    Map<String, String> tags = new TreeMap<>();
    FileRepository git = source.open(repository);
    try (RevWalk walk = new RevWalk(git)) {
      for (Ref ref : git.getRefDatabase().getRefsByPrefix(RefChange.TAGS)) {
        RevObject object = walk.peel(walk.parseAny(ref.getObjectId()));
        if (object instanceof RevCommit) {
          tags.put(ref.getName().substring(RefChange.TAGS.length()), object.name());
        }
      }
      return tags;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The newest version that a tag has; empty where no tag is a version. */
  public Optional<String> newestVersion(String repository) {
    return tags(repository).keySet().stream()
        .flatMap(tag -> Version.ofTag(tag).stream())
        .max(Version::compareTo)
        .map(Version::toString);
  }

  /**
   * Whether the version {@code major.minor.hotfix} comes after the other; what is none does not.
   */
  public static boolean isAfter(String version, String other) {
    Optional<Version> before = Version.parse(other);
    return Version.parse(version)
        .filter(after -> before.isEmpty() || after.compareTo(before.get()) > 0)
        .isPresent();
  }

  /**
   * What differs between two commits.
   *
   * @param base null for all of the head
   * @param withLines whether the lines are wanted, or counts only
   * @throws PlatformException NOT_FOUND where the repository is not there
   */
  public Diff diff(String repository, @Nullable String base, String head, boolean withLines) {
    try {
      return Diffs.of(
          source.open(repository),
          base == null ? null : ObjectId.fromString(base),
          ObjectId.fromString(head),
          withLines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
