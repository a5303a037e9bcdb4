package dev.samdan.source;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Applications;
import dev.samdan.application.BranchPolicy;
import dev.samdan.application.Environment;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The branch strategy that holds for a repository.
 *
 * @param delivered branches that environments follow
 * @param production branches that hold what users have
 * @param protection as production declares it
 * @param owned whether the repository is an application's
 */
public record Strategy(
    BranchPolicy policy,
    Set<String> delivered,
    Set<String> production,
    BranchPolicy.Protection protection,
    boolean owned) {
  public Strategy {
    delivered = Set.copyOf(delivered);
    production = Set.copyOf(production);
  }

  /** The same with another policy, such as one that holds for a person. */
  Strategy with(BranchPolicy other) {
    return new Strategy(other, delivered, production, protection, owned);
  }

  /**
   * The branches into which commits come by pull requests only; none in a repository of no
   * application.
   */
  Set<String> closed() {
    Set<String> closed = new HashSet<>();
    if (owned) {
      closed.addAll(production);
      closed.add(policy.production());
      if (!policy.directPush()) {
        closed.add(policy.integration());
      }
    }
    return closed;
  }

  /**
   * The applications that a repository is of: the one of its name, else those with a tier in it.
   */
  public static List<String> owners(Applications applications, String repository) {
    return applications.find(repository).isPresent()
        ? List.of(repository)
        : applications.withTierIn(repository);
  }

  /**
   * What the application of this repository declares on its integration branch, else on any; the
   * usual one where none declares any yet.
   */
  public static Strategy of(Applications applications, String repository) {
    List<String> names = owners(applications, repository);
    Set<String> delivered = new HashSet<>();
    Set<String> production = new HashSet<>();
    BranchPolicy.Protection protection = BranchPolicy.Protection.USUAL;
    BranchPolicy first = null;
    for (String name : names) {
      for (Environment environment : applications.environments(name)) {
        delivered.add(environment.branch());
        Optional<BranchPolicy> declared =
            applications
                .declaration(name, environment.name())
                .map(ApplicationDeclaration::branches);
        if (declared.isPresent()
            && (first == null || environment.branch().equals(declared.get().integration()))) {
          first = declared.get();
        }
        if (environment.production()) {
          production.add(environment.branch());
          protection = declared.map(BranchPolicy::protection).orElse(protection);
        }
      }
    }
    BranchPolicy policy = first == null ? BranchPolicy.USUAL : first;
    production.add(policy.production());
    return new Strategy(policy, delivered, production, protection, !names.isEmpty());
  }
}
