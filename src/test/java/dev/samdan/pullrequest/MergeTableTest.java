package dev.samdan.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.BranchPolicy;
import dev.samdan.application.BranchPolicy.Kind;
import dev.samdan.application.Tier;
import dev.samdan.pullrequest.Facts.Delivery;
import dev.samdan.source.BranchView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What keeps a pull request from being merged: every kind of branch in every state of its review,
 * its checks, its files and its delivery. {@link #mustNotHold} says it as the documentation's table
 * does, a line a check.
 */
class MergeTableTest {
  private static final String HEAD = "a".repeat(40);
  private static final String OLDER = "b".repeat(40);
  private static final List<String> SOURCES =
      List.of(
          "feature/x",
          "bugfix/x",
          "refactor/x",
          "docs/x",
          "test/x",
          "conf/x",
          "hotfix-1.2.1",
          "hotfix-1.2.1 back",
          "dev");

  /** Who said what; the author is mina. */
  private enum Said {
    NOTHING(false, false, false),
    APPROVED(true, false, false, review("haneul", Review.Verdict.APPROVED, false, false)),
    APPROVED_WITH_TESTS(true, true, false, review("haneul", Review.Verdict.APPROVED, false, true)),
    APPROVED_BEFORE_A_PUSH(
        false, false, false, review("haneul", Review.Verdict.APPROVED, true, true)),
    APPROVED_BY_THE_AUTHOR(
        false, false, false, review("mina", Review.Verdict.APPROVED, false, true)),
    CHANGES_WANTED(
        false, false, true, review("haneul", Review.Verdict.CHANGES_REQUESTED, false, false)),
    CHANGES_WANTED_BY_ONE_OF_TWO(
        true,
        false,
        true,
        review("haneul", Review.Verdict.APPROVED, false, false),
        review("jin", Review.Verdict.CHANGES_REQUESTED, false, false)),
    CHANGES_WANTED_AND_THEN_APPROVED(
        true,
        false,
        false,
        review("haneul", Review.Verdict.CHANGES_REQUESTED, true, false),
        review("haneul", Review.Verdict.APPROVED, false, false));

    private final boolean approved;
    private final boolean testsAllowed;
    private final boolean objected;
    private final List<Review> reviews;

    Said(boolean approved, boolean testsAllowed, boolean objected, Review... reviews) {
      this.approved = approved;
      this.testsAllowed = testsAllowed;
      this.objected = objected;
      this.reviews = List.of(reviews);
    }
  }

  private enum Run {
    NOT_BEGUN,
    RUNNING,
    PASSED,
    FAILED
  }

  private enum Wrong {
    NOTHING,
    NAME_OR_BASE,
    VERSION_TOO_LATE,
    DECLARATION,
    CONFLICT,
    EXISTING_TEST_EDITED
  }

  private enum Delivered {
    YES(new Delivery.Delivered()),
    NOWHERE(new Delivery.NoEnvironment()),
    SOON(new Delivery.OnItsWay(List.of("sample-dev-api #1"))),
    NO(new Delivery.Failed(List.of("sample-dev-api #1 Failed")));

    private final Delivery delivery;

    Delivered(Delivery delivery) {
      this.delivery = delivery;
    }
  }

  private record Row(
      String source,
      BranchPolicy.Review asked,
      Said said,
      Run run,
      Wrong wrong,
      Delivered delivered,
      @Nullable String waivedAt) {
    boolean isRelease() {
      return source.equals("dev");
    }

    boolean isReturn() {
      return source.endsWith(" back");
    }

    boolean isBuilt() {
      return !isRelease() && !isReturn();
    }
  }

  /** The checks that block. */
  private static Set<String> mustNotHold(Row r) {
    Set<String> blocks = new TreeSet<>();
    if (r.wrong() == Wrong.NAME_OR_BASE
        || (r.wrong() == Wrong.VERSION_TOO_LATE && r.source().equals("hotfix-1.2.1"))) {
      blocks.add("branch");
    }
    if (r.isBuilt() && r.run() != Run.PASSED && r.wrong() != Wrong.DECLARATION) {
      blocks.add("unit-tests-api");
    }
    if (r.wrong() == Wrong.DECLARATION && !r.isReturn()) {
      blocks.add("files");
    }
    if (r.wrong() == Wrong.EXISTING_TEST_EDITED
        && r.source().equals("refactor/x")
        && !r.said().testsAllowed) {
      blocks.add("base-tests");
    }
    if (r.wrong() == Wrong.CONFLICT) {
      blocks.add("conflicts");
    }
    boolean wantsReview = r.asked() == BranchPolicy.Review.REQUIRED && r.isBuilt();
    if (r.said().objected || (wantsReview && !r.said().approved)) {
      blocks.add("review");
    }
    boolean came = r.delivered() == Delivered.YES || r.delivered() == Delivered.NOWHERE;
    if (r.isRelease() && !came && !HEAD.equals(r.waivedAt())) {
      blocks.add("delivered");
    }
    return blocks;
  }

  private record Case(String source, BranchPolicy.Review asked, Said said) {}

  private static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String source : SOURCES) {
      for (BranchPolicy.Review asked : BranchPolicy.Review.values()) {
        for (Said said : Said.values()) {
          cases.add(new Case(source, asked, said));
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_pull_request_is_held_back_by_what_the_documentation_says(Case one) {
    for (Run run : Run.values()) {
      for (Wrong wrong : Wrong.values()) {
        for (Delivered delivered : Delivered.values()) {
          for (String waivedAt : new String[] {null, HEAD, OLDER}) {
            Row row =
                new Row(one.source(), one.asked(), one.said(), run, wrong, delivered, waivedAt);
            assertThat(blocking(row, "en")).as("%s", row).isEqualTo(mustNotHold(row));
          }
        }
      }
    }
  }

  /** Rows that people wrote, so that the lines above are not the only word on it. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "feature/x, OPTIONAL, NOTHING, PASSED, NOTHING, NO, -, ''",
        "feature/x, OPTIONAL, NOTHING, FAILED, NOTHING, NO, -, unit-tests-api",
        "feature/x, REQUIRED, NOTHING, PASSED, NOTHING, NO, -, review",
        "feature/x, REQUIRED, APPROVED_BEFORE_A_PUSH, PASSED, NOTHING, NO, -, review",
        "feature/x, REQUIRED, APPROVED_BY_THE_AUTHOR, PASSED, NOTHING, NO, -, review",
        "feature/x, REQUIRED, APPROVED, PASSED, CONFLICT, NO, -, conflicts",
        "test/x, OMITTED, CHANGES_WANTED, PASSED, NOTHING, NO, -, review",
        "refactor/x, OPTIONAL, APPROVED, PASSED, EXISTING_TEST_EDITED, NO, -, base-tests",
        "refactor/x, OPTIONAL, APPROVED_WITH_TESTS, PASSED, EXISTING_TEST_EDITED, NO, -, ''",
        "feature/x, OPTIONAL, NOTHING, PASSED, EXISTING_TEST_EDITED, NO, -, ''",
        "hotfix-1.2.1, OPTIONAL, NOTHING, PASSED, VERSION_TOO_LATE, NO, -, branch",
        "hotfix-1.2.1 back, REQUIRED, NOTHING, FAILED, DECLARATION, NO, -, ''",
        "hotfix-1.2.1 back, OPTIONAL, NOTHING, PASSED, CONFLICT, NO, -, conflicts",
        "dev, OPTIONAL, NOTHING, NOT_BEGUN, NOTHING, YES, -, ''",
        "dev, OPTIONAL, NOTHING, NOT_BEGUN, NOTHING, SOON, -, delivered"
      })
  void rows_written_by_hand(
      String source,
      BranchPolicy.Review asked,
      Said said,
      Run run,
      Wrong wrong,
      Delivered delivered,
      @Nullable String waivedAt,
      String blocks) {
    Row row = new Row(source, asked, said, run, wrong, delivered, waivedAt);
    assertThat(String.join(" ", blocking(row, "en"))).isEqualTo(blocks);
    assertThat(String.join(" ", blocking(row, "ko"))).isEqualTo(blocks);
  }

  /** Each with what mends it. */
  private static Set<String> blocking(Row row, String language) {
    List<Check> blocking =
        MergeRules.checks(facts(row), language).stream().filter(Check::blocks).toList();
    assertThat(blocking)
        .filteredOn(check -> check.state() != Check.State.RUNNING)
        .allSatisfy(check -> assertThat(check.remedies()).isNotEmpty());
    return blocking.stream().map(Check::name).collect(Collectors.toCollection(TreeSet::new));
  }

  private static Facts facts(Row row) {
    String branch = row.source().replace(" back", "");
    BranchPolicy policy = asking(row.asked());
    Purpose purpose =
        row.isRelease()
            ? Purpose.RELEASE
            : row.isReturn()
                ? Purpose.RETURN
                : branch.startsWith("hotfix") ? Purpose.HOTFIX : Purpose.CHANGE;
    PullRequest pull =
        new PullRequest(
            1,
            "sample",
            7,
            purpose,
            row.isRelease() ? "release" : policy.kindOf(branch).orElseThrow().name(),
            "A change",
            "",
            branch,
            purpose == Purpose.CHANGE || purpose == Purpose.RETURN ? "dev" : "main",
            "mina",
            HEAD,
            OLDER,
            new PullRequestState.Open(),
            row.waivedAt() == null
                ? null
                : new PullRequest.Waiver("the outage is worse", "mina", row.waivedAt()),
            Instant.EPOCH,
            Instant.EPOCH);
    return new Facts(
        pull,
        policy,
        OLDER,
        row.wrong() == Wrong.NAME_OR_BASE
            ? List.of(new BranchView.Finding("it is wrong", List.of("git branch -m")))
            : List.of(),
        row.wrong() == Wrong.VERSION_TOO_LATE ? "1.2.2" : "1.2.0",
        1,
        0,
        row.wrong() == Wrong.CONFLICT ? List.of("api/app.py") : List.of(),
        row.said().reviews,
        List.of(Tier.API),
        row.run() == Run.NOT_BEGUN
            ? Map.of()
            : Map.of(
                "unit-tests-api",
                new Facts.Run(Check.State.valueOf(row.run().name()), "9 tests", null)),
        List.of(),
        row.wrong() == Wrong.DECLARATION && !row.isReturn() ? "samdan.yml:1:1: wrong" : null,
        row.wrong() == Wrong.EXISTING_TEST_EDITED ? List.of("api/tests/test_app.py") : List.of(),
        row.delivered().delivery);
  }

  /** The usual strategy, but each kind asks for this review. */
  private static BranchPolicy asking(BranchPolicy.Review asked) {
    BranchPolicy usual = BranchPolicy.USUAL;
    List<Kind> kinds =
        usual.kinds().stream()
            .map(k ->
                new Kind(
                    k.name(), k.base(), k.target(), k.pattern(), asked, k.keepsTests(), k.merge()))
            .toList();
    return new BranchPolicy("main", "dev", true, usual.largestFile(), false, kinds);
  }

  private static Review review(
      String by, Review.Verdict verdict, boolean stale, boolean allowsTests) {
    return new Review(
        1, by, by, verdict, "", stale ? OLDER : HEAD, stale, allowsTests, Instant.EPOCH);
  }
}
