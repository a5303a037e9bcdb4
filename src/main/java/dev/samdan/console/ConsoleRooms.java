package dev.samdan.console;

import dev.samdan.application.Applications;
import dev.samdan.audit.Audit;
import dev.samdan.build.Builds;
import dev.samdan.database.TierDatabases;
import dev.samdan.deploy.Deployments;
import dev.samdan.edge.EdgeStatus;
import dev.samdan.github.GitHub;
import dev.samdan.identity.AccessKeys;
import dev.samdan.identity.Identity;
import dev.samdan.image.Images;
import dev.samdan.jobs.Jobs;
import dev.samdan.operations.Releases;
import dev.samdan.operations.Subjects;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pullrequest.PullRequests;
import dev.samdan.registry.Registry;
import dev.samdan.rooms.Rooms;
import dev.samdan.secrets.Secrets;
import dev.samdan.source.Branches;
import dev.samdan.source.Source;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The rooms that the console looks into.
 *
 * @param url where this server is reached
 * @param edge the edge's own account of its targets and traffic; throws while the edge is being
 *     started again
 */
public record ConsoleRooms(
    String url,
    int edgePort,
    Identity identity,
    AccessKeys accessKeys,
    Subjects subjects,
    Audit audit,
    Applications applications,
    Pipelines pipelines,
    Releases releases,
    Builds builds,
    Deployments deployments,
    Rooms rooms,
    Registry registry,
    Images images,
    Secrets secrets,
    Jobs jobs,
    PullRequests pullRequests,
    GitHub gitHub,
    Source source,
    Branches branches,
    TierDatabases databases,
    Supplier<EdgeStatus> edge) {
  /** The edge's account, empty while it is being started again. */
  Optional<EdgeStatus> edgeNow() {
    try {
      return Optional.of(edge.get());
    } catch (RuntimeException e) {
      // What is known of the edge is left out until it is back.
      return Optional.empty();
    }
  }
}
