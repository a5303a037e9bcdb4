package dev.samdan.image;

import dev.samdan.application.ApiTier;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Applications;
import dev.samdan.application.Project;
import dev.samdan.application.Tier;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.ActionProvider;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pipeline.SourceRevision;
import dev.samdan.registry.ImageReference;
import dev.samdan.registry.Registry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Build/AWS/ECRBuildAndPublish (CodePipeline user guide, action reference): builds an image from an
 * artifact and keeps it in the registry. Here it also gives an artifact holding imageDetail.json,
 * which the deployment reads.
 */
public final class ImageProvider implements ActionProvider {
  private static final Logger log = LoggerFactory.getLogger(ImageProvider.class);
  private final Images images;
  private final Registry registry;
  private final Applications applications;
  private final BaseImages bases;
  private final SecretValues secrets;

  /**
   * Finds the newest commit in the history of {@code commit} that changed a path matching one of
   * these globs.
   */
  @FunctionalInterface
  public interface History {
    Optional<String> lastCommitTouching(String repository, String commit, List<String> globs);
  }

  /** Finds the value of a secret in an environment, null for those of the whole application. */
  @FunctionalInterface
  public interface SecretValues {
    Optional<String> find(String application, @Nullable String environment, String name);
  }

  public ImageProvider(
      Images images,
      Registry registry,
      Applications applications,
      Pipelines pipelines,
      History history,
      SecretValues secrets) {
    this.secrets = secrets;
    this.images = images;
    this.registry = registry;
    this.applications = applications;
    this.bases = new BaseImages(images.rows(), registry, pipelines, history);
  }

  @Override
  public Duration limit() {
    return BOUNDS_ITSELF;
  }

  @Override
  public ActionOutcome run(ActionContext context) throws InterruptedException {
    context.externalId(context.actionExecutionId().toString(), null);
    ImageRows.Key base = null;
    try (ImageLogs.Log lines = images.logs().open(context.actionExecutionId())) {
      try {
        if (isBase(context)) {
          base = beginBase(context);
        }
        return build(context, base, lines);
      } catch (PlatformException e) {
        lines.accept("error: " + e.text());
        if (context.cancelled()) {
          return stopped(context, base);
        }
        failBase(context, base, e.text());
        return new ActionOutcome.Failed("ImageBuildFailed", e.text(), Map.of());
      } catch (InterruptedException e) {
        if (context.cancelled()) {
          return stopped(context, base);
        }
        throw e;
      } catch (JdbiException e) {
        throw e; // The store failed, not the image: the pipeline tries again once it is back.
      } catch (Exception e) {
        log.error("the image build {} failed", context.actionExecutionId(), e);
        lines.accept("error: " + e);
        failBase(context, base, String.valueOf(e));
        return new ActionOutcome.Failed(
            "InternalError", "the image could not be built: " + e, Map.of());
      }
    }
  }

  private ActionOutcome build(
      ActionContext context, ImageRows.@Nullable Key base, ImageLogs.Log lines) throws Exception {
    String repository = repository(context);
    requireWritable(context, repository);
    List<String> tags = tags(context, repository);
    Map<String, String> arguments = new LinkedHashMap<>(declaredArguments(context));
    if (!isBase(context)) {
      arguments.putAll(baseArgument(context, lines));
    }
    context.summary("building " + repository);
    ImageBuilder.Built built =
        images.buildFrom(
            new Images.ImageBuild(
                buildContext(context),
                arguments,
                null,
                repository,
                tags,
                lines,
                id -> secrets.find(context.application(), context.environment().orElse(null), id),
                name -> requireReadable(context, name)));
    SourceRevision revision = context.revision();
    images
        .rows()
        .built(context.application(), repository, built, revision.commit(), context.executionId());
    if (base != null) {
      images.rows().finishBase(base, context.executionId(), repository, built.digest());
    }
    if (!context.action().outputArtifacts().isEmpty()) {
      Path out = context.output(context.action().outputArtifacts().getFirst().name());
      ImageDetail.write(registry, repository, built.digest(), tags, out);
    }
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("ECRImageDigestId", built.digest().toString());
    variables.put("ECRRepositoryName", repository);
    return new ActionOutcome.Succeeded(repository + "@" + built.digest(), variables);
  }

  private Map<String, String> declaredArguments(ActionContext context) {
    ApiTier api = declaration(context).map(ApplicationDeclaration::api).orElse(null);
    return api == null ? Map.of() : api.buildArgs();
  }

  private Map<String, String> baseArgument(ActionContext context, ImageLogs.Log lines)
      throws Exception {
    ApplicationDeclaration declaration = declaration(context).orElse(null);
    ApiTier api = declaration == null ? null : declaration.api();
    ApiTier.BaseImage base = api == null ? null : api.base();
    if (declaration == null || base == null) {
      return Map.of();
    }
    ImageRows.Key key =
        bases
            .key(declaration, context.revision())
            .orElseThrow(() ->
                PlatformException.notFound(
                    "samdan.yml names the base image "
                        + base.dockerfile()
                        + ", but no commit up to "
                        + context.revision().commit()
                        + " brought that file; commit it"));
    String image =
        context.waiting(
            "waiting for the base image",
            () -> bases.await(declaration, context.revision(), key, lines));
    lines.accept("BASE_IMAGE=" + image);
    return Map.of("BASE_IMAGE", image);
  }

