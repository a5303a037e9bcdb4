package dev.samdan.source;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.BatchRefUpdate;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;

/**
 * Makes a repository what its remote is: forced, new and deleted branches and tags. The objects
 * wait in quarantine until all is judged and told; then the refs move together, or not at all.
 */
final class Mirror {
  /** Where a forge keeps the commits of pull requests from elsewhere. */
  private static final String PULLS = "refs/pull/";

  private final Source source;
  private final RemoteGit remote;

  Mirror(Source source, RemoteGit remote) {
    this.source = source;
    this.remote = remote;
  }

  /**
   * What is to be mirrored.
   *
   * @param further refs beside branches and tags
   * @param first nothing that is only here may be lost
   */
  record Order(
      Remote of,
      RemoteUrl url,
      Credential credential,
      List<String> further,
      Strategy strategy,
      String by,
      boolean first) {}

  /**
   * Asks, and fetches where something differs.
   *
   * @param told hears what moves before it does
   * @return whether something moved
   * @throws PlatformException where the remote does not answer, or refuses; nothing has moved
   */
  boolean update(Order order, Consumer<Mirrored> told) {
    RemoteGit.Offered offered = remote.ask(order.url(), order.credential(), order.further());
    if (offered.refs().keySet().stream().noneMatch(ref -> ref.startsWith(RefChange.HEADS))) {
      throw PlatformException.conflict("it has no branch yet, so nothing was changed here");
    }
    FileRepository git = source.open(order.of().repository());
    try {
      Map<String, ObjectId> here = refs(git);
      boolean same = changes(here, offered.refs()).isEmpty();
      if (!same) {
        fetch(order, git, offered.refs().keySet(), told);
      }
      follow(git, offered.head());
      return !same;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void fetch(Order order, FileRepository git, Set<String> there, Consumer<Mirrored> told)
      throws IOException {
    try (Quarantine quarantine = new Quarantine(git)) {
      Map<String, String> fetched =
          remote.fetch(
              order.url(),
              order.credential(),
              quarantine,
              git.getObjectsDirectory().toPath(),
              order.further().stream().filter(there::contains).toList());
      List<ReceiveCommand> changes = changes(refs(git), fetched);
      if (order.first()) {
        refuseLoss(quarantine.repository(), changes, order.url());
      }
      told.accept(judged(order, quarantine.repository(), changes));
      quarantine.accept();
      move(git, changes, order.by(), order.url());
    }
    source.tidy(order.of().repository());
  }

  /** Branches, tags and pull requests as they are here. */
  private static Map<String, ObjectId> refs(Repository git) throws IOException {
    Map<String, ObjectId> refs = new LinkedHashMap<>();
    for (String prefix : List.of(RefChange.HEADS, RefChange.TAGS, PULLS)) {
      for (Ref ref : git.getRefDatabase().getRefsByPrefix(prefix)) {
        if (ref.getObjectId() != null) {
          refs.put(ref.getName(), ref.getObjectId());
        }
      }
    }
    return refs;
  }

  static List<ReceiveCommand> changes(Map<String, ObjectId> here, Map<String, String> there) {
    List<ReceiveCommand> changes = new ArrayList<>();
    TreeSet<String> names = new TreeSet<>(here.keySet());
    names.addAll(there.keySet());
    for (String ref : names) {
      ObjectId older = here.getOrDefault(ref, ObjectId.zeroId());
      ObjectId newer =
          there.containsKey(ref) ? ObjectId.fromString(there.get(ref)) : ObjectId.zeroId();
      if (!older.equals(newer)) {
        changes.add(new ReceiveCommand(older, newer, ref));
      }
    }
    return changes;
  }

  /** A branch of here may only go where its own commits are kept. */
  private static void refuseLoss(Repository git, List<ReceiveCommand> changes, RemoteUrl url)
      throws IOException {
    List<String> lost = new ArrayList<>();
    Lineage lineage = new Lineage(git);
    for (ReceiveCommand change : changes) {
      boolean branch = change.getRefName().startsWith(RefChange.HEADS);
      boolean gone = change.getType() == ReceiveCommand.Type.DELETE;
      if (branch
          && change.getType() != ReceiveCommand.Type.CREATE
          && (gone
              ? !keptElsewhere(git, change.getOldId(), changes)
              : !lineage.holds(change.getNewId(), change.getOldId()))) {
        lost.add(change.getRefName().substring(RefChange.HEADS.length()));
      }
    }
    if (!lost.isEmpty()) {
      throw PlatformException.conflict(
          String.join(", ", lost)
              + " here holds commits that are not at "
              + url.text()
              + ": push them there first, or connect an application that is empty");
    }
  }

  private static boolean keptElsewhere(
      Repository git, ObjectId commit, List<ReceiveCommand> changes) throws IOException {
    try (RevWalk walk = new RevWalk(git)) {
      for (ReceiveCommand other : changes) {
        if (other.getRefName().startsWith(RefChange.HEADS)
            && other.getType() != ReceiveCommand.Type.DELETE
            && walk.isMergedInto(walk.parseCommit(commit), walk.parseCommit(other.getNewId()))) {
          return true;
        }
      }
      return false;
    }
  }

  private static Mirrored judged(Order order, Repository git, List<ReceiveCommand> changes)
      throws IOException {
    PushCheck check = new PushCheck(git, order.strategy());
    Map<ReceiveCommand, Refusal> wrong = check.judge(changes);
    RefusalMessages english = new RefusalMessages("en");
    RefusalMessages korean = new RefusalMessages("ko");
    List<Mirrored.Move> moves = new ArrayList<>();
    for (ReceiveCommand change : changes) {
      Refusal refusal = wrong.get(change);
      moves.add(
          new Mirrored.Move(
              change.getRefName(),
              id(change.getOldId()),
              id(change.getNewId()),
              refusal == null ? null : BranchView.Finding.of(english.of(refusal)),
              refusal == null ? null : BranchView.Finding.of(korean.of(refusal))));
    }
    return new Mirrored(order.of().application(), order.of().repository(), order.by(), moves);
  }

  private static @org.jspecify.annotations.Nullable String id(ObjectId id) {
    return id.equals(ObjectId.zeroId()) ? null : id.name();
  }

  /** All or none, in the name of who moved them there. */
  static void move(FileRepository git, List<ReceiveCommand> changes, String by, RemoteUrl from)
      throws IOException {
    BatchRefUpdate batch = git.getRefDatabase().newBatchUpdate();
    batch.setAtomic(true);
    batch.setAllowNonFastForwards(true);
    batch.setRefLogIdent(new PersonIdent(by, by + "@" + from.host()));
    batch.setRefLogMessage("fetch: from " + from.host(), true);
    batch.addCommand(changes);
    try (RevWalk walk = new RevWalk(git)) {
      batch.execute(walk, NullProgressMonitor.INSTANCE);
    }
    for (ReceiveCommand change : changes) {
      if (change.getResult() != ReceiveCommand.Result.OK) {
        throw PlatformException.unavailable(
            change.getRefName()
                + " could not be moved: "
                + Objects.requireNonNullElse(
                    change.getMessage(), String.valueOf(change.getResult())));
      }
    }
    git.getRefDatabase().refresh();
  }

  /** A clone checks out what a clone of the remote does. */
  private static void follow(FileRepository git, @org.jspecify.annotations.Nullable String head)
      throws IOException {
    Ref now = git.exactRef(Constants.HEAD);
    if (head != null
        && head.startsWith(RefChange.HEADS)
        && git.exactRef(head) != null
        && (now == null || !now.getTarget().getName().equals(head))) {
      RefUpdate update = git.updateRef(Constants.HEAD);
      update.disableRefLog();
      update.link(head);
    }
  }
}
