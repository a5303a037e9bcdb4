package dev.samdan.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.source.GitServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What must hold in a repository whatever a team does to it, read with the real git from the
 * repository itself. {@link #check} compares it with the state of the check before.
 */
final class Ledger {
  /** Files that one commit each made; nobody deletes them. */
  static final String UNIQUE = "docs/unique-";

  private static final String NAMES =
      "(feature|bugfix|refactor|docs|test|conf)/[\\p{L}\\p{N}][\\p{L}\\p{N}._-]*"
          + "|hotfix-(\\{\\d+\\.\\d+\\.\\d+}|\\d+\\.\\d+\\.\\d+)";

  private final Forge forge;
  private final Path bare;
  private final Map<Integer, Set<String>> brought = new HashMap<>();
  private Map<String, String> refs;

  Ledger(Forge forge) {
    this.forge = forge;
    this.bare = forge.folder.resolve("home/git/sample.git");
    this.refs = read();
  }

  /** Every branch and tag with what it points to, by its full name. */
  Map<String, String> refs() {
    return refs;
  }

  Optional<String> tip(String branch) {
    return Optional.ofNullable(refs.get("refs/heads/" + branch));
  }

  List<String> branches() {
    return refs.keySet().stream()
        .filter(r -> r.startsWith("refs/heads/"))
        .map(r -> r.substring("refs/heads/".length()))
        .toList();
  }

  /** The numbers of tags that are versions, sorted. */
  List<int[]> versions() {
    return versions(refs);
  }

  private static List<int[]> versions(Map<String, String> refs) {
    return refs.keySet().stream()
        .map(r -> r.replaceFirst("^refs/tags/v?", ""))
        .filter(r -> r.matches("\\d+\\.\\d+\\.\\d+"))
        .map(Ledger::numbers)
        .sorted(Arrays::compare)
        .toList();
  }

  private static int[] numbers(String version) {
    return Arrays.stream(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }

  Map<String, String> read() {
    return git("for-each-ref", "--format=%(refname) %(objectname)", "refs/heads", "refs/tags")
        .lines()
        .map(line -> line.split(" "))
        .collect(Collectors.toMap(w -> w[0], w -> w[1], (a, b) -> a, TreeMap::new));
  }

  /** A git command in the repository itself, which must work. */
  String git(String... arguments) {
    return GitServer.run(
            bare, Stream.concat(Stream.of("git"), Stream.of(arguments)).toArray(String[]::new))
        .orThrow();
  }

  private boolean holds(String newer, String older) {
    return GitServer.run(bare, "git", "merge-base", "--is-ancestor", older, newer).exit() == 0;
  }

  /** Which of these objects the repository has not. */
  Set<String> missing(Set<String> objects) {
    if (objects.isEmpty()) {
      return objects;
    }
    String list = objects.stream().collect(Collectors.joining("\\n"));
    return GitServer.run(
            bare, "bash", "-c", "printf '" + list + "\\n' | git cat-file --batch-check")
        .orThrow()
        .lines()
        .filter(line -> line.endsWith(" missing"))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .collect(Collectors.toSet());
  }

  /**
   * Commits of this history, pushed or not, that are on the fixed branch it is not made from and
   * not on the one that it is made from.
   *
   * @param clone where the history is
   */
  static boolean isPure(Path clone, String head, String base, String other) {
    Set<String> strange = lines(clone, "rev-list", "origin/" + other, "--not", "origin/" + base);
    strange.retainAll(lines(clone, "rev-list", head, "--not", "origin/" + base));
    return strange.isEmpty();
  }

  static Set<String> lines(Path folder, String... git) {
    return GitServer.run(
            folder, Stream.concat(Stream.of("git"), Stream.of(git)).toArray(String[]::new))
        .orThrow()
        .lines()
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A push that was refused: no ref moved, none of its objects stayed, and no folder of it. */
  void nothingStayed(Set<String> objectsMissingBefore) {
    assertThat(read()).isEqualTo(refs);
    assertThat(missing(objectsMissingBefore)).isEqualTo(objectsMissingBefore);
    try (Stream<Path> files = Files.list(bare.resolve("objects"))) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .noneMatch(name -> name.startsWith("incoming"));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * @param merging whether the step was one that may bring commits to main
   */
  void check(boolean merging) {
    Map<String, String> now = read();
    history(now, merging);
    assertThat(now.keySet())
        .filteredOn(r -> r.startsWith("refs/heads/"))
        .filteredOn(r -> !r.equals("refs/heads/main") && !r.equals("refs/heads/dev"))
        .allMatch(r -> r.substring("refs/heads/".length()).matches(NAMES));
    requests(now);
    hotfixes(now);
    refs = now;
  }

  private void history(Map<String, String> now, boolean merging) {
    for (String branch : List.of("refs/heads/main", "refs/heads/dev")) {
      String before = refs.get(branch);
      assertThat(now).containsKey(branch);
      if (!now.get(branch).equals(before)) {
        assertThat(holds(now.get(branch), before)).as("%s lost commits", branch).isTrue();
      }
    }
    if (!merging) {
      assertThat(now.get("refs/heads/main")).isEqualTo(refs.get("refs/heads/main"));
    }
  }

  /** What was merged is in its target for good; what is open stands where its branch stands. */
  private void requests(Map<String, String> now) {
    Map<String, Set<String>> trees =
        Map.of(
            "main", unique(now.get("refs/heads/main")), "dev", unique(now.get("refs/heads/dev")));
    for (PullRequestRow row :
        forge.pulls.list(new PullRequestFilter("sample", "all", null, null), 500, forge.mina)) {
      switch (row.state()) {
        case "merged" ->
            assertThat(trees.get(row.target()))
                .as("what #%d brought to %s", row.number(), row.target())
                .containsAll(brought.computeIfAbsent(row.number(), n -> unique(row.head())));
        case "closed" -> {}
        default ->
            assertThat(now.get("refs/heads/" + row.source()))
                .as("the branch of #%d", row.number())
                .isEqualTo(row.head());
      }
    }
  }

  private Set<String> unique(String commit) {
    return git("ls-tree", "-r", "--name-only", commit, UNIQUE.substring(0, 5))
        .lines()
        .filter(f -> f.startsWith(UNIQUE))
        .collect(Collectors.toSet());
  }

  /** Their versions only go up, and each is in dev or said not to be. */
  private void hotfixes(Map<String, String> now) {
    List<HotfixView> all = forge.pulls.hotfixes("sample", 100);
    for (int i = 1; i < all.size(); i++) {
      // One that was merged into another came to main with it.
      assertThat(
              all.get(i).mergeCommit().equals(all.get(i - 1).mergeCommit())
                  || Arrays.compare(
                          numbers(all.get(i - 1).version()), numbers(all.get(i).version()))
                      > 0)
          .as("%s was merged after %s", all.get(i - 1).version(), all.get(i).version())
          .isTrue();
    }
    for (HotfixView hotfix : all) {
      if (hotfix.tagged()) {
        assertThat(now)
            .as("the tag of a delivered hotfix")
            .containsKey("refs/tags/" + hotfix.version());
      }
      boolean back = holds(now.get("refs/heads/dev"), hotfix.mergeCommit() + "^2");
      assertThat(hotfix.step() != HotfixView.Step.DONE || back)
          .as("hotfix %s is said to be back in dev", hotfix.version())
          .isTrue();
      assertThat(holds(now.get("refs/heads/main"), hotfix.mergeCommit())).isTrue();
    }
  }
}
