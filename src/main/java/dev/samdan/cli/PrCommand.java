package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ScopeType;
import tools.jackson.databind.JsonNode;

/** {@code samdan pr}: pull requests. */
@Command(
    name = "pr",
    description =
        "Pull requests: create, list, show, diff, comment, ask, review, ready, check, merge, close,"
            + " reopen.")
public final class PrCommand extends Verb {
  private static final String NUMBER = "NUMBER";
  private static final String SEEN = "Only where this is still its newest commit.";

  @Option(
      names = "--app",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description = "The application (default: the one this clone's remote belongs to).")
  @Nullable String application;

  @Command(description = "Opens a pull request of a pushed branch; the strategy names its target.")
  void create(
      @Option(
              names = "--source",
              paramLabel = "BRANCH",
              description = "Default: the one that is checked out.")
          @Nullable String source,
      @Option(names = "--into", paramLabel = "BRANCH", description = "Default: by the strategy.")
          @Nullable String target,
      @Option(names = "--title", description = "Default: from the commits.") @Nullable String title,
      @Option(names = "--text", description = "What it is about.") @Nullable String text,
      @Option(names = "--draft", description = "Not to be merged yet.") boolean draft) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("source", source == null ? LocalGit.branch() : source);
    body.put("target", target);
    body.put("title", title);
    body.put("text", text);
    body.put("draft", draft);
    JsonNode made = api().post(path(), body);
    if (wantsJson()) {
      print(made);
      return;
    }
    System.out.println(
        "#"
            + text(made, "number")
            + " asks to merge "
            + text(made, "source")
            + " into "
            + text(made, "target")
            + ": "
            + text(made, "title"));
    System.out.println("Next: samdan pr show " + text(made, "number"));
  }

  @Command(description = "Lists pull requests, newest first.")
  void list(
      @Option(
              names = "--state",
              defaultValue = "open",
              description = "open, draft, merged, closed, all (default: open).")
          String state) {
    JsonNode answer = api().get(path() + "?state=" + encode(state));
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode pull : answer.path("pullRequests")) {
      rows.add(
          List.of(
              "#" + text(pull, "number"),
              text(pull, "title"),
              text(pull, "source"),
              text(pull, "target"),
              text(pull, "authorName"),
              "+" + text(pull, "additions") + " -" + text(pull, "deletions"),
              text(pull, "standing")));
    }
    table(List.of("NUMBER", "TITLE", "FROM", "INTO", "AUTHOR", "LINES", "STANDING"), rows);
  }

  @Command(description = "Shows a pull request with what must hold before it is merged.")
  void show(@Parameters(paramLabel = NUMBER) int number) {
    JsonNode view = api().get(path(number));
    if (wantsJson()) {
      print(view);
    } else {
      new PrText(view).print();
    }
  }

  @Command(description = "Shows its files, line by line.")
  void diff(@Parameters(paramLabel = NUMBER) int number) {
    JsonNode diff = api().get(path(number) + "/diff");
    if (wantsJson()) {
      print(diff);
    } else {
      PrText.diff(diff);
    }
  }

  @Command(description = "Says something, on the whole or on a line.")
  void comment(
      @Parameters(paramLabel = NUMBER) int number,
      @Parameters(paramLabel = "TEXT") String text,
      @Option(names = "--path", description = "A file of the change.") @Nullable String path,
      @Option(names = "--line", description = "A line of it, from 1.") @Nullable Integer line,
      @Option(names = "--reply-to", paramLabel = "ID", description = "A thread's first comment.")
          @Nullable Long replyTo) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("text", text);
    body.put("path", path);
    body.put("line", line);
    body.put("replyTo", replyTo);
    JsonNode answer = api().post(path(number) + "/comments", body);
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println("Comment " + text(answer, "id") + " is kept.");
    }
  }

  @Command(description = "Approves, or asks for changes.")
  void review(
      @Parameters(paramLabel = NUMBER) int number,
      @Option(names = "--approve", description = "It may be merged.") boolean approve,
      @Option(names = "--request-changes", description = "It may not, until you approve it.")
          boolean changes,
      @Option(
              names = "--allow-test-changes",
              description = "Existing tests may be edited or deleted.")
          boolean allow,
      @Option(names = "--comment", paramLabel = "TEXT", description = "Why.") @Nullable String text,
      @Option(names = "--commit", paramLabel = "ID", description = SEEN) @Nullable String commit) {
    if (approve == changes) {
      throw PlatformException.invalid("give one of --approve and --request-changes");
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("verdict", approve ? "approved" : "changes-requested");
    body.put("allowTestChanges", allow);
    body.put("text", text == null ? "" : text);
    body.put("commit", commit);
    tell(
        api().post(path(number) + "/reviews", body),
        "#" + number + (approve ? " is approved." : " waits for changes."));
  }

  @Command(description = "Asks a person for a review.")
  void ask(
      @Parameters(paramLabel = NUMBER) int number,
      @Parameters(paramLabel = "NAME", description = "Whom: samdan user list shows them.")
          String reviewer) {
    tell(
        api().post(path(number) + "/reviewers", Map.of("reviewer", reviewer)),
        reviewer + " is asked to review #" + number + ".");
  }

  @Command(description = "A draft asks to be merged.")
  void ready(@Parameters(paramLabel = NUMBER) int number) {
    tell(api().post(path(number) + "/ready", Map.of()), "#" + number + " asks to be merged.");
  }

  @Command(description = "Runs the failed checks again.")
  void check(@Parameters(paramLabel = NUMBER) int number) {
    tell(api().post(path(number) + "/checks", Map.of()), "The checks of #" + number + " run.");
  }

  @Command(description = "Merges it as the strategy says, and deletes its branch.")
  void merge(
      @Parameters(paramLabel = NUMBER) int number,
      @Option(
              names = "--override",
              paramLabel = "REASON",
              description = "Of a release whose commit was not delivered and tested; recorded.")
          @Nullable String override,
      @Option(names = "--commit", paramLabel = "ID", description = SEEN) @Nullable String commit) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("override", override);
    body.put("commit", commit);
    JsonNode merged = api().post(path(number) + "/merge", body);
    tell(
        merged,
        "#"
            + number
            + " is merged into "
            + text(merged, "target")
            + " at "
            + brief(text(merged, "commit"))
            + "."
            + (merged.path("branchDeleted").asBoolean(false) ? " The branch was deleted." : ""));
  }

  @Command(description = "Closes it; the branch stays.")
  void close(@Parameters(paramLabel = NUMBER) int number) {
    tell(api().post(path(number) + "/close", Map.of()), "#" + number + " is closed.");
  }

  @Command(description = "Opens a closed one again.")
  void reopen(@Parameters(paramLabel = NUMBER) int number) {
    tell(api().post(path(number) + "/reopen", Map.of()), "#" + number + " is open again.");
  }

  private void tell(JsonNode answer, String line) {
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(line);
    }
  }

  private String path() {
    return "/applications/" + encode(LocalGit.application(application)) + "/pull-requests";
  }

  private String path(int number) {
    return path() + "/" + number;
  }
}
