package dev.samdan.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.source.GitServer;
import dev.samdan.source.GitServer.Ended;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/** The clone that a {@link RandomTeam} pushes from; a push says what must come of it. */
final class TeamClone {
  private final Forge forge;
  private final Ledger ledger;
  private final Random random;
  int taken;
  int refused;
  private int count;

  TeamClone(Forge forge, Ledger ledger, Random random) {
    this.forge = forge;
    this.ledger = ledger;
    this.random = random;
  }

  enum Expected {
    TAKEN,
    REFUSED,
    EITHER
  }

  void push(Expected expected, String... refs) {
    List<String> command = new ArrayList<>(List.of("git", "push", "origin"));
    command.addAll(List.of(refs));
    Set<String> missing =
        ledger.missing(
            Ledger.lines(
                forge.clone,
                "rev-list",
                "--objects",
                "--no-object-names",
                "HEAD",
                "--not",
                "--remotes=origin"));
    Ended end = GitServer.run(forge.clone, command.toArray(String[]::new));
    if (end.exit() != 0) {
      refused++;
      assertThat(end.output()).contains("[remote rejected]").doesNotContain("internal");
      ledger.nothingStayed(missing);
    } else {
      taken++;
    }
    if (expected != Expected.EITHER) {
      assertThat(end.exit() == 0)
          .as("%s: %s", String.join(" ", command), end.output())
          .isEqualTo(expected == Expected.TAKEN);
    }
  }

  /** A file of its own in each commit; sometimes one that others change too. */
  String commit(String what) {
    String file = Ledger.UNIQUE + count++ + ".md";
    forge.commit(
        random.nextInt(3) == 0
            ? Map.of(file, what, "docs/shared.md", what + " " + count)
            : Map.of(file, what));
    return file;
  }

  boolean mergeInto(String other) {
    if (GitServer.run(
                forge.clone, "git", "merge", "--quiet", "--no-ff", "-m", "Merge " + other, other)
            .exit()
        == 0) {
      return true;
    }
    Ended _ = GitServer.run(forge.clone, "git", "merge", "--abort");
    return false;
  }

  void checkout(String at) {
    git("checkout", "--quiet", "--force", "--detach", at);
  }

  String git(String... arguments) {
    return forge.git(arguments);
  }
}
