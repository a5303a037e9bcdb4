package dev.samdan.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No sequence of pushes and merges breaks what the strategy promises: the real git against the real
 * server, from a seed that is printed ({@code -Dsamdan.seed=N} repeats a run).
 */
class StrategyInvariantsTest {
  private static final String ALL_WAYS =
      Forge.SAMDAN_YML
          + "branches: {feature: {merge: squash}, bugfix: {merge: rebase}, conf: {merge:"
          + " squash}}\n";

  private static final int TEAMS = 6;
  private static final int STEPS = 100;

  @TempDir Path folder;

  @Test
  void what_a_team_does_at_random_breaks_nothing() {
    RandomTeam team = run(Long.getLong("samdan.seed", System.nanoTime()), 20);
    assertThat(team.tree.taken).isPositive();
    assertThat(team.tree.refused).isPositive();
  }

  @Tag("soak")
  @Test
  void what_many_teams_do_for_long_breaks_nothing() {
    long seed = Long.getLong("samdan.seed", System.nanoTime());
    int merged = 0;
    int released = 0;
    for (int i = 0; i < TEAMS; i++) {
      RandomTeam team = run(seed + i, STEPS);
      merged += team.merged;
      released += team.released;
    }
    assertThat(merged).isPositive();
    assertThat(released).isPositive();
  }

  private RandomTeam run(long seed, int steps) {
    System.out.println("StrategyInvariantsTest: -Dsamdan.seed=" + seed);
    try (Forge forge = new Forge(folder.resolve(Long.toString(seed)), ALL_WAYS)) {
      RandomTeam team = new RandomTeam(forge, seed);
      StringBuilder so = new StringBuilder();
      // A team that was never refused, or never heard, has not tried enough.
      for (int i = 0;
          i < steps || (i < 20 * steps && (team.tree.taken == 0 || team.tree.refused == 0));
          i++) {
        try {
          so.append(team.step()).append(' ');
        } catch (RuntimeException | AssertionError e) {
          throw new AssertionError(
              "-Dsamdan.seed=" + seed + ", step " + i + " after: " + so + ": " + e.getMessage(), e);
        }
      }
      System.out.println(
          "StrategyInvariantsTest: "
              + team.tree.taken
              + " pushes taken, "
              + team.tree.refused
              + " refused, "
              + team.merged
              + " merged, "
              + team.released
              + " released: "
              + team.done);
      return team;
    }
  }
}
