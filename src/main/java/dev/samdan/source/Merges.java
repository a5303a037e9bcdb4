package dev.samdan.source;

import dev.samdan.application.BranchPolicy.Merge;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.TagBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Merges in the repository itself. A merge is made first, which changes no ref, and then taken by
 * moving the target from the commit it was made on: whoever comes second makes it anew, so none is
 * lost.
 */
public final class Merges {
  private final Source source;

  public Merges(Source source) {
    this.source = source;
  }

  /**
   * What a merge would meet.
   *
   * @param conflicts the files that both sides changed otherwise, sorted; empty where it is clean
   */
  public record Preview(boolean clean, List<String> conflicts) {
    public Preview {
      conflicts = List.copyOf(conflicts);
    }
  }

  /**
   * A merge to make.
   *
   * @param target commit to merge into
   * @param head commit to merge
   * @param message of the merge commit, or of the one commit of a squash
   * @param author of a squash's commit, as {@code name <email>} splits; null for who merges
   */
  public record Order(
      String target, String head, Merge how, String message, @Nullable Commit author) {}

  /** Whether the head can be merged into the target, and which files stand against it. */
  public Preview preview(String repository, String target, String head) {
    try {
      Merger.Tree merged =
          new Merger(source.open(repository))
              .merge(ObjectId.fromString(target), ObjectId.fromString(head));
      return new Preview(merged.conflicts().isEmpty(), merged.conflicts());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes a merge without moving any ref, and gives its commit.
   *
   * @throws PlatformException CONFLICT where files stand against it
   */
  public String make(String repository, Order order, Principal by) {
    try {
      return new Merger(source.open(repository)).make(order, by).name();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Moves a branch from one commit to another; false where it is not at the first any more.
   *
   * @param from null where the branch must not be there yet
   */
  public boolean move(
      String repository, String branch, @Nullable String from, String to, Principal by) {
    FileRepository git = source.open(repository);
    try {
      RefUpdate update = update(git, RefChange.HEADS + branch, from, by);
      update.setNewObjectId(ObjectId.fromString(to));
      update.setRefLogMessage("merge: by " + by.user(), false);
      // What is taken is a descendant of the branch by its making; the old value is what guards it.
      update.setForceUpdate(true);
      return switch (update.update()) {
        case NEW, FAST_FORWARD, FORCED, NO_CHANGE -> true;
        case LOCK_FAILURE, REJECTED -> false;
        default -> throw failed(branch, update.getResult());
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes a branch that stands at this commit; false where it stands elsewhere. */
  public boolean deleteBranch(String repository, String branch, String at, Principal by) {
    FileRepository git = source.open(repository);
    try {
      if (git.exactRef(RefChange.HEADS + branch) == null) {
        return true;
      }
      RefUpdate update = update(git, RefChange.HEADS + branch, at, by);
      update.setForceUpdate(true);
      return switch (update.delete()) {
        case FORCED, NEW, FAST_FORWARD, NO_CHANGE -> true;
        case LOCK_FAILURE, REJECTED -> false;
        default -> throw failed(branch, update.getResult());
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Tags a commit with an annotated tag; nothing where the tag is there on that commit.
   *
   * @throws PlatformException CONFLICT where the tag is there on another commit
   */
  public void tag(String repository, String name, String commit, String message, Principal by) {
    FileRepository git = source.open(repository);
    try (ObjectInserter inserter = git.newObjectInserter()) {
      Optional<String> there = Optional.ofNullable(new History(source).tags(repository).get(name));
      if (there.isPresent()) {
        requireSame(name, there.get(), commit);
        return;
      }
      TagBuilder tag = new TagBuilder();
      tag.setTag(name);
      tag.setObjectId(ObjectId.fromString(commit), Constants.OBJ_COMMIT);
      tag.setTagger(person(by));
      tag.setMessage(message + "\n");
      ObjectId id = inserter.insert(tag);
      inserter.flush();
      RefUpdate update = update(git, RefChange.TAGS + name, null, by);
      update.setNewObjectId(id);
      if (update.update() != RefUpdate.Result.NEW) {
        requireSame(name, String.valueOf(new History(source).tags(repository).get(name)), commit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * A commit of the head's files, but with these paths as they are in the base; kept by a ref of
   * its own, {@code refs/samdan/<name>}, so that it can be built.
   */
  public String overlay(
      String repository, String head, String base, List<String> paths, String name, Principal by) {
    FileRepository git = source.open(repository);
    try {
      ObjectId made =
          new Merger(git)
              .overlay(ObjectId.fromString(head), ObjectId.fromString(base), paths, person(by));
      keep(git, name, made);
      return made.name();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Keeps a commit that no branch may hold any more, by {@code refs/samdan/<name>}, in place of the
   * one that this name kept before.
   */
  public void keep(String repository, String name, String commit) {
    try {
      keep(source.open(repository), name, ObjectId.fromString(commit));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void keep(FileRepository git, String name, ObjectId commit) throws IOException {
    RefUpdate update = git.updateRef(RefChange.OWN + name);
    update.setNewObjectId(commit);
    update.setForceUpdate(true);
    update.disableRefLog();
    update.update();
  }

  private static void requireSame(String name, String there, String commit) {
    if (!there.equals(commit)) {
      throw PlatformException.conflict(
          "there is a tag "
              + name
              + " already, at "
              + there.substring(0, Math.min(8, there.length()))
              + " rather than at "
              + commit.substring(0, 8)
              + ": git push origin :refs/tags/"
              + name
              + " removes it");
    }
  }

  private static RefUpdate update(
      FileRepository git, String ref, @Nullable String from, Principal by) throws IOException {
    Ref _ = git.exactRef(ref);
    RefUpdate update = git.updateRef(ref);
    update.setExpectedOldObjectId(from == null ? ObjectId.zeroId() : ObjectId.fromString(from));
    update.setRefLogIdent(person(by));
    return update;
  }

  private static PlatformException failed(String branch, RefUpdate.Result result) {
    return new PlatformException(
        PlatformException.Code.INTERNAL, branch + " could not be moved: " + result);
  }

  static PersonIdent person(Principal by) {
    return new PersonIdent(by.displayName(), by.user() + "@samdan", Instant.now(), ZoneOffset.UTC);
  }
}
