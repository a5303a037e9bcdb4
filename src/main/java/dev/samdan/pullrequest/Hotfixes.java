package dev.samdan.pullrequest;

import dev.samdan.application.BranchPolicy;
import dev.samdan.application.BranchPolicy.Merge;
import dev.samdan.base.PlatformException;
import dev.samdan.identity.Principal;
import dev.samdan.pullrequest.HotfixRows.Hotfix;
import dev.samdan.pullrequest.HotfixView.Step;
import dev.samdan.pullrequest.PullRequestEvent.Kind;
import dev.samdan.source.History;
import dev.samdan.source.Merges;
import dev.samdan.source.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes merged hotfixes from production's delivery to their tag and back into the integration
 * branch. Each step can be repeated: what git holds already is not made again, and a row moves only
 * from the step it is in.
 */
final class Hotfixes {
  private static final Logger LOG = LoggerFactory.getLogger(Hotfixes.class);
  private static final Principal PLATFORM = new Principal(Journal.PLATFORM, "Samdan", null);

  private final Journal journal;
  private final Source source;
  private final History history;
  private final Merges merges;
  private final Merging merging;
  private final HotfixDelivery delivery;

  Hotfixes(
      Journal journal,
      Source source,
      History history,
      Merges merges,
      Merging merging,
      HotfixDelivery delivery) {
    this.journal = journal;
    this.source = source;
    this.history = history;
    this.merges = merges;
    this.merging = merging;
    this.delivery = delivery;
  }

  /** Does all that can be done now; whether a branch moved by it. */
  boolean advance(String repository, BranchPolicy policy, Looks looks) {
    boolean moved = false;
    for (Hotfix hotfix : open(repository)) {
      moved |=
          switch (hotfix.step()) {
            case DELIVERING, NOT_DELIVERED -> deliver(hotfix, policy);
            case DELIVERED -> comeBack(hotfix, policy);
            case RETURNING -> bringBack(hotfix, policy, looks);
            case DONE -> false;
          };
    }
    return moved;
  }

  private List<Hotfix> open(String repository) {
    return journal.database().withHandle(handle -> HotfixRows.open(handle, repository));
  }

  private boolean deliver(Hotfix hotfix, BranchPolicy policy) {
    switch (delivery.of(hotfix, policy.production(), journal.applications(hotfix.repository()))) {
      case HotfixDelivery.Verdict.OnItsWay _ -> {
        if (hotfix.step() == Step.NOT_DELIVERED) {
          step(hotfix, Step.DELIVERING, null);
        }
      }
      case HotfixDelivery.Verdict.Not not -> notDelivered(hotfix, not.problem());
      case HotfixDelivery.Verdict.Delivered _ -> tag(hotfix, policy);
    }
    return false;
  }

  private void step(Hotfix hotfix, Step to, @Nullable String problem) {
    journal
        .database()
        .useTransaction(handle -> {
          boolean _ = HotfixRows.step(handle, hotfix, to, problem, journal.now());
        });
  }

  private void notDelivered(Hotfix hotfix, String problem) {
    if (problem.equals(hotfix.problem())) {
      return;
    }
    PullRequest pull = pull(hotfix, hotfix.number());
    Journal.Teller teller =
        journal.teller(
            pull, new Journal.News(Journal.PLATFORM, problem, hotfix.version(), null, null));
    journal
        .database()
        .useTransaction(handle -> {
          if (HotfixRows.step(handle, hotfix, Step.NOT_DELIVERED, problem, journal.now())) {
            journal.event(
                handle, pull, Kind.NOT_DELIVERED, Journal.PLATFORM, Map.of("problem", problem));
            teller.tell(handle, pull, dev.samdan.rooms.Kind.HOTFIX_NOT_DELIVERED);
          }
        });
  }

  /** The tag is made first; where a person's tag of that name stands elsewhere, that is said. */
  private void tag(Hotfix hotfix, BranchPolicy policy) {
    String problem = null;
    try {
      merges.tag(
          hotfix.repository(),
          hotfix.version(),
          hotfix.mergeCommit(),
          "Hotfix " + hotfix.version() + " (#" + hotfix.number() + ")",
          new Principal(hotfix.author(), journal.name(hotfix.author()), null));
    } catch (PlatformException e) {
      if (e.code() != PlatformException.Code.CONFLICT) {
        throw e;
      }
      problem = e.text();
    }
    String why = problem;
    PullRequest pull = pull(hotfix, hotfix.number());
    Journal.Teller teller =
        journal.teller(
            pull,
            new Journal.News(Journal.PLATFORM, why, hotfix.version(), null, policy.integration()));
    journal
        .database()
        .useTransaction(handle -> {
          if (HotfixRows.step(handle, hotfix, Step.DELIVERED, why, journal.now())) {
            if (why == null) {
              HotfixRows.tagged(handle, hotfix);
              journal.event(
                  handle, pull, Kind.TAGGED, Journal.PLATFORM, Map.of("tag", hotfix.version()));
            }
            teller.tell(handle, pull, dev.samdan.rooms.Kind.HOTFIX_TAGGED);
          }
        });
  }

