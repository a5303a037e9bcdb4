package dev.samdan.operations;

import dev.samdan.application.Applications;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ActionDeclaration;
import dev.samdan.pipeline.PipelineDeclaration;
import dev.samdan.pipeline.PipelineView;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pipeline.SourceRevision;
import dev.samdan.pipeline.Trigger;
import dev.samdan.source.Commit;
import dev.samdan.source.Source;
import java.util.Optional;
import java.util.UUID;

/**
 * A release that a person asks for: what the branch holds now goes through the pipeline, as
 * CodePipeline's StartPipelineExecution does.
 */
public final class Releases {
  private final Pipelines pipelines;
  private final Applications applications;
  private final Source source;

  public Releases(Pipelines pipelines, Applications applications, Source source) {
    this.pipelines = pipelines;
    this.applications = applications;
    this.source = source;
  }

  /**
   * Starts the pipeline with the newest commit of its branch.
   *
   * @return the execution
   * @throws PlatformException NOT_FOUND where there is no such pipeline, CONFLICT where its branch
   *     is gone or the newest commit's samdan.yml is not valid
   */
  public UUID release(String pipeline, String by) {
    PipelineView view = pipelines.show(pipeline);
    Optional<ActionDeclaration> sourced = source(pipelines.declaration(pipeline));
    if (sourced.isEmpty()) {
      return pipelines.startAgain(pipeline, by);
    }
    var configuration = sourced.get().configuration();
    String fullName = configuration.getOrDefault("FullRepositoryId", "");
    String repository = fullName.substring(fullName.lastIndexOf('/') + 1);
    String branch = configuration.getOrDefault("BranchName", "");
    String tip = source.exists(repository) ? source.tips(repository).get(branch) : null;
    if (tip == null) {
      throw PlatformException.conflict(
          "pipeline "
              + pipeline
              + " has nothing to release: there is no branch "
              + branch
              + " in "
              + repository
              + "; push one");
    }
    Commit commit = source.commit(repository, tip);
    if (view.application() != null
        && applications.declarationAt(view.application(), tip).isEmpty()) {
      throw PlatformException.conflict(
          "samdan.yml of "
              + branch
              + " at "
              + commit.shortId()
              + " is not valid, so it cannot be released: mend it (samdan validate samdan.yml says"
              + " what is wrong) and push");
    }
    SourceRevision revision =
        new SourceRevision(
            repository,
            branch,
            commit.id(),
            commit.message(),
            commit.author(),
            commit.authorEmail(),
            commit.at());
    return pipelines.start(pipeline, Trigger.manual(by), revision, null);
  }

  private static Optional<ActionDeclaration> source(PipelineDeclaration declaration) {
    return declaration.stages().getFirst().actions().stream()
        .filter(a -> a.configuration().containsKey("BranchName"))
        .findFirst();
  }
}
