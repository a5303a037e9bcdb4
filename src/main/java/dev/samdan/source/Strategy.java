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
 */
public record Strategy(BranchPolicy policy, Set<String> delivered) {
  public Strategy {
    delivered = Set.copyOf(delivered);
  }

  /**
   * The applications that a repository is of: the one of its name, else those with a tier in it.
   */
  static List<String> owners(Applications applications, String repository) {
    return applications.find(repository).isPresent()
        ? List.of(repository)
        : applications.withTierIn(repository);
  }

  /**
   * What the application of this repository declares on its integration branch, else on any; the
   * usual one where none declares any yet.
   */
  static Strategy of(Applications applications, String repository) {
    List<String> names = owners(applications, repository);
    Set<String> delivered = new HashSet<>();
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
      }
    }
    return new Strategy(first == null ? BranchPolicy.USUAL : first, delivered);
  }
}
