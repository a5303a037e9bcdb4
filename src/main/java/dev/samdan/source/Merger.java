package dev.samdan.source;

import dev.samdan.base.PlatformException;
import dev.samdan.identity.Principal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.eclipse.jgit.dircache.DirCache;
import org.eclipse.jgit.dircache.DirCacheBuilder;
import org.eclipse.jgit.dircache.DirCacheEntry;
import org.eclipse.jgit.errors.NoMergeBaseException;
import org.eclipse.jgit.lib.CommitBuilder;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.merge.MergeStrategy;
import org.eclipse.jgit.merge.ResolveMerger;
import org.eclipse.jgit.merge.ThreeWayMerger;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevSort;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/** Makes the commits of merges: files are merged in memory, and no ref is touched. */
final class Merger {
  private static final int MOST_REBASED = 500;

  private final Repository git;

  Merger(Repository git) {
    this.git = git;
  }

  /**
   * Merged files.
   *
   * @param id of the tree; null where there are conflicts
   */
  record Tree(@Nullable ObjectId id, List<String> conflicts) {}

  Tree merge(ObjectId target, ObjectId head) throws IOException {
    return run(MergeStrategy.RECURSIVE.newMerger(git, true), target, head);
  }

  private static Tree run(org.eclipse.jgit.merge.Merger merger, ObjectId target, ObjectId head)
      throws IOException {
    try {
      if (merger.merge(target, head)) {
        return new Tree(merger.getResultTreeId(), List.of());
      }
    } catch (NoMergeBaseException e) {
      return new Tree(
          null, List.of("(the histories contradict each other: " + e.getReason() + ")"));
    }
    Set<String> files = new TreeSet<>();
    if (merger instanceof ResolveMerger resolve) {
      files.addAll(resolve.getUnmergedPaths());
      if (resolve.getFailingPaths() != null) {
        files.addAll(resolve.getFailingPaths().keySet());
      }
    }
    return new Tree(null, List.copyOf(files));
  }

  ObjectId make(Merges.Order order, Principal who) throws IOException {
    PersonIdent by = Merges.person(who);
    ObjectId target = ObjectId.fromString(order.target());
    ObjectId head = ObjectId.fromString(order.head());
    return switch (order.how()) {
      case COMMIT ->
          commit(tree(merge(target, head), who), List.of(target, head), by, by, order.message());
      case SQUASH -> {
        Commit author = order.author();
        PersonIdent written =
            author == null
                ? by
                : new PersonIdent(
                    author.author(), author.authorEmail(), by.getWhenAsInstant(), by.getZoneId());
        yield commit(tree(merge(target, head), who), List.of(target), written, by, order.message());
      }
      case REBASE -> rebase(target, head, who);
    };
  }

  private static ObjectId tree(Tree merged, Principal who) {
    ObjectId id = merged.id();
    if (id == null) {
      String files = String.join(", ", merged.conflicts());
      throw PlatformException.conflict(who.reads("it conflicts in " + files, files + " 파일이 충돌해요"));
    }
    return id;
  }

  /** Puts each commit that the target has not on top of it; merges among them bring nothing. */
  private ObjectId rebase(ObjectId target, ObjectId head, Principal who) throws IOException {
    List<RevCommit> commits = new ArrayList<>();
    try (RevWalk walk = new RevWalk(git)) {
      walk.sort(RevSort.TOPO);
      walk.sort(RevSort.REVERSE, true);
      walk.markStart(walk.parseCommit(head));
      walk.markUninteresting(walk.parseCommit(target));
      for (RevCommit commit : walk) {
        if (commit.getParentCount() == 1) {
          commits.add(commit);
        }
      }
      if (commits.size() > MOST_REBASED) {
        throw PlatformException.conflict(
            who.reads(
                commits.size() + " commits are too many to rebase; squash them, or merge",
                "리베이스하기에는 커밋이 너무 많아요 (" + commits.size() + "개). 커밋을 합치거나 병합하세요"));
      }
      ObjectId tip = target;
      for (RevCommit commit : commits) {
        walk.parseBody(commit);
        tip = picked(walk, tip, commit, who);
      }
      return tip;
    }
  }

  private ObjectId picked(RevWalk walk, ObjectId tip, RevCommit commit, Principal who)
      throws IOException {
    ThreeWayMerger merger = MergeStrategy.RESOLVE.newMerger(git, true);
    merger.setBase(commit.getParent(0));
    ObjectId tree = tree(run(merger, tip, commit), who);
    if (tree.equals(walk.parseCommit(tip).getTree())) {
      return tip;
    }
    return commit(
        tree, List.of(tip), commit.getAuthorIdent(), Merges.person(who), commit.getFullMessage());
  }

  /** The head's files, but these paths as the base has them. */
  ObjectId overlay(ObjectId head, ObjectId base, List<String> paths, PersonIdent by)
      throws IOException {
    Set<String> taken = new HashSet<>(paths);
    DirCache index = DirCache.newInCore();
    DirCacheBuilder builder = index.builder();
    try (RevWalk walk = new RevWalk(git);
        ObjectInserter inserter = git.newObjectInserter()) {
      add(builder, walk.parseCommit(head), path -> !taken.contains(path));
      add(builder, walk.parseCommit(base), taken::contains);
      builder.finish();
      ObjectId tree = index.writeTree(inserter);
      inserter.flush();
      return commit(
          tree, List.of(head), by, by, "The change with the tests of " + base.name() + "\n");
    }
  }

  private void add(
      DirCacheBuilder builder, RevCommit commit, java.util.function.Predicate<String> wanted)
      throws IOException {
    try (TreeWalk walk = new TreeWalk(git)) {
      walk.addTree(commit.getTree());
      walk.setRecursive(true);
      while (walk.next()) {
        if (wanted.test(walk.getPathString())) {
          DirCacheEntry entry = new DirCacheEntry(walk.getPathString());
          entry.setFileMode(walk.getFileMode(0));
          entry.setObjectId(walk.getObjectId(0));
          builder.add(entry);
        }
      }
    }
  }

  private ObjectId commit(
      ObjectId tree, List<ObjectId> parents, PersonIdent author, PersonIdent by, String message)
      throws IOException {
    CommitBuilder commit = new CommitBuilder();
    commit.setTreeId(tree);
    commit.setParentIds(parents);
    commit.setAuthor(author);
    commit.setCommitter(by);
    commit.setMessage(message.endsWith("\n") ? message : message + "\n");
    try (ObjectInserter inserter = git.newObjectInserter()) {
      ObjectId id = inserter.insert(commit);
      inserter.flush();
      return id;
    }
  }
}
