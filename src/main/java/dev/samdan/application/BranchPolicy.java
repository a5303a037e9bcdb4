package dev.samdan.application;

import dev.samdan.identity.Role;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A team's branch strategy: which branches there may be, where each comes from and goes, and what
 * is asked of it.
 *
 * @param production the branch that is always production-ready, {@code main} or {@code master}
 * @param integration the branch that is always test-ready, {@code dev}
 * @param directPush whether commits may be pushed to the integration branch itself
 * @param largestFile in bytes, of any file in any pushed commit
 * @param signedTags whether a tag must be annotated and signed
 * @param kinds of the branches that come and go
 * @param protection who may do what takes more than pushing
 */
public record BranchPolicy(
    String production,
    String integration,
    boolean directPush,
    long largestFile,
    boolean signedTags,
    List<Kind> kinds,
    Protection protection) {
  private static final long LARGEST_FILE = 50L << 20;

  /** The strategy where samdan.yml says nothing else. */
  public static final BranchPolicy USUAL =
      new BranchPolicy("main", "dev", true, LARGEST_FILE, false, usualKinds("main", "dev"));

  public BranchPolicy {
    kinds = List.copyOf(kinds);
  }

  /** With the usual protection. */
  public BranchPolicy(
      String production,
      String integration,
      boolean directPush,
      long largestFile,
      boolean signedTags,
      List<Kind> kinds) {
    this(production, integration, directPush, largestFile, signedTags, kinds, Protection.USUAL);
  }

  /**
   * The least roles for what is protected. They hold as the production branch declares them, so
   * that nobody gives them to themselves by a push elsewhere.
   *
   * @param merge for bringing commits to the production branch
   * @param approve for deciding on what production gets
   * @param directPush for pushing to the integration branch where others may not; null for nobody
   */
  public record Protection(Role merge, Role approve, @Nullable Role directPush) {
    public static final Protection USUAL = new Protection(Role.MAINTAINER, Role.MAINTAINER, null);
  }

  /** The same, where commits may be pushed to the integration branch itself. */
  public BranchPolicy withDirectPush() {
    return new BranchPolicy(
        production, integration, true, largestFile, signedTags, kinds, protection);
  }

  /** Whether a merge needs somebody else's eyes. */
  public enum Review {
    OMITTED,
    OPTIONAL,
    REQUIRED
  }

  /** How a pull request's commits come into its target. */
  public enum Merge {
    /** One merge commit with both as parents. */
    COMMIT,
    /** One commit with all the changes. */
    SQUASH,
    /** Each commit anew, on top of the target. */
    REBASE
  }

  /**
   * One kind of branch.
   *
   * @param base where it is branched from
   * @param target what it is merged into
   * @param pattern of its name, with {@code {summary}} or {@code {version}} where the name varies
   * @param keepsTests whether the base's tests must pass unchanged
   * @param merge always a merge commit where names hold a version, so that what is on production
   *     can come back
   */
  public record Kind(
      String name,
      String base,
      String target,
      String pattern,
      Review review,
      boolean keepsTests,
      Merge merge) {
    static final String SUMMARY = "{summary}";
    static final String VERSION = "{version}";
    private static final String SUMMARY_RULE = "[\\p{L}\\p{N}][\\p{L}\\p{N}._-]{0,99}";

    /** Whether its names hold a version and its merge makes a tag. */
    public boolean versioned() {
      return pattern.contains(VERSION);
    }

    Kind merged(Merge how) {
      return new Kind(name, base, target, pattern, review, keepsTests, how);
    }

    /** The branch of this summary or version. */
    public String branch(String variable) {
      return pattern.replace(versioned() ? VERSION : SUMMARY, variable);
    }

    /**
     * The summary or version in a branch's name, where the name is of this kind; of a version also
     * one in braces, as {@code hotfix-{1.2.1}}, and one that is none yet.
     */
    public Optional<String> variable(String branch) {
      String hole = versioned() ? VERSION : SUMMARY;
      int at = pattern.indexOf(hole);
      String rule = versioned() ? "\\{?(.*?)}?" : "(" + SUMMARY_RULE + ")";
      Matcher matcher =
          Pattern.compile(
                  Pattern.quote(pattern.substring(0, at))
                      + rule
                      + Pattern.quote(pattern.substring(at + hole.length())))
              .matcher(branch);
      return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
  }

  /** The kind whose names a branch's name is one of. */
  public Optional<Kind> kindOf(String branch) {
    return kinds.stream().filter(k -> k.variable(branch).isPresent()).findFirst();
  }

  /** The kind of this name. */
  public Optional<Kind> kind(String name) {
    return kinds.stream().filter(k -> k.name().equals(name)).findFirst();
  }

  /** Whether the branch always exists. */
  public boolean isFixed(String branch) {
    return branch.equals(production) || branch.equals(integration);
  }

  static List<Kind> usualKinds(String production, String integration) {
    return List.of(
        kind("feature", integration, Review.OPTIONAL),
        kind("bugfix", integration, Review.OPTIONAL),
        new Kind(
            "refactor",
            integration,
            integration,
            "refactor/{summary}",
            Review.OPTIONAL,
            true,
            Merge.COMMIT),
        kind("docs", integration, Review.OPTIONAL),
        kind("test", integration, Review.OMITTED),
        kind("conf", integration, Review.OMITTED),
        new Kind(
            "hotfix",
            production,
            production,
            "hotfix-{version}",
            Review.OPTIONAL,
            false,
            Merge.COMMIT));
  }

  private static Kind kind(String name, String integration, Review review) {
    return new Kind(
        name, integration, integration, name + "/{summary}", review, false, Merge.COMMIT);
  }

  /** A kind with what a samdan.yml says of it. */
  static Kind changed(
      Kind kind,
      @Nullable String base,
      @Nullable String target,
      @Nullable String pattern,
      Review review,
      boolean keepsTests,
      Merge merge) {
    return new Kind(
        kind.name(),
        base == null ? kind.base() : base,
        target == null ? kind.target() : target,
        pattern == null ? kind.pattern() : pattern,
        review,
        keepsTests,
        merge);
  }
}
