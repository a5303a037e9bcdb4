package dev.samdan.cli;

import dev.samdan.base.Json;
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

/** {@code samdan branch}: branches under the branch strategy. */
@Command(name = "branch", description = "Branches: list, start, check, hook.")
public final class BranchCommand extends Verb {
  private static final int MOST_COMMITS = 10_000;

  @Option(
      names = "--app",
      scope = ScopeType.INHERIT,
      paramLabel = "NAME",
      description = "The application (default: the one this clone's remote belongs to).")
  @Nullable String application;

  @Command(description = "Lists every branch with its kind, base, distance and state.")
  void list() {
    JsonNode answer = api().get(path());
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode branch : answer.path("branches")) {
      JsonNode problem = branch.path("problems").path(0);
      rows.add(
          List.of(
              text(branch, "name"),
              text(branch, "kind"),
              text(branch, "base"),
              "+" + text(branch, "ahead") + " -" + text(branch, "behind"),
              brief(text(branch, "commit")),
              text(branch, "author"),
              problem.isMissingNode() ? "ok" : text(problem, "message")));
    }
    table(List.of("BRANCH", "KIND", "BASE", "DISTANCE", "COMMIT", "AUTHOR", "STATE"), rows);
  }

  @Command(description = "Makes a branch from the right base, and says what comes next.")
  void start(
      @Parameters(
              paramLabel = "KIND",
              description = "feature, bugfix, refactor, docs, test, conf, hotfix.")
          String kind,
      @Parameters(
              paramLabel = "SUMMARY",
              arity = "0..1",
              description = "What it is about; of a hotfix its version (default: the next).")
          @Nullable String summary) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("kind", kind);
    if (summary != null) {
      body.put("summary", summary);
    }
    JsonNode started = api().post(path(), body);
    if (wantsJson()) {
      print(started);
      return;
    }
    String name = text(started, "name");
    System.out.println(
        name
            + " is made from "
            + text(started, "base")
            + " at "
            + brief(text(started, "commit"))
            + ".");
    System.out.println("Next:");
    System.out.println("  git fetch origin");
    System.out.println("  git switch " + name);
    System.out.println(
        "  …commit, then: git push   (it goes into " + text(started, "target") + ")");
  }

  @Command(description = "Tells whether a push of a branch of this clone would be taken.")
  void check(
      @Parameters(
              paramLabel = "BRANCH",
              arity = "0..1",
              description = "Default: the one that is checked out.")
          @Nullable String branch,
      @Option(
              names = "--at",
              paramLabel = "COMMIT",
              description = "What is pushed to it (default: the branch of this clone).")
          @Nullable String at) {
    String name = branch == null ? LocalGit.branch() : branch;
    JsonNode answer =
        api()
            .post(
                path() + "/check",
                Map.of(
                    "name",
                    name,
                    "commits",
                    LocalGit.history(at == null ? name : at, MOST_COMMITS)));
    JsonNode problems = answer.path("problems");
    if (wantsJson()) {
      print(answer);
    } else if (problems.isEmpty()) {
      System.out.println(name + " (" + text(answer, "kind") + ") would be taken.");
    }
    if (!problems.isEmpty()) {
      StringBuilder message = new StringBuilder();
      for (JsonNode problem : problems) {
        message.append(message.isEmpty() ? "" : "\n").append(text(problem, "message"));
        problem.path("commands").forEach(c -> message.append("\n    ").append(c.asString("")));
      }
      throw PlatformException.invalid(message.toString());
    }
  }

  @Command(description = "Installs a pre-push hook in this clone that asks before every push.")
  void hook() {
    String file = PrePushHook.install(application == null ? "" : application).toString();
    if (wantsJson()) {
      print(Json.tree(Json.write(Map.of("file", file))));
    } else {
      System.out.println(file + " asks 'samdan branch check' before every push.");
    }
  }

  private String path() {
    return "/applications/" + encode(LocalGit.application(application)) + "/branches";
  }
}
