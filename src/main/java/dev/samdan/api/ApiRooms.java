package dev.samdan.api;

import dev.samdan.application.Applications;
import dev.samdan.audit.Audit;
import dev.samdan.build.Builds;
import dev.samdan.database.TierDatabases;
import dev.samdan.deploy.Deployments;
import dev.samdan.github.GitHub;
import dev.samdan.image.Images;
import dev.samdan.jobs.Jobs;
import dev.samdan.operations.Operations;
import dev.samdan.operations.Releases;
import dev.samdan.operations.Subjects;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pullrequest.PullRequests;
import dev.samdan.registry.Registry;
import dev.samdan.registry.aws.EcrHosts;
import dev.samdan.rooms.Rooms;
import dev.samdan.runtime.Tasks;
import dev.samdan.secrets.Secrets;
import dev.samdan.source.Branches;

/**
 * The rooms that the API speaks for.
 *
 * @param url where this server is reached, such as {@code http://localhost:7070}
 */
public record ApiRooms(
    String url,
    Subjects subjects,
    Audit audit,
    Operations operations,
    Releases releases,
    Branches branches,
    GitHub gitHub,
    PullRequests pullRequests,
    Secrets secrets,
    Applications applications,
    Pipelines pipelines,
    Builds builds,
    Images images,
    Deployments deployments,
    Tasks tasks,
    Registry registry,
    EcrHosts ecrHosts,
    Rooms rooms,
    Jobs jobs,
    TierDatabases databases) {}
