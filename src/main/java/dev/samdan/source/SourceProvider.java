package dev.samdan.source;

import dev.samdan.application.Applications;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.pipeline.ActionDeclaration.OutputArtifact;
import dev.samdan.pipeline.ActionOutcome;
import dev.samdan.pipeline.ActionProvider;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * CodePipeline's CodeStarSourceConnection action: the commit's whole tree as a zip, without {@code
 * .git} (format CODE_ZIP), and its output variables.
 */
public final class SourceProvider implements ActionProvider {
  /** What it is registered for. */
  public static final String TYPE = "Source/AWS/CodeStarSourceConnection";

  private final Source source;
  private final Applications applications;

  public SourceProvider(Source source, Applications applications) {
    this.source = source;
    this.applications = applications;
  }

  @Override
  public ActionOutcome run(ActionContext context) {
    Map<String, String> configuration = context.configuration();
    String fullName =
        configuration.getOrDefault("FullRepositoryId", context.revision().repository());
    String repository = fullName.substring(fullName.lastIndexOf('/') + 1);
    requireOwn(repository, context.application());
    String branch = configuration.getOrDefault("BranchName", context.revision().branch());
    boolean triggered = repository.equals(context.revision().repository());
    Commit commit = source.commit(repository, triggered ? context.revision().commit() : branch);
    for (OutputArtifact artifact : context.action().outputArtifacts()) {
      source.zip(repository, commit.id(), context.output(artifact.name()));
    }
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("AuthorDate", commit.at().toString());
    variables.put("BranchName", triggered ? context.revision().branch() : branch);
    variables.put("CommitId", commit.id());
    variables.put("CommitMessage", commit.message());
    variables.put("ConnectionArn", configuration.getOrDefault("ConnectionArn", "samdan"));
    variables.put("FullRepositoryName", fullName);
    context.externalId(commit.id(), null);
    return new ActionOutcome.Succeeded(commit.shortId() + " " + commit.subject(), variables);
  }

  /** A repository may declare its own pipelines: whoever pushes there must not read another's. */
  private void requireOwn(String repository, String application) {
    if (!Strategy.owners(applications, repository).contains(application)) {
      throw PlatformException.invalid(
          "FullRepositoryId: "
              + repository
              + " is not a repository of "
              + application
              + "; name its own, or one in which samdan.yml says that a tier lives");
    }
  }
}
