package dev.samdan.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.PlatformException;
import dev.samdan.pullrequest.TeamClone.Expected;
import dev.samdan.source.GitServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * A team that pushes and merges at random, rightly and wrongly, with the real git. What a push must
 * come to is said beside it where the strategy's text says so.
 */
final class RandomTeam {
  private static final List<String> KINDS =
      List.of("feature", "bugfix", "refactor", "docs", "test", "conf");
  private static final List<String> WRONG =
      List.of(
          "sign-in",
          "features/x",
          "feature/a/b",
          "Feature/x",
          "hotfix/1.2.1",
          "hotfix-1.2",
          "hotfix-01.2.3",
          "release-1",
          "feature/-x",
          "wip",
          "develop",
          "main2",
          "hotfix-{1.x.1}");

  /** Moves, each as often as it stands in {@link #MOVES}. */
  private enum Move {
    START,
    COMMIT,
    AMEND,
    DELETE,
    RENAME,
    WRONG_NAME,
    WRONG_AMONG_RIGHT,
    PUSH_DEV,
    PUSH_MAIN,
    REWRITE_FIXED,
    DELETE_FIXED,
    MERGE_ANOTHER,
    HOTFIX,
    WRONG_HOTFIX,
    TAG,
    OPEN,
    MERGE,
    MERGE_AT_ONCE,
    RELEASE,
    BRING_BACK,
    RESTART,
    PRODUCTION_FAILS_OR_WORKS
  }

  private static final String PRODUCTION = "sample-prod-api/Deploy";
  private static final List<Move> MOVES = moves();

  private final Forge forge;
  private final Random random;
  final Ledger ledger;
  final TeamClone tree;
  final Map<Move, Integer> done = new EnumMap<>(Move.class);
  int merged;
  int released;
  private int count;

  RandomTeam(Forge forge, long seed) {
    this.forge = forge;
    this.random = new Random(seed);
    this.ledger = new Ledger(forge);
    this.tree = new TeamClone(forge, ledger, random);
  }

  private static List<Move> moves() {
    List<Move> moves = new ArrayList<>(List.of(Move.values()));
    moves.addAll(List.of(Move.START, Move.START, Move.START, Move.COMMIT, Move.HOTFIX));
    moves.addAll(List.of(Move.MERGE, Move.MERGE, Move.MERGE_AT_ONCE, Move.MERGE_AT_ONCE));
    return moves;
  }

  /** One move, after which everything must hold. */
  String step() {
    tree.git("fetch", "--quiet", "--prune", "--tags", "--force", "origin");
    Move move = MOVES.get(random.nextInt(MOVES.size()));
    done.merge(move, 1, Integer::sum);
    boolean merging = make(move);
    settle();
    ledger.check(merging);
    return move.name();
  }

  private boolean make(Move move) {
    switch (move) {
      case START -> start();
      case COMMIT ->
          onBranch(branch -> {
            tree.commit(branch);
            tree.push(pure(branch, "HEAD"), "HEAD:refs/heads/" + branch);
          });
      case AMEND ->
          onBranch(branch -> {
            if (!tree.git("rev-parse", "HEAD").equals(tip("dev"))
                && !tree.git("rev-parse", "HEAD").equals(tip("main"))) {
              tree.git("commit", "--quiet", "--amend", "--message", "Amended " + count++);
              tree.push(Expected.EITHER, "+HEAD:refs/heads/" + branch);
            }
          });
      case DELETE -> onBranch(branch -> tree.push(deletion(branch), ":refs/heads/" + branch));
      case RENAME ->
          onBranch(branch -> {
            if (!branch.startsWith("hotfix")) {
              String name = kind() + "/renamed-" + count++;
              tree.push(pure(name, "HEAD"), "HEAD:refs/heads/" + name, ":refs/heads/" + branch);
            }
          });
      case WRONG_NAME -> {
        tree.checkout("origin/dev");
        tree.commit("dev");
        tree.push(Expected.REFUSED, "HEAD:refs/heads/" + one(WRONG));
      }
      case WRONG_AMONG_RIGHT -> {
        tree.checkout("origin/dev");
        tree.commit("dev");
        String right = "HEAD:refs/heads/" + kind() + "/beside-" + count++;
        tree.push(Expected.REFUSED, right, "HEAD:refs/heads/" + one(WRONG));
      }
      case PUSH_DEV -> {
        tree.checkout("origin/dev");
        tree.commit("dev");
        tree.push(Expected.TAKEN, "HEAD:refs/heads/dev");
      }
      case PUSH_MAIN -> {
        tree.checkout("origin/main");
        tree.commit("main");
        tree.push(Expected.REFUSED, "HEAD:refs/heads/main");
      }
      case REWRITE_FIXED -> {
        String fixed = one(List.of("main", "dev"));
        tree.checkout("origin/" + fixed);
        tree.git("commit", "--quiet", "--amend", "--message", "Rewritten " + count++);
        tree.push(Expected.REFUSED, "+HEAD:refs/heads/" + fixed);
      }
      case DELETE_FIXED ->
          tree.push(Expected.REFUSED, ":refs/heads/" + one(List.of("main", "dev")));
      case MERGE_ANOTHER ->
          onBranch(branch -> {
            String other = one(ledger.branches());
            if (tree.mergeInto("origin/" + other)) {
              tree.push(pure(branch, "HEAD"), "HEAD:refs/heads/" + branch);
            }
          });
      case HOTFIX -> {
        tree.checkout("origin/main");
        tree.commit("main");
        if (random.nextBoolean()) {
          forge.commit(Map.of("api/mended.py", "by " + count++));
        }
        tree.push(Expected.TAKEN, "HEAD:refs/heads/" + hotfix(next()));
      }
      case WRONG_HOTFIX -> wrongHotfix();
      case TAG -> {
        int[] newest =
            ledger.versions().isEmpty() ? new int[] {0, 0, 0} : ledger.versions().getLast();
        String tag = "v" + newest[0] + "." + (newest[1] + 1) + ".0";
        tree.push(Expected.TAKEN, "origin/main:refs/tags/" + tag);
      }
      case OPEN -> onBranch(branch -> attempt(() -> forge.pull(branch)));
      case MERGE -> openNumbers(1).forEach(n -> merge(n, true));
      case MERGE_AT_ONCE -> mergeAtOnce();
      case RELEASE ->
          released +=
              attempt(() -> forge.pulls.release("sample", "a move at random", forge.mina)) ? 1 : 0;
      case BRING_BACK -> bringBack();
      case RESTART -> forge.restartPulls();
      case PRODUCTION_FAILS_OR_WORKS -> failOrWork();
    }
    return switch (move) {
      case MERGE, MERGE_AT_ONCE, RELEASE -> true;
      default -> false;
    };
  }

