package dev.samdan.source;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.ApplicationFile;
import dev.samdan.application.BranchPolicy;
import dev.samdan.application.EnvironmentDeclaration;
import dev.samdan.identity.Access;
import dev.samdan.identity.Right;
import dev.samdan.identity.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jgit.lib.ObjectLoader;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.transport.ReceiveCommand;
import org.eclipse.jgit.treewalk.TreeWalk;
import org.jspecify.annotations.Nullable;

/**
 * What of a push takes more than the right to push: production's branches, tags that exist, and a
 * samdan.yml that would bring production to another branch.
 */
final class PushRights {
  private static final int LARGEST_FILE = 1 << 20;

  private final Access access;
  private final List<String> owners;
  private final Strategy strategy;

  /**
   * @param owners the applications of the repository
   */
  PushRights(Access access, List<String> owners, Strategy strategy) {
    this.access = access;
    this.owners = owners;
    this.strategy = strategy;
  }

  /** The strategy's policy as it holds for this person. */
  BranchPolicy policy() {
    Role direct = strategy.policy().protection().directPush();
    return direct != null && may(Right.PUSH, direct)
        ? strategy.policy().withDirectPush()
        : strategy.policy();
  }

  /** What this person may not; nothing where all of it is allowed. */
  Map<ReceiveCommand, Refusal> check(Repository git, Collection<ReceiveCommand> commands)
      throws IOException {
    Map<ReceiveCommand, Refusal> refused = new LinkedHashMap<>();
    if (!may(Right.MERGE, least())) {
      for (ReceiveCommand command : commands) {
        refusal(git, command).ifPresent(refusal -> refused.put(command, refusal));
      }
    }
    if (!refused.isEmpty()) {
      commands.forEach(c -> refused.putIfAbsent(c, new Refusal.WithOthers(c.getRefName())));
    }
    return refused;
  }

  private Optional<Refusal> refusal(Repository git, ReceiveCommand command) throws IOException {
    String ref = command.getRefName();
    if (ref.startsWith(RefChange.TAGS)) {
      String tag = ref.substring(RefChange.TAGS.length());
      return command.getType() == ReceiveCommand.Type.CREATE
          ? Optional.empty()
          : Optional.of(new Refusal.TagStays(tag, least(), deciders()));
    }
    if (!ref.startsWith(RefChange.HEADS)) {
      return Optional.empty();
    }
    String branch = ref.substring(RefChange.HEADS.length());
    if (strategy.production().contains(branch)) {
      return Optional.of(new Refusal.TakesRole(branch, least(), deciders()));
    }
    return command.getType() == ReceiveCommand.Type.DELETE
        ? Optional.empty()
        : production(git, command, branch)
            .map(environment ->
                new Refusal.TakesProduction(branch, environment, least(), deciders()));
  }

  /** The production environment that the pushed samdan.yml puts on this branch. */
  private Optional<String> production(Repository git, ReceiveCommand command, String branch)
      throws IOException {
    String text = declaration(git, command);
    if (text == null) {
      return Optional.empty();
    }
    for (String owner : owners) {
      ApplicationDeclaration declared = ApplicationFile.parseFor(owner, text).declaration();
      Optional<String> production =
          declared == null
              ? Optional.empty()
              : declared.environmentsOn(branch).stream()
                  .filter(EnvironmentDeclaration::production)
                  .map(EnvironmentDeclaration::name)
                  .findFirst();
      if (production.isPresent()) {
        return production;
      }
    }
    return Optional.empty();
  }

  private static @Nullable String declaration(Repository git, ReceiveCommand command)
      throws IOException {
    try (RevWalk walk = new RevWalk(git);
        TreeWalk found =
            TreeWalk.forPath(
                git, ApplicationFile.NAME, walk.parseCommit(command.getNewId()).getTree())) {
      if (found == null) {
        return null;
      }
      ObjectLoader content = git.open(found.getObjectId(0));
      return content.getSize() > LARGEST_FILE
          ? null
          : new String(content.getBytes(LARGEST_FILE), StandardCharsets.UTF_8);
    }
  }

  private boolean may(Right right, Role least) {
    return owners.isEmpty()
        ? access.may(right, null, least)
        : owners.stream().allMatch(owner -> access.may(right, owner, least));
  }

  private Role least() {
    return strategy.protection().merge();
  }

  private List<String> deciders() {
    return access.deciders(owners.isEmpty() ? null : owners.getFirst());
  }
}
