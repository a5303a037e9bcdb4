package dev.samdan.source;

import dev.samdan.application.Applications;
import dev.samdan.application.BranchPolicy;
import dev.samdan.application.BranchPolicy.Kind;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Principal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;
import org.eclipse.jgit.internal.storage.file.FileRepository;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.PersonIdent;
import org.eclipse.jgit.lib.RefUpdate;
import org.jspecify.annotations.Nullable;

/**
 * The branches of a repository under its strategy: what there is, making one, asking beforehand.
 */
public final class Branches {
  /** What {@link BranchView#kind()} says of a branch that always exists. */
  public static final String FIXED = "fixed";

  private final Source source;
  private final Applications applications;
  private final BiConsumer<String, String> moved;

  /**
   * @param moved hears in which repository somebody made a branch
   */
  public Branches(Source source, Applications applications, BiConsumer<String, String> moved) {
    this.source = source;
    this.applications = applications;
    this.moved = moved;
  }

  /** A branch that was made. */
  public record Started(String name, String kind, String base, String target, String commit) {}

  /** What a branch of this name and history would meet at a push. */
  public record Check(String name, @Nullable String kind, List<BranchView.Finding> problems) {
    public Check {
      problems = List.copyOf(problems);
    }
  }

  /** A repository and its rules at one moment. */
  private record Looked(
      FileRepository git,
      BranchPolicy policy,
      BranchRules rules,
      Map<String, ObjectId> tips,
      Lineage lineage) {}

