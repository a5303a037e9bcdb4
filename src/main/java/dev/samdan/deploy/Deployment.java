package dev.samdan.deploy;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One delivery of a version into a deployment group.
 *
 * @param id {@code d-} and nine letters or digits
 * @param group {@code <app>-<env>-<tier>}
 * @param creator {@code user} (a pipeline on behalf of one) or {@code codeDeployRollback}
 * @param by who asked for it
 * @param actionExecution the pipeline action it belongs to; null for a rollback
 * @param taskDefinition {@code family:revision} of the application tier; null for a site, or before
 *     it is registered
 * @param image {@code repository@sha256:…}; null for a site
 * @param release of a site, {@code r1}, {@code r2}, …; null for the application tier
 * @param configuration the deployment configuration's name, such as {@code
 *     CodeDeployDefault.ECSAllAtOnce}
 * @param greenWeight share of the traffic that green takes, in percent
 * @param errorCode CodeDeploy's error code; null unless it failed
 * @param error what, where and the remedy; null unless it failed
 * @param events empty in lists
 * @param explanation the facts of a failure; null in lists
 */
public record Deployment(
    String id,
    String application,
    String environment,
    String tier,
    String group,
    DeploymentStatus status,
    String creator,
    String by,
    @Nullable UUID actionExecution,
    @Nullable String commit,
    @Nullable String taskDefinition,
    @Nullable String image,
    @Nullable String release,
    String configuration,
    int greenWeight,
    Instant startedAt,
    @Nullable Instant endedAt,
    @Nullable String errorCode,
    @Nullable String error,
    List<LifecycleEvent> events,
    @Nullable Explanation explanation) {
  /** The same with these events and this explanation. */
  Deployment with(List<LifecycleEvent> newEvents, @Nullable Explanation newExplanation) {
    return new Deployment(
        id,
        application,
        environment,
        tier,
        group,
        status,
        creator,
        by,
        actionExecution,
        commit,
        taskDefinition,
        image,
        release,
        configuration,
        greenWeight,
        startedAt,
        endedAt,
        errorCode,
        error,
        newEvents,
        newExplanation);
  }
}
