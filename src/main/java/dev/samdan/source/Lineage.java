package dev.samdan.source;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevCommit;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevWalk;
import org.jspecify.annotations.Nullable;

/** Which commits are in the history of which. */
final class Lineage {
  private final Repository git;

  Lineage(Repository git) {
    this.git = git;
  }

  /** Whether the older commit is in the history of the newer one. */
  boolean holds(ObjectId newer, ObjectId older) throws IOException {
    try (RevWalk walk = new RevWalk(git)) {
      walk.setRetainBody(false);
      RevObject tip = walk.peel(walk.parseAny(newer));
      RevObject past = walk.peel(walk.parseAny(older));
      return tip instanceof RevCommit a && past instanceof RevCommit b && walk.isMergedInto(b, a);
    }
  }

  /**
   * How many commits are in the history of {@code tip} and of {@code other}, but not of {@code
   * base}.
   */
  int strangers(ObjectId tip, ObjectId base, @Nullable ObjectId other) throws IOException {
    if (other == null) {
      return 0;
    }
    Set<ObjectId> ofOther = between(other, base);
    if (ofOther.isEmpty()) {
      return 0;
    }
    Set<ObjectId> own = between(tip, base);
    own.retainAll(ofOther);
    return own.size();
  }

  /** The commits in the history of {@code tip} that are not in the base's. */
  Set<ObjectId> between(ObjectId tip, ObjectId base) throws IOException {
    Set<ObjectId> found = new HashSet<>();
    try (RevWalk walk = new RevWalk(git)) {
      walk.setRetainBody(false);
      walk.markStart(walk.parseCommit(tip));
      walk.markUninteresting(walk.parseCommit(base));
      for (RevCommit commit : walk) {
        found.add(commit.toObjectId());
      }
    }
    return found;
  }
}
