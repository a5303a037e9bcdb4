package dev.samdan.source;

import dev.samdan.application.BranchPolicy;
import dev.samdan.identity.Role;
import java.util.List;

/** Why a ref may not be pushed as it is. */
sealed interface Refusal {
  /** The branch's name is of no kind; {@code suggestion} is the nearest that is. */
  record WrongName(String branch, String suggestion) implements Refusal {}

  /** What should be a version is none; {@code suggestion} is the branch for the next one. */
  record NotAVersion(String branch, String text, String suggestion) implements Refusal {}

  /** There is a tag of this version. */
  record VersionTaken(String branch, Version version, String suggestion) implements Refusal {}

  /** The version is not the next hotfix of the newest tag. */
  record VersionOrder(String branch, Version newest, String suggestion) implements Refusal {}

  /** There is this branch under its other spelling. */
  record SameBranch(String branch, String existing) implements Refusal {}

  /** It holds commits of the other fixed branch that its base has not. */
  record Strangers(String branch, BranchPolicy.Kind kind, String other, int commits)
      implements Refusal {}

  /** It was not made from its base's newest commit. */
  record NotFromTip(String branch, BranchPolicy.Kind kind) implements Refusal {}

  /** Commits come to this branch by pull requests only; {@code way} is a branch for them. */
  record DirectPush(String branch, String way) implements Refusal {}

  /** It was delivered and would be lost, as it is not on the integration branch yet. */
  record NotBack(String branch, String integration) implements Refusal {}

  /** History of a branch that always exists would be lost. */
  record Rewritten(String branch) implements Refusal {}

  /** A branch that always exists would be deleted. */
  record Deleted(String branch) implements Refusal {}

  /** A file of a pushed commit is too large; sizes in bytes. */
  record LargeFile(String path, long size, long limit) implements Refusal {}

  /** Tags must be annotated and signed. */
  record UnsignedTag(String tag) implements Refusal {}

  /** The branch is production's; {@code deciders} can give the role that takes its commits. */
  record TakesRole(String branch, Role least, List<String> deciders) implements Refusal {}

  /** Its samdan.yml would deliver production from a branch that is not production's. */
  record TakesProduction(String branch, String environment, Role least, List<String> deciders)
      implements Refusal {}

  /** A tag that exists would move or be deleted. */
  record TagStays(String tag, Role least, List<String> deciders) implements Refusal {}

  /** It is under {@code refs/samdan/}, where the server keeps what it needs itself. */
  record OwnRef(String ref) implements Refusal {}

  /** Nothing is wrong with it, but with another ref of the same push. */
  record WithOthers(String ref) implements Refusal {}
}
