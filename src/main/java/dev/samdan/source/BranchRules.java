package dev.samdan.source;

import dev.samdan.application.BranchPolicy;
import dev.samdan.application.BranchPolicy.Kind;
import java.text.Normalizer;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Decides whether a ref may be pushed; knows no repository. */
final class BranchRules {
  /** Words that people write for a kind. */
  private static final Map<String, String> WORDS =
      Map.of(
          "feat", "feature",
          "features", "feature",
          "fix", "bugfix",
          "bug", "bugfix",
          "refactoring", "refactor",
          "doc", "docs",
          "tests", "test",
          "chore", "conf",
          "config", "conf");

  private final BranchPolicy policy;
  private final Situation now;

  BranchRules(BranchPolicy policy, Situation now) {
    this.policy = policy;
    this.now = now;
  }

  /**
   * What there is in the repository.
   *
   * @param delivered branches that environments follow
   * @param closed branches into which commits come by pull requests only
   */
  record Situation(
      Set<String> branches, Set<String> delivered, Set<String> closed, Set<Version> tags) {
    Optional<Version> newest() {
      return tags.stream().max(Comparator.naturalOrder());
    }
  }

  /** What is wrong with one change; empty where nothing is. */
  Optional<Refusal> check(RefChange change) {
    if (change.isTag()) {
      return policy.signedTags() && change.move() != RefChange.Move.DELETE && !change.signed()
          ? Optional.of(new Refusal.UnsignedTag(change.name()))
          : Optional.empty();
    }
    if (!change.isBranch()) {
      return change.ref().startsWith(RefChange.OWN)
          ? Optional.of(new Refusal.OwnRef(change.ref()))
          : Optional.empty();
    }
    return isFixed(change.name()) ? fixed(change) : comingAndGoing(change);
  }

  /** Whether the branch always exists: the strategy's own, and what environments follow. */
  boolean isFixed(String branch) {
    return policy.isFixed(branch) || now.delivered().contains(branch) || isMaster(branch);
  }

  /** Where nobody said otherwise, master stands for main. */
  private boolean isMaster(String branch) {
    return branch.equals("master") && !now.branches().contains("main");
  }

  private boolean isClosed(String branch) {
    return now.closed().contains(branch)
        || (isMaster(branch) && now.closed().contains(policy.production()));
  }

  private Optional<Refusal> fixed(RefChange change) {
    String branch = change.name();
    return switch (change.move()) {
      case CREATE -> Optional.empty();
      case REWRITE -> Optional.of(new Refusal.Rewritten(branch));
      case DELETE -> Optional.of(new Refusal.Deleted(branch));
      case FORWARD ->
          isClosed(branch)
              ? Optional.of(new Refusal.DirectPush(branch, wayInto(branch)))
              : Optional.empty();
    };
  }

  /** A branch on which commits for a closed branch may come. */
  private String wayInto(String branch) {
    Kind kind =
        policy.kinds().stream()
            .filter(k -> k.target().equals(isMaster(branch) ? policy.production() : branch))
            .findFirst()
            .orElse(policy.kinds().getFirst());
    return kind.branch(kind.versioned() ? next(kind).toString() : "summary");
  }

  private Optional<Refusal> comingAndGoing(RefChange change) {
    Kind kind = policy.kindOf(change.name()).orElse(null);
    if (change.move() == RefChange.Move.DELETE) {
      return kind != null && isDelivered(kind, change.name()) && !change.holdsTip()
          ? Optional.of(new Refusal.NotBack(change.name(), policy.integration()))
          : Optional.empty();
    }
    if (kind == null) {
      return Optional.of(new Refusal.WrongName(change.name(), suggestion(change.name())));
    }
    Optional<Refusal> name =
        kind.versioned() && change.move() == RefChange.Move.CREATE
            ? version(kind, change.name())
            : Optional.empty();
    return name.or(() -> lineage(kind, change));
  }

  private Optional<Refusal> version(Kind kind, String branch) {
    String text = kind.variable(branch).orElseThrow();
    String next = kind.branch(next(kind).toString());
    Version version = Version.parse(text).orElse(null);
    if (version == null) {
      return Optional.of(new Refusal.NotAVersion(branch, text, next));
    }
    Optional<String> same =
        now.branches().stream()
            .filter(other -> !other.equals(branch))
            .filter(other -> kind.variable(other).filter(text::equals).isPresent())
            .findFirst();
    if (same.isPresent()) {
      return Optional.of(new Refusal.SameBranch(branch, same.get()));
    }
    if (now.tags().contains(version)) {
      return Optional.of(new Refusal.VersionTaken(branch, version, next));
    }
    return now.newest()
        .filter(newest -> !version.equals(next(kind)))
        .map(newest -> new Refusal.VersionOrder(branch, newest, next));
  }

  /** The version of the next hotfix: after the newest tag and those that are on their way. */
  Version next(Kind kind) {
    Version newest = now.newest().orElse(null);
    if (newest == null) {
      return new Version(0, 0, 1);
    }
    Version next = newest.nextHotfix();
    while (isOnItsWay(kind, next)) {
      next = next.nextHotfix();
    }
    return next;
  }

  private boolean isOnItsWay(Kind kind, Version version) {
    return now.branches().stream()
        .anyMatch(b -> kind.variable(b).filter(version.toString()::equals).isPresent());
  }

  /** Whether a branch's version was tagged, which is when it was delivered. */
  boolean isDelivered(Kind kind, String branch) {
    return kind.versioned()
        && kind.variable(branch).flatMap(Version::parse).filter(now.tags()::contains).isPresent();
  }

  private Optional<Refusal> lineage(Kind kind, RefChange change) {
    if (isDelivered(kind, change.name())) {
      // It is on its way back, where a conflict is mended by merging the other branch into it.
      return Optional.empty();
    }
    if (change.strangers() > 0) {
      return Optional.of(
          new Refusal.Strangers(change.name(), kind, other(kind), change.strangers()));
    }
    boolean fromTip = change.holdsTip() || change.move() != RefChange.Move.CREATE;
    return kind.base().equals(policy.production()) && !fromTip
        ? Optional.of(new Refusal.NotFromTip(change.name(), kind))
        : Optional.empty();
  }

  /** The fixed branch that branches of this kind are not made from. */
  String other(Kind kind) {
    return kind.base().equals(policy.production()) ? policy.integration() : policy.production();
  }

  /** A name of a kind that is nearest to this one. */
  private String suggestion(String branch) {
    String plain = Normalizer.normalize(branch, Normalizer.Form.NFC);
    int slash = plain.indexOf('/');
    String first = (slash < 0 ? plain.split("[-_]", 2)[0] : plain.substring(0, slash));
    String word = first.toLowerCase(Locale.ROOT);
    String wanted = WORDS.getOrDefault(word, word);
    Kind kind =
        Stream.concat(
                policy.kind(wanted).stream(), policy.kinds().stream().filter(k -> !k.versioned()))
            .findFirst()
            .orElse(policy.kinds().getFirst());
    if (kind.versioned()) {
      return kind.branch(next(kind).toString());
    }
    boolean named = kind.name().equals(wanted) && plain.length() > first.length() + 1;
    String rest = named ? plain.substring(first.length() + 1) : plain;
    String summary = rest.replaceAll("[^\\p{L}\\p{N}._-]+", "-").replaceAll("^[._-]+|[._-]+$", "");
    return kind.branch(
        summary.isEmpty() ? "summary" : summary.substring(0, Math.min(100, summary.length())));
  }
}
