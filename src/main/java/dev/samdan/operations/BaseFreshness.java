package dev.samdan.operations;

import dev.samdan.application.ApiTier;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Applications;
import dev.samdan.application.Tier;
import dev.samdan.base.PlatformException;
import dev.samdan.image.BaseImage;
import dev.samdan.image.Images;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pipeline.WaitingApproval;
import dev.samdan.source.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Whether the base image that a commit's build stands on is there: the one of the newest commit in
 * its own history that touched what the base is made of. While it is neither built nor being built,
 * nothing that would be built on it is approved.
 */
public final class BaseFreshness {
  private final Applications applications;
  private final Pipelines pipelines;
  private final Source source;
  private final Images images;

  public BaseFreshness(
      Applications applications, Pipelines pipelines, Source source, Images images) {
    this.applications = applications;
    this.pipelines = pipelines;
    this.source = source;
    this.images = images;
  }

  /**
   * The base image of one commit.
   *
   * @param folder of the application tier, with its slash; empty for the repository's root
   * @param touched the newest commit that touched what it is made of; empty where git knows none
   * @param image made of that commit
   */
  public record Base(
      ApiTier.BaseImage declared,
      String folder,
      Optional<String> touched,
      Optional<BaseImage> image) {
    /** Whether a build can stand on it. */
    public boolean fresh() {
      return is(BaseImage.Status.Ready);
    }

    /** Whether it comes by itself. */
    public boolean building() {
      return is(BaseImage.Status.Building);
    }

    /** Whether somebody must have it built first. */
    public boolean stale() {
      return !fresh() && !building();
    }

    private boolean is(BaseImage.Status status) {
      return image.filter(i -> i.status() == status).isPresent();
    }
  }

  /** The base image that a commit's build would stand on; empty where none is declared. */
  public Optional<Base> of(ApplicationDeclaration declaration, String repository, String commit) {
    ApiTier api = declaration.api();
    ApiTier.BaseImage base = api == null ? null : api.base();
    if (base == null) {
      return Optional.empty();
    }
    String folder =
        declaration.sourceOf(Tier.API).filter(s -> !s.isEmpty()).map(s -> s + "/").orElse("");
    List<String> globs = new ArrayList<>();
    globs.add(folder + base.dockerfile());
    base.rebuildOn().forEach(file -> globs.add(folder + file));
    Optional<String> touched = touched(repository, commit, globs);
    Optional<BaseImage> image = touched.flatMap(c -> images.base(declaration.name(), c));
    return Optional.of(new Base(base, folder, touched, image));
  }

  private Optional<String> touched(String repository, String commit, List<String> globs) {
    try {
      return source.lastCommitTouching(repository, commit, globs);
    } catch (PlatformException e) {
      // The commit may be gone from the repository.
      return Optional.empty();
    }
  }

  /** Why nobody can approve it yet, with what mends it; empty where it can be approved. */
  public Optional<String> hindrance(WaitingApproval waiting) {
    String environment = waiting.environment();
    if (environment == null || waiting.pipeline().endsWith("-web")) {
      return Optional.empty();
    }
    String repository = pipelines.execution(waiting.executionId()).repository();
    return applications
        .declaration(waiting.application(), environment)
        .flatMap(declaration -> of(declaration, repository, waiting.commit()))
        .filter(Base::stale)
        .map(base ->
            waiting.pipeline()
                + " cannot be approved yet: its base image is older than "
                + (base.declared().rebuildOn().isEmpty()
                    ? base.declared().dockerfile()
                    : String.join(", ", base.declared().rebuildOn()))
                + base.touched()
                    .map(c -> " of " + c.substring(0, Math.min(7, c.length())))
                    .orElse("")
                + "; build it first: samdan pipeline start "
                + waiting.application()
                + "-base");
  }
}