  /** Opens the pull request that brings it back; nothing where it is there already. */
  private boolean comeBack(Hotfix hotfix, BranchPolicy policy) {
    Map<String, String> tips = source.tips(hotfix.repository());
    String integration = tips.get(policy.integration());
    if (integration == null || history.holds(hotfix.repository(), integration, hotfix.head())) {
      return done(hotfix, policy, hotfix.head());
    }
    if (!tips.containsKey(hotfix.branch())) {
      boolean _ = merges.move(hotfix.repository(), hotfix.branch(), null, hotfix.head(), PLATFORM);
    }
    String head = tips.getOrDefault(hotfix.branch(), hotfix.head());
    PullRequest first = pull(hotfix, hotfix.number());
    journal
        .database()
        .useTransaction(handle -> {
          PullRequest back = openReturn(handle, hotfix, policy, head, integration);
          HotfixRows.returnsBy(handle, hotfix, back.number());
          if (HotfixRows.step(handle, hotfix, Step.RETURNING, hotfix.problem(), journal.now())) {
            journal.event(
                handle,
                first,
                Kind.RETURN_OPENED,
                Journal.PLATFORM,
                Map.of("number", String.valueOf(back.number())));
          }
        });
    return false;
  }

  private PullRequest openReturn(
      Handle handle, Hotfix hotfix, BranchPolicy policy, String head, String base) {
    Aim.Allowed aim = new Aim.Allowed(Purpose.RETURN, kind(policy, hotfix), policy.integration());
    Optional<PullRequest> fresh =
        PullRequestRows.insert(
            handle,
            new PullRequestRows.New(
                hotfix.repository(),
                aim,
                hotfix.branch(),
                "Hotfix " + hotfix.version() + " back into " + policy.integration(),
                "",
                hotfix.author(),
                head,
                base,
                false),
            journal.now());
    fresh.ifPresent(
        pull -> journal.event(handle, pull, Kind.OPENED, Journal.PLATFORM, Map.of("head", head)));
    return fresh.orElseGet(
        () -> PullRequestRows.openFrom(handle, hotfix.repository(), hotfix.branch()).orElseThrow());
  }

  private static String kind(BranchPolicy policy, Hotfix hotfix) {
    return policy.kindOf(hotfix.branch()).map(BranchPolicy.Kind::name).orElse("hotfix");
  }

  private boolean bringBack(Hotfix hotfix, BranchPolicy policy, Looks looks) {
    int number = java.util.Objects.requireNonNull(hotfix.returnNumber());
    PullRequest back = pull(hotfix, number);
    return switch (back.state()) {
      case PullRequestState.Merged _ -> done(hotfix, policy, back.head());
      // Somebody closed it: it is shown as not back until it is opened again.
      case PullRequestState.Closed _, PullRequestState.Draft _ -> false;
      case PullRequestState.Merging cutShort -> {
        merging.resume(back, cutShort);
        yield true;
      }
      case PullRequestState.Open _ -> {
        String target = source.tips(hotfix.repository()).get(back.target());
        List<String> conflicts = looks.at(hotfix.repository(), target, back.head()).conflicts();
        if (conflicts.isEmpty()) {
          yield merged(back);
        }
        tellConflicts(hotfix, back, target + " " + back.head(), conflicts);
        yield false;
      }
    };
  }

  private boolean merged(PullRequest back) {
    try {
      String _ = merging.merge(back, Merge.COMMIT, PLATFORM);
      return true;
    } catch (PlatformException e) {
      // A branch moved meanwhile; the next look sees how it stands then.
      LOG.info("{} is brought back later: {}", back.name(), e.text());
      return false;
    }
  }

  private void tellConflicts(Hotfix hotfix, PullRequest back, String conflict, List<String> files) {
    String named = String.join(", ", files.subList(0, Math.min(10, files.size())));
    Journal.Teller teller =
        journal.teller(
            back, new Journal.News(Journal.PLATFORM, null, hotfix.version(), named, null));
    journal
        .database()
        .useTransaction(handle -> {
          if (HotfixRows.tellConflict(handle, hotfix, conflict)) {
            journal.event(
                handle, back, Kind.RETURN_CONFLICTS, Journal.PLATFORM, Map.of("files", named));
            teller.tell(handle, back, dev.samdan.rooms.Kind.HOTFIX_CONFLICTS);
          }
        });
  }

  private boolean done(Hotfix hotfix, BranchPolicy policy, String head) {
    boolean gone = merges.deleteBranch(hotfix.repository(), hotfix.branch(), head, PLATFORM);
    PullRequest pull = pull(hotfix, hotfix.number());
    Journal.Teller teller =
        journal.teller(
            pull,
            new Journal.News(Journal.PLATFORM, null, hotfix.version(), null, policy.integration()));
    journal
        .database()
        .useTransaction(handle -> {
          if (HotfixRows.step(handle, hotfix, Step.DONE, hotfix.problem(), journal.now())) {
            journal.event(
                handle,
                pull,
                Kind.RETURNED,
                Journal.PLATFORM,
                Map.of("branch", hotfix.branch(), "deleted", String.valueOf(gone)));
            teller.tell(handle, pull, dev.samdan.rooms.Kind.HOTFIX_RETURNED);
          }
        });
    return gone;
  }

  private PullRequest pull(Hotfix hotfix, int number) {
    return journal
        .database()
        .withHandle(handle -> PullRequestRows.find(handle, hotfix.repository(), number))
        .orElseThrow();
  }
}
