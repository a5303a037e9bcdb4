package dev.samdan.platform;

import dev.samdan.audit.Audit;
import dev.samdan.audit.Deed;
import io.javalin.http.Context;
import io.javalin.http.Handler;

/**
 * Records webhooks that were taken; of those that were not, nobody knows who sent them, nor how
 * many they are.
 */
final class TakenWebhooks implements Handler {
  private static final String HOOKS = "/hooks/";

  private final Audit audit;

  TakenWebhooks(Audit audit) {
    this.audit = audit;
  }

  @Override
  public void handle(Context context) {
    if (context.statusCode() < 300) {
      String delivery = context.header("X-GitHub-Delivery");
      audit.record(
          new Deed(
              context.path().substring(HOOKS.length()),
              Deed.Door.WEBHOOK,
              context.ip(),
              "Tell of " + context.header("X-GitHub-Event"),
              null,
              context.path(),
              delivery == null ? "" : "delivery " + delivery),
          Deed.Outcome.DONE);
    }
  }
}