  /** All branches: production, the other fixed ones, then the newest commit first. */
  public List<BranchView> list(String repository, Principal reader) {
    try {
      Looked now = look(repository);
      List<BranchView> views = new ArrayList<>();
      for (Map.Entry<String, ObjectId> branch : now.tips().entrySet()) {
        views.add(view(now, repository, branch.getKey(), branch.getValue(), reader));
      }
      views.sort(
          Comparator.comparing((BranchView v) -> !v.name().equals(now.policy().production()))
              .thenComparing(v -> !FIXED.equals(v.kind()))
              .thenComparing(BranchView::at, Comparator.reverseOrder())
              .thenComparing(BranchView::name));
      return views;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Makes a branch of a kind at its base's newest commit.
   *
   * @param variable the summary, or the version; null for the next version
   * @throws PlatformException INVALID where there is no such kind or the name breaks a rule,
   *     CONFLICT where the base is not there or the branch is
   */
  public Started start(
      String repository, String kindName, @Nullable String variable, Principal by) {
    source.requireOwn(repository, by);
    try {
      Looked now = look(repository);
      Kind kind = kind(now.policy(), kindName);
      ObjectId base = now.tips().get(kind.base());
      if (base == null) {
        throw PlatformException.conflict(
            kindName
                + " branches are made from "
                + kind.base()
                + ", and "
                + repository
                + " has no such branch yet: push it first");
      }
      String branch = kind.branch(variable(now, kind, variable));
      refuseWrong(now, branch, by);
      make(now.git(), branch, base, by);
      moved.accept(repository, by.user());
      return new Started(branch, kind.name(), kind.base(), kind.target(), base.name());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Kind kind(BranchPolicy policy, String name) {
    return policy
        .kind(name)
        .orElseThrow(() ->
            PlatformException.invalid(
                name
                    + " is not a kind of branch; there are "
                    + policy.kinds().stream().map(Kind::name).collect(Collectors.joining(", "))));
  }

  private static String variable(Looked now, Kind kind, @Nullable String given) {
    if (given != null) {
      return given;
    }
    if (!kind.versioned()) {
      throw PlatformException.invalid(
          "a " + kind.name() + " branch needs a summary, as in " + kind.branch("sign-in"));
    }
    return now.rules().next(kind).toString();
  }

  private static void refuseWrong(Looked now, String branch, Principal by) {
    RefChange change =
        new RefChange(RefChange.HEADS + branch, RefChange.Move.CREATE, 0, true, false);
    Optional<Refusal> refusal =
        now.rules().isFixed(branch)
            ? Optional.of(new Refusal.SameBranch(branch, branch))
            : now.rules().check(change);
    if (refusal.isPresent()) {
      throw PlatformException.invalid(
          new RefusalMessages(by.language()).of(refusal.get()).getFirst());
    }
  }

  private static void make(FileRepository git, String branch, ObjectId at, Principal by)
      throws IOException {
    RefUpdate update = git.updateRef(RefChange.HEADS + branch);
    update.setExpectedOldObjectId(ObjectId.zeroId());
    update.setNewObjectId(at);
    update.setRefLogIdent(new PersonIdent(by.displayName(), by.user() + "@samdan"));
    update.setRefLogMessage("branch: made by " + by.user(), false);
    RefUpdate.Result result = update.update();
    if (result != RefUpdate.Result.NEW) {
      throw PlatformException.conflict(
          "there is a branch " + branch + " already: git fetch origin, then git switch " + branch);
    }
  }

  /**
   * Whether a push of a branch would be taken.
   *
   * @param commits ids of its history, the newest first, as far back as its base
   */
  public Check check(String repository, String name, Set<String> commits, Principal reader) {
    try {
      Looked now = look(repository);
      Kind kind = now.policy().kindOf(name).orElse(null);
      boolean exists = now.tips().containsKey(name);
      RefChange.Move move = exists ? RefChange.Move.FORWARD : RefChange.Move.CREATE;
      ObjectId base = kind == null ? null : now.tips().get(kind.base());
      int strangers = 0;
      boolean holdsTip = true;
      if (kind != null && base != null) {
        ObjectId other = now.tips().get(now.rules().other(kind));
        Set<ObjectId> ofOther = other == null ? Set.of() : now.lineage().between(other, base);
        strangers = (int) ofOther.stream().filter(id -> commits.contains(id.name())).count();
        holdsTip = commits.contains(base.name());
      }
      List<BranchView.Finding> problems =
          problems(
              now, new RefChange(RefChange.HEADS + name, move, strangers, holdsTip, false), reader);
      return new Check(name, kindName(now, name), problems);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The strategy that holds for a repository. */
  public BranchPolicy policy(String repository) {
    return Strategy.of(applications, repository).policy();
  }

  /** What the strategy says against a branch as it stands; nothing against one that is fixed. */
  public List<BranchView.Finding> problems(
      String repository, String name, String commit, Principal reader) {
    try {
      Looked now = look(repository);
      return now.rules().isFixed(name)
          ? List.of()
          : problems(now, asItIs(now, name, ObjectId.fromString(commit)), reader);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RefChange asItIs(Looked now, String name, ObjectId tip) throws IOException {
    Kind kind = now.policy().kindOf(name).orElse(null);
    ObjectId from = kind == null ? null : now.tips().get(kind.base());
    int strangers =
        kind == null || from == null
            ? 0
            : now.lineage().strangers(tip, from, now.tips().get(now.rules().other(kind)));
    return new RefChange(RefChange.HEADS + name, RefChange.Move.REWRITE, strangers, true, false);
  }

  private static List<BranchView.Finding> problems(Looked now, RefChange change, Principal reader) {
    RefusalMessages messages = new RefusalMessages(reader.language());
    return now.rules().check(change).stream()
        .map(refusal -> BranchView.Finding.of(messages.of(refusal)))
        .toList();
  }

  private static @Nullable String kindName(Looked now, String branch) {
    return now.rules().isFixed(branch)
        ? FIXED
        : now.policy().kindOf(branch).map(Kind::name).orElse(null);
  }

  private BranchView view(
      Looked now, String repository, String name, ObjectId tip, Principal reader)
      throws IOException {
    Commit commit = source.commit(repository, tip.name());
    Kind kind = now.rules().isFixed(name) ? null : now.policy().kindOf(name).orElse(null);
    String base =
        kind != null
            ? kind.base()
            : name.equals(now.policy().integration()) ? now.policy().production() : null;
    ObjectId from = base == null ? null : now.tips().get(base);
    return new BranchView(
        name,
        kindName(now, name),
        base,
        commit.id(),
        commit.subject(),
        commit.author(),
        commit.at(),
        from == null ? 0 : now.lineage().between(tip, from).size(),
        from == null ? 0 : now.lineage().between(from, tip).size(),
        now.rules().isFixed(name) ? List.of() : problems(now, asItIs(now, name, tip), reader));
  }

  private Looked look(String repository) throws IOException {
    FileRepository git = source.open(repository);
    Strategy strategy = Strategy.of(applications, repository);
    Map<String, ObjectId> tips = PushCheck.branches(git);
    BranchRules rules = PushCheck.rules(git, strategy, tips);
    return new Looked(git, strategy.policy(), rules, tips, new Lineage(git));
  }
}
