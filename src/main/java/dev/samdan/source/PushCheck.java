package dev.samdan.source;

import dev.samdan.application.BranchPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jgit.internal.storage.file.ObjectDirectory;
import org.eclipse.jgit.internal.storage.file.Pack;
import org.eclipse.jgit.internal.storage.file.PackIndex;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Ref;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.ObjectWalk;
import org.eclipse.jgit.revwalk.RevObject;
import org.eclipse.jgit.revwalk.RevTag;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;

/**
 * Holds a push against the branch strategy before any ref moves: gathers what the rules ask of the
 * history, and lets them decide.
 */
final class PushCheck {
  private final Repository git;
  private final Lineage lineage;
  private final BranchPolicy policy;
  private final BranchRules rules;
  private final Map<String, ObjectId> branches;

  /**
   * @param git sees the pushed objects, and the refs as they were before
   */
  PushCheck(Repository git, Strategy strategy) throws IOException {
    this.git = git;
    this.lineage = new Lineage(git);
    this.policy = strategy.policy();
    this.branches = branches(git);
    this.rules = rules(git, strategy, branches);
  }

  /** The rules of a strategy for what is in the repository. */
  static BranchRules rules(Repository git, Strategy strategy, Map<String, ObjectId> branches)
      throws IOException {
    return new BranchRules(
        strategy.policy(),
        new BranchRules.Situation(
            Set.copyOf(branches.keySet()), strategy.delivered(), strategy.closed(), versions(git)));
  }

  /** What is wrong with each ref of a push; nothing where all of it may be taken. */
  Map<ReceiveCommand, Refusal> check(Collection<ReceiveCommand> commands) throws IOException {
    Map<ReceiveCommand, Refusal> refused = new LinkedHashMap<>();
    for (ReceiveCommand command : commands) {
      rules.check(change(command)).ifPresent(refusal -> refused.put(command, refusal));
    }
    for (ReceiveCommand command : commands) {
      if (refused.isEmpty() && command.getType() != ReceiveCommand.Type.DELETE) {
        largeFile(command.getNewId()).ifPresent(refusal -> refused.put(command, refusal));
      }
    }
    if (!refused.isEmpty()) {
      commands.forEach(c -> refused.putIfAbsent(c, new Refusal.WithOthers(c.getRefName())));
    }
    return refused;
  }

  /**
   * What is wrong with each ref that moved elsewhere, where nothing can be refused any more. That a
   * branch takes pull requests only is not held against it: their merges look the same.
   */
  Map<ReceiveCommand, Refusal> judge(Collection<ReceiveCommand> moved) throws IOException {
    Map<ReceiveCommand, Refusal> wrong = new LinkedHashMap<>();
    for (ReceiveCommand command : moved) {
      Optional<Refusal> refusal =
          rules.check(change(command)).filter(r -> !(r instanceof Refusal.DirectPush));
      if (refusal.isEmpty()
          && !branches.isEmpty()
          && command.getType() != ReceiveCommand.Type.DELETE) {
        refusal = largeFile(command.getNewId());
      }
      refusal.ifPresent(r -> wrong.put(command, r));
    }
    return wrong;
  }

  private RefChange change(ReceiveCommand command) throws IOException {
    String ref = command.getRefName();
    RefChange.Move move = move(command);
    if (ref.startsWith(RefChange.TAGS)) {
      return new RefChange(ref, move, 0, true, signed(command.getNewId()));
    }
    if (!ref.startsWith(RefChange.HEADS)) {
      return new RefChange(ref, move, 0, true, false);
    }
    if (move == RefChange.Move.DELETE) {
      ObjectId integration = branches.get(policy.integration());
      boolean kept = integration == null || lineage.holds(integration, command.getOldId());
      return new RefChange(ref, move, 0, kept, false);
    }
    String branch = ref.substring(RefChange.HEADS.length());
    BranchPolicy.Kind kind = rules.isFixed(branch) ? null : policy.kindOf(branch).orElse(null);
    ObjectId base = kind == null ? null : branches.get(kind.base());
    if (kind == null || base == null) {
      return new RefChange(ref, move, 0, true, false);
    }
    int strangers = lineage.strangers(command.getNewId(), base, branches.get(rules.other(kind)));
    return new RefChange(ref, move, strangers, lineage.holds(command.getNewId(), base), false);
  }

  private RefChange.Move move(ReceiveCommand command) throws IOException {
    return switch (command.getType()) {
      case CREATE -> RefChange.Move.CREATE;
      case DELETE -> RefChange.Move.DELETE;
      case UPDATE, UPDATE_NONFASTFORWARD ->
          lineage.holds(command.getNewId(), command.getOldId())
              ? RefChange.Move.FORWARD
              : RefChange.Move.REWRITE;
    };
  }

  /** The first file beyond the limit among the objects that no ref held before. */
  private Optional<Refusal> largeFile(ObjectId tip) throws IOException {
    if (!holdsLargeObject()) {
      return Optional.empty();
    }
    try (ObjectWalk walk = new ObjectWalk(git);
        ObjectReader reader = git.newObjectReader()) {
      walk.markStart(walk.parseAny(tip));
      for (Ref ref : git.getRefDatabase().getRefs()) {
        ObjectId id = ref.getObjectId();
        if (id != null) {
          walk.markUninteresting(walk.parseAny(id));
        }
      }
      while (walk.next() != null) {
        // The commits come first; their files follow.
      }
      for (RevObject object = walk.nextObject(); object != null; object = walk.nextObject()) {
        if (object.getType() == Constants.OBJ_BLOB) {
          long size = reader.getObjectSize(object, Constants.OBJ_BLOB);
          if (size > policy.largestFile()) {
            return Optional.of(
                new Refusal.LargeFile(walk.getPathString(), size, policy.largestFile()));
          }
        }
      }
      return Optional.empty();
    }
  }

  /**
   * Whether an object that came is beyond the limit: the packs' own headers tell, which takes a
   * fraction of walking the history to name the file.
   */
  private boolean holdsLargeObject() throws IOException {
    if (!(git.getObjectDatabase() instanceof ObjectDirectory came)) {
      return true;
    }
    try (ObjectReader reader = git.newObjectReader()) {
      for (Pack pack : came.getPacks()) {
        for (PackIndex.MutableEntry entry : pack) {
          if (reader.getObjectSize(entry.toObjectId(), ObjectReader.OBJ_ANY)
              > policy.largestFile()) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean signed(ObjectId id) throws IOException {
    if (id.equals(ObjectId.zeroId())) {
      return false;
    }
    try (RevWalk walk = new RevWalk(git)) {
      return walk.parseAny(id) instanceof RevTag tag
          && new String(walk.getObjectReader().open(tag).getBytes(1 << 20), StandardCharsets.UTF_8)
              .matches("(?s).*\n-----BEGIN (PGP|SSH) SIGNATURE-----\n.*");
    }
  }

  static Map<String, ObjectId> branches(Repository git) throws IOException {
    return git.getRefDatabase().getRefsByPrefix(RefChange.HEADS).stream()
        .collect(
            Collectors.toMap(
                r -> r.getName().substring(RefChange.HEADS.length()), Ref::getObjectId));
  }

  static Set<Version> versions(Repository git) throws IOException {
    List<Version> versions = new ArrayList<>();
    for (Ref ref : git.getRefDatabase().getRefsByPrefix(RefChange.TAGS)) {
      Version.ofTag(ref.getName().substring(RefChange.TAGS.length())).ifPresent(versions::add);
    }
    return Set.copyOf(versions);
  }
}
