package dev.samdan.console;

import dev.samdan.identity.Right;
import dev.samdan.operations.Subject;
import dev.samdan.pipeline.WaitingApproval;
import dev.samdan.pullrequest.HotfixView;
import dev.samdan.pullrequest.ReviewWanted;
import dev.samdan.source.Strategy;
import java.util.List;

/**
 * What waits for one person: approvals that they may give, reviews that are asked of them, hotfixes
 * that need somebody's hand.
 */
record Waiting(
    List<WaitingApproval> approvals, List<ReviewWanted> reviews, List<HotfixView> hotfixes) {
  static Waiting of(ConsoleRooms rooms, Door.Reader reader) {
    return new Waiting(
        rooms.pipelines().waitingApprovals(null).stream()
            .filter(w -> may(rooms, reader, Right.APPROVE, w))
            .toList(),
        rooms.pullRequests().reviewsWanted(reader.principal().user()).stream()
            .filter(r -> reader.access().may(Right.PUSH, application(rooms, r.repository())))
            .toList(),
        rooms.pullRequests().hotfixesUnderWay().stream()
            .filter(h ->
                h.step() == HotfixView.Step.NOT_DELIVERED || h.step() == HotfixView.Step.RETURNING)
            .filter(h -> reader.access().may(Right.PUSH, application(rooms, h.repository())))
            .toList());
  }

  private static boolean may(
      ConsoleRooms rooms, Door.Reader reader, Right right, WaitingApproval waiting) {
    Subject subject = rooms.subjects().environment(waiting.application(), waiting.environment());
    return rooms.subjects().may(reader.access(), right, subject);
  }

  /** The application that a repository is of, or the first that has a tier in it. */
  static String application(ConsoleRooms rooms, String repository) {
    return Strategy.owners(rooms.applications(), repository).stream()
        .findFirst()
        .orElse(repository);
  }

  int count() {
    return approvals.size() + reviews.size() + hotfixes.size();
  }
}
