package dev.samdan.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan site}: the client tiers that the edge serves. */
@Command(name = "site", description = "Sites: list, invalidate.")
public final class SiteCommand extends Verb {
  @Command(description = "Lists the sites that are served, with their releases.")
  void list() {
    JsonNode answer = api().get("/sites");
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode site : answer.path("sites")) {
      rows.add(
          List.of(
              text(site, "application"),
              text(site, "environment"),
              text(site, "host"),
              text(site, "release"),
              text(site, "since")));
    }
    table(List.of("APPLICATION", "ENVIRONMENT", "HOST", "RELEASE", "SINCE"), rows);
  }

  @Command(
      description =
          "Has the edge read a site's files anew. A new release needs none of this: it is switched"
              + " to at once.")
  void invalidate(
      @Parameters(paramLabel = "APP") String application,
      @Parameters(paramLabel = "ENV") String environment) {
    JsonNode answer =
        api()
            .post(
                "/applications/"
                    + encode(application)
                    + "/environments/"
                    + encode(environment)
                    + "/site/invalidate",
                Map.of());
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println("the edge reads the site of " + application + " " + environment + " anew");
    }
  }
}