  private ImageRows.@Nullable Key beginBase(ActionContext context) {
    Optional<ImageRows.Key> key =
        declaration(context).flatMap(d -> bases.key(d, context.revision()));
    key.ifPresent(k -> images.rows().beginBase(k, context.executionId()));
    return key.orElse(null);
  }

  private void failBase(ActionContext context, ImageRows.@Nullable Key base, String error) {
    if (base != null) {
      images.rows().failBase(base, context.executionId(), error);
    }
  }

  private ActionOutcome stopped(ActionContext context, ImageRows.@Nullable Key base) {
    failBase(context, base, "it was stopped");
    return new ActionOutcome.Stopped();
  }

  private boolean isBase(ActionContext context) {
    return project(context).filter(p -> p.kind() == Project.Kind.BASE).isPresent();
  }

  private Optional<Project> project(ActionContext context) {
    try {
      return Optional.of(applications.project(context.pipeline()));
    } catch (PlatformException e) {
      return Optional.empty(); // A pipeline with a name of its own.
    }
  }

  private Optional<ApplicationDeclaration> declaration(ActionContext context) {
    Optional<ApplicationDeclaration> exact =
        applications.declarationAt(context.application(), context.revision().commit());
    return exact.isPresent()
        ? exact
        : context.environment().flatMap(e -> applications.declaration(context.application(), e));
  }

  /**
   * The artifact; a base is built from the whole source, so its context is the tier's folder in it.
   */
  private Images.Context buildContext(ActionContext context) {
    if (context.action().inputArtifacts().isEmpty()) {
      throw PlatformException.invalid(
          "the action " + context.action().name() + " needs an input artifact");
    }
    String folder =
        isBase(context) ? declaration(context).flatMap(d -> d.sourceOf(Tier.API)).orElse("") : "";
    return new Images.Context(
        context.input(context.action().inputArtifacts().getFirst()),
        folder,
        context.configuration().getOrDefault("DockerFilePath", "."));
  }

  private static String repository(ActionContext context) {
    String repository = context.configuration().getOrDefault("ECRRepositoryName", "");
    if (!ImageReference.isRepository(repository)) {
      throw PlatformException.invalid(
          "the action "
              + context.action().name()
              + " needs ECRRepositoryName, such as sample/api; it has '"
              + repository
              + "'");
    }
    return repository;
  }

  /**
   * An image goes to a repository of its application, or of none: there only where this application
   * built all that stands in it, because people of other applications rely on the rest.
   */
  private void requireWritable(ActionContext context, String repository) {
    String owner = owner(repository);
    if (owner != null && !owner.equals(context.application())) {
      throw forbidden(
          context,
          "may not write to "
              + repository
              + ", which is "
              + owner
              + "'s: name a repository of its own in ECRRepositoryName");
    }
    if (owner == null
        && registry.repository(repository).isPresent()
        && !registry.tags(repository).stream()
            .flatMap(tag -> registry.findManifest(repository, tag).stream())
            .allMatch(
                m -> images.rows().isBuiltBy(context.application(), repository, m.digest()))) {
      throw forbidden(
          context,
          "may not write to "
              + repository
              + ", which holds images that it did not build: name a repository of its own in"
              + " ECRRepositoryName");
    }
  }

  private void requireReadable(ActionContext context, String repository) {
    String owner = owner(repository);
    if (owner != null && !owner.equals(context.application())) {
      throw forbidden(
          context,
          "may not take anything from "
              + repository
              + ", which is "
              + owner
              + "'s: push what both need to a repository of no application, such as team/base");
    }
  }

  /** Whose images a repository has by its first word; null where that is no application. */
  private @Nullable String owner(String repository) {
    String first = repository.split("/", 2)[0];
    return applications.find(first).isPresent() ? first : null;
  }

  private static PlatformException forbidden(ActionContext context, String text) {
    return new PlatformException(
        PlatformException.Code.FORBIDDEN, "an image of " + context.application() + " " + text);
  }

  /**
   * ImageTags, and {@code latest}, which people look at and builds never use, where the repository
   * lets it move; the commit where that leaves none.
   */
  private List<String> tags(ActionContext context, String repository) {
    List<String> tags = new ArrayList<>();
    for (String tag : context.configuration().getOrDefault("ImageTags", "").split(",", -1)) {
      if (!tag.isBlank()) {
        tags.add(tag.strip());
      }
    }
    boolean moves =
        registry.repository(repository).map(r -> r.mutability().mayMove("latest")).orElse(true);
    if (moves && !tags.contains("latest")) {
      tags.add("latest");
    }
    if (tags.isEmpty()) {
      tags.add(context.revision().commit());
    }
    return List.copyOf(tags);
  }
}
