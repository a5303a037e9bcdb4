package dev.samdan.operations;

import dev.samdan.application.Applications;
import dev.samdan.application.EnvironmentDeclaration;
import dev.samdan.identity.Identity;
import dev.samdan.pipeline.ExecutionFilter;
import dev.samdan.pipeline.Pipelines;
import dev.samdan.pipeline.Trigger;
import dev.samdan.pipeline.WaitingApproval;

/**
 * {@code approval: {four-eyes: true}} of an environment: whoever wrote a change, pushed it or
 * started its delivery leaves approving it to someone else.
 */
public final class FourEyes {
  private static final int LOOKED_AT = 50;

  private final Applications applications;
  private final Pipelines pipelines;
  private final Identity identity;

  public FourEyes(Applications applications, Pipelines pipelines, Identity identity) {
    this.applications = applications;
    this.pipelines = pipelines;
    this.identity = identity;
  }

  /**
   * Whether this person may approve it; everybody may where the environment does not ask for it.
   */
  public boolean mayApprove(WaitingApproval waiting, String user) {
    return !isAsked(waiting)
        || !(user.equals(waiting.triggeredBy())
            || isAuthor(waiting, user)
            || pushed(waiting, user));
  }

  private boolean isAsked(WaitingApproval waiting) {
    String environment = waiting.environment();
    return environment != null
        && applications
            .declaration(waiting.application(), environment)
            .flatMap(d ->
                d.environments().stream().filter(e -> e.name().equals(environment)).findFirst())
            .map(EnvironmentDeclaration::approval)
            .filter(EnvironmentDeclaration.Approval::fourEyes)
            .isPresent();
  }

  /** A commit names its author freely: by the person's name here or the one that is shown. */
  private boolean isAuthor(WaitingApproval waiting, String user) {
    String email = waiting.authorEmail();
    String mailbox = email.contains("@") ? email.substring(0, email.indexOf('@')) : email;
    return user.equalsIgnoreCase(waiting.author())
        || user.equalsIgnoreCase(email)
        || user.equalsIgnoreCase(mailbox)
        || identity
            .user(user)
            .filter(known -> known.displayName().equalsIgnoreCase(waiting.author()))
            .isPresent();
  }

  /** Under whatever author's name, and however often it was started by others since. */
  private boolean pushed(WaitingApproval waiting, String user) {
    ExecutionFilter ofCommit =
        new ExecutionFilter(null, waiting.application(), null, null, waiting.commit(), null);
    return pipelines.executions(ofCommit, null, LOOKED_AT).executions().stream()
        .anyMatch(e -> e.trigger() == Trigger.Type.WebhookV2 && user.equals(e.triggeredBy()));
  }
}