  private void failOrWork() {
    if (forge.failing.add(PRODUCTION)) {
      return;
    }
    forge.failing.clear();
    if (forge.pulls.hotfixes("sample", 100).stream()
        .anyMatch(h -> h.step() == HotfixView.Step.NOT_DELIVERED)) {
      attempt(() -> forge.pipelines.retry("sample-prod-api", "mina"));
    }
  }

  private void start() {
    boolean fromDev = random.nextInt(4) > 0;
    tree.checkout(fromDev ? "origin/dev" : "origin/main");
    String branch = kind() + "/" + one(List.of("sign-in-", "로그인-", "v1.")) + count++;
    tree.commit(branch);
    tree.push(pure(branch, "HEAD"), "HEAD:refs/heads/" + branch);
  }

  private void wrongHotfix() {
    int[] next = next();
    if (random.nextBoolean()) {
      tree.checkout("origin/dev");
      tree.commit("dev");
      boolean devHasMore =
          !Ledger.lines(forge.clone, "rev-list", "origin/dev", "--not", "origin/main").isEmpty();
      tree.push(devHasMore ? Expected.REFUSED : Expected.EITHER, "HEAD:refs/heads/" + hotfix(next));
    } else {
      tree.checkout("origin/main");
      tree.commit("main");
      int[] skipped = {next[0], next[1], next[2] + 1 + random.nextInt(3)};
      while (isThere(skipped[0] + "." + skipped[1] + "." + skipped[2])) {
        skipped[2]++;
      }
      tree.push(
          ledger.versions().isEmpty() ? Expected.EITHER : Expected.REFUSED,
          "HEAD:refs/heads/" + hotfix(skipped));
    }
  }

  private String hotfix(int[] version) {
    String text = version[0] + "." + version[1] + "." + version[2];
    return random.nextBoolean() ? "hotfix-" + text : "hotfix-{" + text + "}";
  }

  /** The version after the newest tag that no branch has. */
  private int[] next() {
    int[] newest = ledger.versions().isEmpty() ? new int[] {1, 0, -1} : ledger.versions().getLast();
    int last = newest[2] + 1;
    while (isThere(newest[0] + "." + newest[1] + "." + last)) {
      last++;
    }
    return new int[] {newest[0], newest[1], last};
  }

  private boolean isThere(String version) {
    return ledger.branches().stream()
        .anyMatch(b -> b.equals("hotfix-" + version) || b.equals("hotfix-{" + version + "}"));
  }

  /** A branch of a kind may hold no commit that only the other fixed branch has. */
  private Expected pure(String branch, String head) {
    boolean hotfix = branch.startsWith("hotfix");
    if (hotfix && isTagged(branch)) {
      return Expected.TAKEN;
    }
    return Ledger.isPure(forge.clone, head, hotfix ? "main" : "dev", hotfix ? "dev" : "main")
        ? Expected.TAKEN
        : Expected.REFUSED;
  }

