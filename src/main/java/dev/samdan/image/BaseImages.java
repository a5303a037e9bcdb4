package dev.samdan.image;

import dev.samdan.application.ApiTier;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.Tier;
import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pipeline.SourceRevision;
import dev.samdan.pipeline.Trigger;
import dev.samdan.registry.ImageReference;
import dev.samdan.registry.Registry;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the base image of a commit: never {@code latest}, but the one that was built for the last
 * commit in its history that touched what the base is made of. Waits while it is being built, and
 * has it built where nobody did.
 */
final class BaseImages {
  static final String TIER = "api";
  private static final int STARTS = 3;
  private static final long POLL_MILLIS = 150;
  private final ImageRows rows;
  private final Registry registry;
  private final Pipelines pipelines;
  private final ImageProvider.History history;

  /** So that two builds that lack the same base start it once. */
  private final ReentrantLock starting = new ReentrantLock();

  BaseImages(
      ImageRows rows, Registry registry, Pipelines pipelines, ImageProvider.History history) {
    this.rows = rows;
    this.registry = registry;
    this.pipelines = pipelines;
    this.history = history;
  }

  /** The last commit in the revision's history that touched the base; empty where none did. */
  Optional<ImageRows.Key> key(ApplicationDeclaration declaration, SourceRevision revision) {
    ApiTier api = declaration.api();
    ApiTier.BaseImage base = api == null ? null : api.base();
    if (base == null) {
      return Optional.empty();
    }
    String folder =
        declaration.sourceOf(Tier.API).filter(s -> !s.isEmpty()).map(s -> s + "/").orElse("");
    List<String> globs =
        Stream.concat(Stream.of(base.dockerfile()), base.rebuildOn().stream())
            .map(g -> folder + g)
            .toList();
    return history
        .lastCommitTouching(revision.repository(), revision.commit(), globs)
        .map(commit -> new ImageRows.Key(declaration.name(), TIER, commit));
  }

  /** {@code repository@sha256:…} of the base image; blocks until there is one. */
  String await(
      ApplicationDeclaration declaration,
      SourceRevision revision,
      ImageRows.Key key,
      Consumer<String> log)
      throws InterruptedException {
    UUID started = null;
    int starts = 0;
    String told = "";
    while (true) {
      Optional<BaseImage> row = rows.base(key);
      if (row.isPresent() && row.get().image() != null) {
        String image = String.valueOf(row.get().image());
        if (exists(image)) {
          return image;
        }
        rows.forgetBase(key, image);
      } else if (row.isPresent() && row.get().status() == BaseImage.Status.Failed) {
        throw failed(key, row.get().execution(), String.valueOf(row.get().error()));
      }
      starting.lock();
      try {
        Optional<ExecutionView> running = running(declaration, key, row.orElse(null));
        if (running.isEmpty() && rows.base(key).equals(row)) {
          refuseIfFailed(key, started, row.isPresent());
          if (++starts > STARTS) {
            throw failed(
                key,
                started,
                "it was started " + STARTS + " times and always gave way to a newer one");
          }
          started = start(declaration, revision, key, log);
        } else if (running.isPresent() && !told.equals(running.get().id().toString())) {
          told = running.get().id().toString();
          log.accept(
              "waiting for the base image of "
                  + shortId(key)
                  + ", built by "
                  + name(running.get()));
        }
      } finally {
        starting.unlock();
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  private boolean exists(String image) {
    ImageReference reference = ImageReference.parse(image);
    Digest digest = reference.digest();
    return digest != null
        && registry.findManifest(reference.repository(), digest.toString()).isPresent();
  }

  /** The execution of the base pipeline that is, or will be, building this base. */
  private Optional<ExecutionView> running(
      ApplicationDeclaration declaration, ImageRows.Key key, @Nullable BaseImage row) {
    String pipeline = DerivedPipelines.baseName(key.application());
    if (!pipelines.exists(pipeline)) {
      throw PlatformException.notFound(
          "the base image of "
              + shortId(key)
              + " was never built, and there is no pipeline "
              + pipeline
              + " to build it; push a change of "
              + basePath(declaration)
              + " or of samdan.yml");
    }
    return pipelines
        .executions(ExecutionFilter.ofPipeline(pipeline), null, 50)
        .executions()
        .stream()
        .filter(e -> !e.status().ended())
        .filter(e -> (row != null && e.id().equals(row.execution())) || builds(declaration, key, e))
        .findFirst();
  }

  private boolean builds(
      ApplicationDeclaration declaration, ImageRows.Key key, ExecutionView execution) {
    SourceRevision revision =
        new SourceRevision(
            execution.repository(),
            execution.branch(),
            execution.commit(),
            "",
            "",
            "",
            execution.startedAt());
    return key(declaration, revision).filter(key::equals).isPresent();
  }

  private void refuseIfFailed(ImageRows.Key key, @Nullable UUID started, boolean building) {
    if (started == null) {
      return;
    }
    ExecutionView execution = pipelines.execution(started);
    if (execution.status() == ExecutionStatus.Failed
        || execution.status() == ExecutionStatus.Stopped
        || building) {
      String reason = execution.reason();
      throw failed(key, started, reason == null ? "it ended as " + execution.status() : reason);
    }
  }

  private UUID start(
      ApplicationDeclaration declaration,
      SourceRevision revision,
      ImageRows.Key key,
      Consumer<String> log) {
    String pipeline = DerivedPipelines.baseName(declaration.name());
    log.accept("no base image of " + shortId(key) + " yet: starting " + pipeline);
    Trigger trigger =
        new Trigger(
            Trigger.Type.StartPipelineExecution,
            "samdan",
            "the base image of " + shortId(key) + " is missing");
    return pipelines.start(pipeline, trigger, revision, null);
  }

  private PlatformException failed(ImageRows.Key key, @Nullable UUID execution, String error) {
    String pipeline = DerivedPipelines.baseName(key.application());
    String which = execution == null ? pipeline : name(pipelines.execution(execution));
    return PlatformException.invalid(
        "the base image of "
            + shortId(key)
            + " could not be built ("
            + which
            + "): "
            + error
            + "\nMend it and push, or run: samdan pipeline retry "
            + pipeline
            + ", then retry this one");
  }

  private static String name(ExecutionView execution) {
    return execution.pipeline() + " #" + execution.number();
  }

  private static String shortId(ImageRows.Key key) {
    return "commit " + key.commit().substring(0, Math.min(8, key.commit().length()));
  }

  private static String basePath(ApplicationDeclaration declaration) {
    ApiTier api = declaration.api();
    ApiTier.BaseImage base = api == null ? null : api.base();
    return base == null ? "the base's Dockerfile" : base.dockerfile();
  }
}
