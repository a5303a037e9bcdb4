package dev.samdan.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.BranchPolicy;
import dev.samdan.source.RefChange.Move;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The whole strategy at a push: each name, moved in each way, made from each base, in each state of
 * the repository. What must come out is said by {@link #RULES}, one line for each sentence of the
 * strategy, in no order: a push is refused where a sentence is broken, and with one that is.
 */
class PushTableTest {
  /** Names, with the kind that a reader of the strategy gives them; {@code -} for none. */
  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("main", "main"),
          Map.entry("dev", "dev"),
          Map.entry("feature/sign-in", "feature"),
          Map.entry("feature/로그인", "feature"),
          Map.entry("bugfix/employee-sync-json", "bugfix"),
          Map.entry("refactor/sign_in.v2", "refactor"),
          Map.entry("docs/monitoring-tools", "docs"),
          Map.entry("test/sign-in", "test"),
          Map.entry("conf/datadog-agent-env", "conf"),
          Map.entry("hotfix-1.2.1", "hotfix"),
          Map.entry("hotfix-{1.2.1}", "hotfix"),
          Map.entry("hotfix-1.2.2", "hotfix"),
          Map.entry("hotfix-{1.2.2}", "hotfix"),
          Map.entry("hotfix-1.3.0", "hotfix"),
          Map.entry("hotfix-1.2.0", "hotfix"),
          Map.entry("hotfix-1.2", "hotfix"),
          Map.entry("hotfix-{1.2.x}", "hotfix"),
          Map.entry("hotfix/1.2.1", "-"),
          Map.entry("features/sign-in", "-"),
          Map.entry("Feature/sign-in", "-"),
          Map.entry("feature/a/b", "-"),
          Map.entry("feature/", "-"),
          Map.entry("feature/-x", "-"),
          Map.entry("feature/a b", "-"),
          Map.entry("sign-in", "-"),
          Map.entry("develop", "-"));

  /**
   * What is in the repository, and the one version that the next hotfix may have; {@code *} for
   * any.
   */
  private enum State {
    NO_TAG("", "", "*"),
    TAGGED("1.2.0", "", "1.2.1"),
    ONE_ON_ITS_WAY("1.2.0", "hotfix-1.2.1", "1.2.2"),
    ONE_IN_BRACES_ON_ITS_WAY("1.2.0", "hotfix-{1.2.1}", "1.2.2"),
    DELIVERED_AND_COMING_BACK("1.2.1", "hotfix-1.2.1", "1.2.2"),
    DELIVERED("v1.2.1", "", "1.2.2");

    private final String tag;
    private final String branch;
    private final String next;

    State(String tag, String branch, String next) {
      this.tag = tag;
      this.branch = branch;
      this.next = next;
    }
  }

  /** Where the branch was made, seen from the base that its kind has. */
  private enum Made {
    FROM_THE_TIP(0, true),
    FROM_AN_OLDER_COMMIT(0, false),
    FROM_THE_OTHER_BRANCH(2, false),
    FROM_BOTH(2, true);

    private final int strangers;
    private final boolean holdsTip;

    Made(int strangers, boolean holdsTip) {
      this.strangers = strangers;
      this.holdsTip = holdsTip;
    }
  }

  private record Row(
      String name, String kind, Move move, Made made, State state, boolean directPush) {
    boolean isFixed() {
      return kind.equals("main") || kind.equals("dev");
    }

    boolean isHotfix() {
      return kind.equals("hotfix");
    }

    String version() {
      return name.replaceAll("hotfix-\\{?|}", "");
    }

    boolean isNewHotfix() {
      return isHotfix() && move == Move.CREATE;
    }

    boolean isDelivered() {
      return isHotfix() && state.tag.matches("v?" + version().replace(".", "\\."));
    }
  }

  /** A sentence of the strategy, when it is broken, and what is said then. */
  private record Rule(String sentence, Predicate<Row> broken, Class<?>... said) {}

  private static final List<Rule> RULES =
      List.of(
          new Rule(
              "main takes pull requests only, once it exists",
              r -> r.kind().equals("main") && r.move() == Move.FORWARD,
              Refusal.DirectPush.class),
          new Rule(
              "so does dev where samdan.yml asks for it",
              r -> r.kind().equals("dev") && r.move() == Move.FORWARD && !r.directPush(),
              Refusal.DirectPush.class),
          new Rule(
              "main and dev are never rewritten",
              r -> r.isFixed() && r.move() == Move.REWRITE,
              Refusal.Rewritten.class),
          new Rule(
              "main and dev are never deleted",
              r -> r.isFixed() && r.move() == Move.DELETE,
              Refusal.Deleted.class),
          new Rule(
              "every branch that is not fixed has a name of a kind; a wrong one may go",
              r -> r.kind().equals("-") && r.move() != Move.DELETE,
              Refusal.WrongName.class),
          new Rule(
              "a new hotfix has the next version",
              r -> r.isNewHotfix() && !isNext(r),
              Refusal.NotAVersion.class,
              Refusal.SameBranch.class,
              Refusal.VersionTaken.class,
              Refusal.VersionOrder.class),
          new Rule(
              "a new hotfix contains the newest commit of main",
              r -> r.isNewHotfix() && !r.isDelivered() && !r.made().holdsTip,
              Refusal.NotFromTip.class),
          new Rule(
              "a branch holds no commit that only the other fixed branch has,"
                  + " but a delivered hotfix may take dev's",
              r ->
                  !r.isFixed()
                      && !r.kind().equals("-")
                      && r.move() != Move.DELETE
                      && !r.isDelivered()
                      && r.made().strangers > 0,
              Refusal.Strangers.class),
          new Rule(
              "a delivered hotfix is not deleted before it is on dev",
              r -> r.isDelivered() && r.move() == Move.DELETE && !r.made().holdsTip,
              Refusal.NotBack.class));

  private static boolean isNext(Row row) {
    boolean semantic = row.version().matches("\\d+\\.\\d+\\.\\d+");
    return semantic && (row.state().next.equals("*") || row.state().next.equals(row.version()));
  }

  private record Case(String name, Move move, State state) {}

  private static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (String name : new TreeSet<>(NAMES.keySet())) {
      for (Move move : Move.values()) {
        for (State state : State.values()) {
          boolean isThere = name.equals(state.branch) || name.equals("main") || name.equals("dev");
          if (!isThere || move != Move.CREATE) {
            cases.add(new Case(name, move, state));
          }
        }
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void a_push_is_refused_where_a_sentence_of_the_strategy_is_broken(Case one) {
    for (Made made : Made.values()) {
      for (boolean directPush : new boolean[] {true, false}) {
        Row row =
            new Row(one.name(), NAMES.get(one.name()), one.move(), made, one.state(), directPush);
        List<Rule> broken = RULES.stream().filter(rule -> rule.broken().test(row)).toList();
        Refusal refusal = check(row).orElse(null);
        if (broken.isEmpty()) {
          assertThat(refusal).as("%s", row).isNull();
        } else {
          assertThat(refusal)
              .as("%s breaks: %s", row, broken.stream().map(Rule::sentence).toList())
              .isNotNull()
              .isInstanceOfAny(
                  broken.stream().flatMap(r -> Stream.of(r.said())).toArray(Class<?>[]::new));
          explainsItself(refusal);
        }
      }
    }
  }

  private static Optional<Refusal> check(Row row) {
    BranchPolicy usual = BranchPolicy.USUAL;
    BranchPolicy policy =
        new BranchPolicy(
            "main", "dev", row.directPush(), usual.largestFile(), false, usual.kinds());
    Set<String> branches = new HashSet<>(Set.of("main", "dev"));
    if (!row.state().branch.isEmpty()) {
      branches.add(row.state().branch);
    }
    if (row.move() != Move.CREATE) {
      branches.add(row.name());
    }
    Set<Version> tags = Version.ofTag(row.state().tag).stream().collect(Collectors.toSet());
    Set<String> closed = row.directPush() ? Set.of("main") : Set.of("main", "dev");
    return new BranchRules(
            policy, new BranchRules.Situation(branches, Set.of("main", "dev"), closed, tags))
        .check(
            new RefChange(
                RefChange.HEADS + row.name(),
                row.move(),
                row.made().strangers,
                row.made().holdsTip,
                false));
  }

  /** What is wrong in a sentence of each language, then the same commands in both. */
  private static void explainsItself(Refusal refusal) {
    List<String> english = new RefusalMessages("en").of(refusal);
    List<String> korean = new RefusalMessages("ko").of(refusal);
    assertThat(english.getFirst()).doesNotContainPattern("[가-힣]{2}(은|는|이|가)");
    assertThat(korean.getFirst()).containsPattern("[가-힣]");
    assertThat(commands(english)).isEqualTo(commands(korean));
    // A branch that always exists is not deleted: nothing is to be done instead.
    assertThat(commands(english).isEmpty()).isEqualTo(refusal instanceof Refusal.Deleted);
  }

  private static List<String> commands(List<String> lines) {
    return lines.stream().filter(line -> line.matches(" +(git|samdan) .*")).toList();
  }

  /** Rows that people wrote, so that the sentences above are not the only word on it. */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "feature/sign-in, CREATE, FROM_THE_TIP, NO_TAG, -",
        "feature/sign-in, CREATE, FROM_AN_OLDER_COMMIT, NO_TAG, -",
        "feature/sign-in, CREATE, FROM_THE_OTHER_BRANCH, NO_TAG, Strangers",
        "feature/sign-in, REWRITE, FROM_THE_TIP, NO_TAG, -",
        "feature/sign-in, DELETE, FROM_THE_OTHER_BRANCH, NO_TAG, -",
        "hotfix-1.2.1, CREATE, FROM_THE_TIP, NO_TAG, -",
        "hotfix-1.2.1, CREATE, FROM_THE_TIP, TAGGED, -",
        "hotfix-1.2.1, CREATE, FROM_AN_OLDER_COMMIT, TAGGED, NotFromTip",
        "hotfix-1.2.1, CREATE, FROM_THE_OTHER_BRANCH, TAGGED, Strangers",
        "hotfix-1.2.1, CREATE, FROM_THE_TIP, DELIVERED, VersionTaken",
        "hotfix-1.3.0, CREATE, FROM_THE_TIP, TAGGED, VersionOrder",
        "hotfix-{1.2.1}, CREATE, FROM_THE_TIP, ONE_ON_ITS_WAY, SameBranch",
        "hotfix-1.2.2, CREATE, FROM_THE_TIP, ONE_ON_ITS_WAY, -",
        "hotfix-1.2, CREATE, FROM_THE_TIP, NO_TAG, NotAVersion",
        "hotfix-1.2.1, FORWARD, FROM_THE_OTHER_BRANCH, TAGGED, Strangers",
        "hotfix-1.2.1, FORWARD, FROM_THE_OTHER_BRANCH, DELIVERED_AND_COMING_BACK, -",
        "hotfix-1.2.1, DELETE, FROM_AN_OLDER_COMMIT, DELIVERED_AND_COMING_BACK, NotBack",
        "hotfix-1.2.1, DELETE, FROM_AN_OLDER_COMMIT, TAGGED, -",
        "hotfix/1.2.1, CREATE, FROM_THE_TIP, TAGGED, WrongName",
        "main, FORWARD, FROM_THE_TIP, TAGGED, DirectPush",
        "main, REWRITE, FROM_THE_TIP, TAGGED, Rewritten",
        "dev, FORWARD, FROM_THE_TIP, TAGGED, -",
        "dev, DELETE, FROM_THE_TIP, TAGGED, Deleted"
      })
  void rows_written_by_hand(
      String name, Move move, Made made, State state, @Nullable String refusal) {
    assertThat(
            check(new Row(name, NAMES.get(name), move, made, state, true))
                .map(r -> r.getClass().getSimpleName())
                .orElse(null))
        .isEqualTo(refusal);
  }

  @Test
  void every_sentence_is_broken_by_some_row() {
    List<Row> rows =
        cases()
            .flatMap(c ->
                Stream.of(Made.values())
                    .map(
                        m -> new Row(c.name(), NAMES.get(c.name()), c.move(), m, c.state(), false)))
            .toList();
    assertThat(RULES)
        .allSatisfy(
            rule -> assertThat(rows).as(rule.sentence()).anyMatch(row -> rule.broken().test(row)));
  }
}
