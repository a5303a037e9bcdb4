package dev.samdan.application;

import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a samdan.yml says, every default filled in. Paths of a tier are relative to its {@code
 * source}.
 *
 * @param environments in the order of the file, never empty
 * @param jobs what runs at times in the deployed image
 * @param branches the branch strategy
 */
public record ApplicationDeclaration(
    String name,
    @Nullable WebTier web,
    @Nullable ApiTier api,
    @Nullable DataTier data,
    List<EnvironmentDeclaration> environments,
    List<JobDeclaration> jobs,
    BranchPolicy branches) {
  public ApplicationDeclaration {
    environments = List.copyOf(environments);
    jobs = List.copyOf(jobs);
  }

  /** The environment of this name, where the file declares one. */
  public Optional<EnvironmentDeclaration> environment(String environment) {
    return environments.stream().filter(e -> e.name().equals(environment)).findFirst();
  }

  /** The environments that a push to this branch delivers to. */
  public List<EnvironmentDeclaration> environmentsOn(String branch) {
    return environments.stream().filter(e -> e.branch().equals(branch)).toList();
  }

  /**
   * The repository that holds the tier's folder: its own, or else the application's, which has its
   * name.
   */
  public String repositoryOf(Tier tier) {
    String own =
        switch (tier) {
          case WEB -> web == null ? null : web.repository();
          case API -> api == null ? null : api.repository();
        };
    return own == null ? name : own;
  }

  /**
   * The tier's folder in its repository, {@code ""} for the whole of it; empty where the tier is
   * not declared.
   */
  public Optional<String> sourceOf(Tier tier) {
    return switch (tier) {
      case WEB -> Optional.ofNullable(web).map(WebTier::source);
      case API -> Optional.ofNullable(api).map(ApiTier::source);
    };
  }

  /** The tiers that are delivered by pipelines, those that the file declares. */
  public List<Tier> tiers() {
    return java.util.Arrays.stream(Tier.values()).filter(t -> sourceOf(t).isPresent()).toList();
  }
}
