package dev.samdan.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan token}: tokens for git, the registry and the API. */
@Command(name = "token", description = "Tokens: create, list, revoke.")
public final class TokenCommand extends Verb {
  @Command(description = "Creates a token; it is shown once.")
  void create(@Parameters(paramLabel = "NAME", description = "What it is for.") String name) {
    JsonNode answer = api().post("/tokens", Map.of("name", name));
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(text(answer, "token"));
    }
  }

  @Command(description = "Lists the tokens.")
  void list() {
    JsonNode answer = api().get("/tokens");
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    answer
        .path("tokens")
        .forEach(t ->
            rows.add(
                List.of(
                    text(t, "id"),
                    text(t, "name"),
                    text(t, "user"),
                    text(t, "createdAt"),
                    text(t, "lastUsedAt"))));
    table(List.of("ID", "NAME", "USER", "CREATED", "LAST USED"), rows);
  }

  @Command(description = "Revokes a token at once.")
  void revoke(@Parameters(paramLabel = "ID") String id) {
    JsonNode answer = api().delete("/tokens/" + encode(id));
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println("The token " + id + " is revoked.");
    }
  }
}