  private boolean isTagged(String branch) {
    String version = branch.replaceAll("hotfix-|[{}]", "");
    return ledger.refs().containsKey("refs/tags/" + version)
        || ledger.refs().containsKey("refs/tags/v" + version);
  }

  /** A delivered hotfix stays until it is in dev. */
  private Expected deletion(String branch) {
    boolean kept =
        Ledger.lines(forge.clone, "rev-list", "origin/" + branch, "--not", "origin/dev").isEmpty();
    return branch.startsWith("hotfix") && isTagged(branch) && !kept
        ? Expected.REFUSED
        : Expected.TAKEN;
  }

  private void merge(int number, boolean alone) {
    boolean ready = forge.checked(number).row().standing() == PullRequestRow.Standing.READY;
    boolean went = attempt(() -> forge.pulls.merge("sample", number, null, null, forge.mina));
    merged += went ? 1 : 0;
    if (alone
        && ready
        && !forge.pulls.show("sample", number, forge.mina).row().kind().equals("bugfix")) {
      // Rebased commits may conflict one by one where the whole does not.
      assertThat(went).as("#%d was ready", number).isTrue();
    }
  }

  /** Of what is open by now; what is not yet is opened. */
  private List<Integer> openNumbers(int most) {
    for (String branch : ledger.branches()) {
      if (!branch.equals("main") && !branch.equals("dev")) {
        attempt(() -> forge.pull(branch));
      }
    }
    List<Integer> numbers =
        new ArrayList<>(
            forge.pulls.list(PullRequestFilter.open("sample"), 100, forge.mina).stream()
                .map(PullRequestRow::number)
                .toList());
    Collections.shuffle(numbers, random);
    return numbers.subList(0, Math.min(most, numbers.size()));
  }

  /** Of several merges and a push into dev at the same moment, each is there or was refused. */
  private void mergeAtOnce() {
    List<Callable<Object>> all = new ArrayList<>();
    openNumbers(4)
        .forEach(n ->
            all.add(() -> attempt(() -> forge.pulls.merge("sample", n, null, null, forge.mina))));
    tree.checkout("origin/dev");
    String file = tree.commit("dev");
    all.add(() ->
        GitServer.run(forge.clone, "git", "push", "origin", "HEAD:refs/heads/dev").exit() == 0);
    try (ExecutorService together = Executors.newFixedThreadPool(all.size())) {
      List<Future<Object>> ends = together.invokeAll(all);
      for (Future<Object> end : ends) {
        merged += end != ends.getLast() && (Boolean) end.get() ? 1 : 0;
      }
      assertThat(forge.source.readFile("sample", "dev", file).isPresent())
          .isEqualTo(ends.getLast().get());
    } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** Mends a conflict that keeps a hotfix from dev. */
  private void bringBack() {
    for (HotfixView hotfix : forge.pulls.hotfixes("sample", 100)) {
      if (hotfix.step() == HotfixView.Step.RETURNING && ledger.tip(hotfix.branch()).isPresent()) {
        tree.checkout("origin/" + hotfix.branch());
        if (GitServer.run(forge.clone, "git", "merge", "--quiet", "origin/dev").exit() != 0) {
          tree.git("checkout", "--quiet", "--theirs", ".");
          tree.git("add", "--all");
          tree.git("commit", "--quiet", "--no-edit");
        }
        tree.push(Expected.TAKEN, "HEAD:refs/heads/" + hotfix.branch());
        return;
      }
    }
  }

  /** Whether it went; a refusal is an answer, anything else is none. */
  private static boolean attempt(Callable<?> work) {
    try {
      Object _ = work.call();
      return true;
    } catch (PlatformException e) {
      assertThat(e.code()).as(e.text()).isNotEqualTo(PlatformException.Code.INTERNAL);
      return false;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private void onBranch(java.util.function.Consumer<String> work) {
    List<String> own =
        ledger.branches().stream().filter(b -> !b.equals("main") && !b.equals("dev")).toList();
    if (own.isEmpty()) {
      start();
    } else {
      String branch = one(own);
      tree.checkout("origin/" + branch);
      work.accept(branch);
    }
  }

  /** Until every hotfix rests: back in dev, in conflict, or while production fails. */
  private void settle() {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            forge.pulls.hotfixes("sample", 100).stream()
                .allMatch(h ->
                    h.step() == HotfixView.Step.DONE
                        || (h.step() == HotfixView.Step.NOT_DELIVERED && !forge.failing.isEmpty())
                        || !h.conflicts().isEmpty()));
  }

  private String tip(String branch) {
    return ledger.tip(branch).orElseThrow();
  }

  private String kind() {
    return one(KINDS);
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }
}
