package dev.samdan.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/** {@code samdan release}: all of the integration branch into production. */
@Command(
    name = "release",
    description = "Shows what dev has that production has not, and merges it into main.")
public final class ReleaseCommand extends Verb implements Callable<Integer> {
  @Option(
      names = "--app",
      paramLabel = "NAME",
      description = "The application (default: the one this clone's remote belongs to).")
  @Nullable String application;

  @Option(names = "--show", description = "Only show what is in it.")
  boolean show;

  @Option(
      names = "--override",
      paramLabel = "REASON",
      description = "Release a commit that was not delivered and tested in dev; recorded.")
  @Nullable String override;

  @Override
  public Integer call() {
    String path = "/applications/" + encode(LocalGit.application(application)) + "/release";
    JsonNode contents = api().get(path);
    if (!wantsJson()) {
      tell(contents);
    } else if (show) {
      print(contents);
    }
    if (show) {
      return 0;
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("override", override);
    JsonNode merged = api().post(path, body);
    if (wantsJson()) {
      print(merged);
    } else {
      System.out.println();
      System.out.println(
          "#"
              + text(merged, "number")
              + " is merged into "
              + text(merged, "target")
              + " at "
              + brief(text(merged, "commit"))
              + ". Next: samdan execution list");
    }
    return 0;
  }

  private static void tell(JsonNode contents) {
    System.out.println(
        text(contents, "source")
            + " at "
            + brief(text(contents, "head"))
            + " brings "
            + text(contents, "commitCount")
            + " commits to "
            + text(contents, "target")
            + ":");
    for (JsonNode pull : contents.path("pullRequests")) {
      System.out.println(
          "  #"
              + text(pull, "number")
              + " "
              + text(pull, "title")
              + " ("
              + text(pull, "author")
              + ")");
    }
    int shown = 0;
    for (JsonNode commit : contents.path("commits")) {
      if (shown++ < 20) {
        System.out.println(
            "  "
                + brief(text(commit, "id"))
                + " "
                + text(commit, "message").lines().findFirst().orElse(""));
      }
    }
    JsonNode brings = contents.path("brings");
    for (Map.Entry<String, String> line :
        List.of(
            Map.entry("Tiers", "tiers"),
            Map.entry("Migrations", "migrations"),
            Map.entry("Base image", "baseImage"),
            Map.entry("Then", "pipelines"))) {
      String text = PrText.join(brings.path(line.getValue()));
      System.out.println(line.getKey() + ": " + (text.isEmpty() ? "unchanged" : text));
    }
    JsonNode delivered = contents.path("delivered");
    System.out.println(
        text(delivered, "title")
            + ": "
            + text(delivered, "state")
            + " "
            + text(delivered, "summary"));
    delivered.path("details").forEach(line -> System.out.println("  " + line.asString("")));
  }
}
