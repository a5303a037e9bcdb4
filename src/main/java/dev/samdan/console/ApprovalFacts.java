package dev.samdan.console;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question for a person, with what there is to know before answering.
 *
 * @param token names the question; the answer's POST carries it
 * @param rest the headline's second sentence
 * @param asked when it was asked and until when it can be answered
 * @param blocked why it cannot be approved yet; empty where it can
 * @param brief what matters most, for a card
 * @param serving what serves now and would be replaced, as its version; empty for nothing
 * @param base null where the application has no base image, or for a site
 * @param how what happens once it is approved
 */
public record ApprovalFacts(
    String token,
    String pipeline,
    String application,
    String environment,
    String href,
    String headline,
    String rest,
    String asked,
    String blocked,
    String brief,
    String version,
    String serving,
    Changes changes,
    @Nullable Base base,
    Tested tested,
    List<String> database,
    String how,
    List<String> mayAnswer,
    String room,
    String command) {
  /** What comes since what serves; {@code more} commits are not listed. */
  public record Changes(String counts, List<Change> commits, int more, int files) {}

  /** One commit. */
  public record Change(String commit, String subject, String author) {}

  /**
   * The base image beside the files that it is made of.
   *
   * @param state fresh, being built or stale
   * @param fresh whether the image can be built on it
   * @param building whether it comes by itself
   * @param difference lines of the files that changed since the newest base, when it is stale
   */
  public record Base(
      String dockerfile,
      State state,
      String name,
      String built,
      String digest,
      boolean fresh,
      boolean building,
      String files,
      String changed,
      List<String> difference) {}

  /** The tests of the same commit elsewhere. */
  public record Tested(long passed, long skipped, long failed, String text, String report) {}

  /** The same, with a reason why it cannot be approved yet. */
  ApprovalFacts blockedBy(String why) {
    return new ApprovalFacts(
        token,
        pipeline,
        application,
        environment,
        href,
        headline,
        rest,
        asked,
        why,
        brief,
        version,
        serving,
        changes,
        base,
        tested,
        database,
        how,
        mayAnswer,
        room,
        command);
  }

  public boolean blockedNow() {
    return !blocked.isEmpty();
  }
}
