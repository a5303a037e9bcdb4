package dev.samdan.pullrequest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.source.GitServer;
import dev.samdan.source.GitServer.Ended;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every git command of the commissioning document, letter for letter, in a plain clone of a real
 * server. The document writes the commands out for a feature and says of the other kinds that the
 * rest is the same, so for those its own example of a name stands in the place of {@code
 * feature/sign-in}, and the branch that it names as the origin in the place of {@code dev}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DocumentCommandsTest {
  private static final List<String> COMMANDS = commands();
  private static final String START = COMMANDS.get(0);
  private static final String PUSH = COMMANDS.get(1);
  private static final String LOG = COMMANDS.get(2);

  @TempDir static Path folder;
  private static Forge forge;

  private static List<String> commands() {
    try (var in =
        Objects.requireNonNull(
            DocumentCommandsTest.class.getResourceAsStream("/commission/git-commands.txt"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @BeforeAll
  static void open() {
    forge = new Forge(folder);
    bash("git checkout dev").orThrow();
  }

  @AfterAll
  static void close() {
    forge.close();
  }

  private static Ended bash(String command) {
    return GitServer.run(forge.clone, "bash", "-c", command);
  }

  /** Held against the document itself where it lies beside the project. */
  @Test
  @Order(1)
  void these_are_all_git_commands_of_the_document() throws IOException {
    Optional<Path> document =
        Stream.iterate(Path.of("").toAbsolutePath(), f -> f != null, Path::getParent)
            .map(f -> f.resolve("shared/commission/original.ko.md"))
            .filter(Files::isRegularFile)
            .findFirst();
    assertThat(COMMANDS).hasSize(3).allMatch(command -> command.startsWith("git "));
    if (document.isPresent()) {
      List<String> written =
          Pattern.compile("(?m)^\\s*\\$ (git .*?)\\s*$|\\$\\((git [^)]*)\\)")
              .matcher(Files.readString(document.get()))
              .results()
              .map(DocumentCommandsTest::command)
              .toList();
      assertThat(written).containsExactlyInAnyOrderElementsOf(COMMANDS);
    }
  }

  private static String command(MatchResult match) {
    return match.group(1) == null ? match.group(2) : match.group(1);
  }

  /** Also what the document says of each kind: from where, into where, with a review or without. */
  @ParameterizedTest
  @Order(2)
  @CsvSource({
    "feature/sign-in, dev, dev, true",
    "bugfix/employee-sync-json, dev, dev, true",
    "hotfix-{1.2.1}, main, main, true",
    "refactor/sign-in, dev, dev, true",
    "docs/monitoring-tools, dev, dev, true",
    "test/sign-in, dev, dev, false",
    "conf/datadog-agent-env, dev, dev, false"
  })
  void a_branch_of_each_kind_goes_its_way(String branch, String from, String into, boolean review) {
    String file = "docs/" + branch.replaceAll("\\W", "-") + ".md";
    bash("git fetch --prune && git checkout -B " + from + " origin/" + from).orThrow();

    bash(filled(START, branch, from)).orThrow();
    forge.commit(Map.of(file, "of " + branch));
    String said = bash(filled(PUSH, branch, from)).orThrow();
    assertThat(said).contains("[new branch]").doesNotContain("rejected");

    int number = forge.pull(branch).number();
    assertThat(forge.checked(number).checks().stream().anyMatch(c -> c.name().equals("review")))
        .isEqualTo(review);
    PullRequests.Merged merged = forge.merge(number);
    assertThat(merged.target()).isEqualTo(into);
    assertThat(forge.file(into, file)).isEqualTo("of " + branch);
    if (into.equals("main")) {
      // Tagged anew, and in dev too, before it goes.
      forge.awaitHotfix("1.2.1", h -> h.step() == HotfixView.Step.DONE);
      assertThat(forge.history.tags("sample")).containsEntry("1.2.1", merged.commit());
      assertThat(forge.file("dev", file)).isEqualTo("of " + branch);
    }
    assertThat(forge.exists(branch)).as("merged and no longer used").isFalse();
  }

  private static String filled(String command, String branch, String from) {
    return command
        .replaceFirst("feature/sign-in", branch.replace("$", "\\$"))
        .replaceFirst(" dev$", " " + from);
  }

  /** The document merges into main; a push of main itself is refused, and what is printed works. */
  @Test
  @Order(3)
  void main_takes_no_push_and_the_commands_that_are_printed_work() {
    bash("git fetch --prune --tags && git checkout -B main origin/main").orThrow();
    forge.commit(Map.of("README.md", "pushed to main"));
    Ended refused = bash(PUSH.replace("feature/sign-in", "main"));
    assertThat(refused.exit()).isNotZero();
    assertThat(refused.output()).contains("main takes pull requests only");

    List<String> remedies =
        refused
            .output()
            .lines()
            .map(line -> line.replaceFirst("^remote: ?", ""))
            .filter(line -> line.startsWith("    git "))
            .toList();
    assertThat(remedies).first().asString().contains("git switch -c hotfix-1.2.2");
    remedies.forEach(remedy -> bash(remedy).orThrow());
    PullRequestRow made =
        forge.pulls.list(PullRequestFilter.open("sample"), 10, forge.mina).getFirst();
    forge.merge(made.number());
    assertThat(forge.file("main", "README.md")).isEqualTo("pushed to main");
    forge.awaitHotfix("1.2.2", h -> h.step() == HotfixView.Step.DONE);
  }

  /** Development's delivery, then production's: {@code dev} is merged into {@code main}. */
  @Test
  @Order(4)
  void what_was_delivered_to_dev_is_merged_into_main() {
    bash("git fetch && git checkout -B dev origin/dev").orThrow();
    String commit = forge.commit(Map.of("api/requirements.txt", "fastapi\n"));
    bash(PUSH.replace("feature/sign-in", "dev")).orThrow();
    assertThat(commit).startsWith(bash(LOG).orThrow().strip());
    forge.awaitDelivered("dev");

    PullRequests.Merged merged = forge.pulls.release("sample", null, forge.mina);
    assertThat(forge.tip("main")).isEqualTo(merged.commit());
    assertThat(forge.file("main", "api/requirements.txt")).isEqualTo("fastapi\n");
  }
}
