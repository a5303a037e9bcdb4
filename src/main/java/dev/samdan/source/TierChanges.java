package dev.samdan.source;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.ApplicationFile;
import dev.samdan.application.EnvironmentDeclaration;
import dev.samdan.application.Tier;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Decides which tiers a change concerns.
 *
 * @param now the declaration at the newer commit
 * @param before the declaration at the older one; null where there was no valid one
 * @param repository the repository that changed
 * @param files the paths that changed in it; null where the branch is new
 */
record TierChanges(
    ApplicationDeclaration now,
    @Nullable ApplicationDeclaration before,
    String repository,
    @Nullable List<String> files) {

  /** The tiers to deliver to this environment. */
  Set<Tier> of(EnvironmentDeclaration environment) {
    Set<Tier> changed = EnumSet.noneOf(Tier.class);
    if (files == null || before == null || isNew(environment, before)) {
      changed.addAll(concerned());
      return changed;
    }
    for (String file : files) {
      if (!file.equals(ApplicationFile.NAME)) {
        changed.addAll(tiersOf(file));
      }
    }
    for (Tier tier : concerned()) {
      if (declaredOtherwise(tier, before)) {
        changed.add(tier);
      }
    }
    return changed;
  }

  /** All tiers where the repository holds samdan.yml, else those that live in it. */
  private List<Tier> concerned() {
    boolean own = repository.equals(now.name());
    return now.tiers().stream().filter(t -> own || now.repositoryOf(t).equals(repository)).toList();
  }

  /** The environment did not follow this branch before. */
  private static boolean isNew(EnvironmentDeclaration environment, ApplicationDeclaration before) {
    return before.environmentsOn(environment.branch()).stream()
        .noneMatch(e -> e.name().equals(environment.name()));
  }

  /** The tiers with the longest source that holds the file; none where no tier's does. */
  private Set<Tier> tiersOf(String file) {
    Set<Tier> longest = EnumSet.noneOf(Tier.class);
    int length = -1;
    for (Tier tier : now.tiers()) {
      String source = now.sourceOf(tier).orElseThrow();
      boolean holds = source.isEmpty() || file.startsWith(source + "/");
      if (now.repositoryOf(tier).equals(repository) && holds && source.length() >= length) {
        if (source.length() > length) {
          longest.clear();
        }
        longest.add(tier);
        length = source.length();
      }
    }
    return longest;
  }

  private boolean declaredOtherwise(Tier tier, ApplicationDeclaration older) {
    return switch (tier) {
      case WEB -> !Objects.equals(now.web(), older.web());
      case API ->
          !Objects.equals(now.api(), older.api()) || !Objects.equals(now.data(), older.data());
    };
  }
}
