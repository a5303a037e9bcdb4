package dev.samdan.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code samdan token}: tokens for git, the registry and the API. */
@Command(name = "token", description = "Tokens and access keys: create, list, revoke.")
public final class TokenCommand extends Verb {
  @Command(description = "Creates a token, or with --aws an access key; it is shown once.")
  void create(
      @Parameters(
              paramLabel = "NAME",
              arity = "0..1",
              defaultValue = "cli",
              description = "What it is for.")
          String name,
      @Option(
              names = "--aws",
              description = "An access key for the aws command, AWS's SDKs and scripts.")
          boolean aws,
      @Option(names = "--app", paramLabel = "APP", description = "For this application only.")
          @Nullable String application,
      @Option(
              names = "--right",
              paramLabel = "RIGHT",
              description =
                  "Limited to read, push, merge, deploy, approve, maintain or admin; may be given"
                      + " more than once.")
          @Nullable List<String> rights,
      @Option(names = "--registry", description = "For the image registry only.") boolean registry,
      @Option(names = "--days", paramLabel = "N", description = "It expires after so many days.")
          @Nullable Integer days) {
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("application", application);
    body.put("rights", rights);
    body.put("registryOnly", registry);
    body.put("expiresInDays", days);
    JsonNode answer = api().post(aws ? "/access-keys" : "/tokens", body);
    if (wantsJson() || aws) {
      print(answer);
    } else {
      System.out.println(text(answer, "token"));
    }
  }

  @Command(description = "Lists the tokens and access keys.")
  void list() {
    JsonNode answer = api().get("/tokens");
    JsonNode keys = api().get("/access-keys").path("accessKeys");
    if (wantsJson()) {
      ((ObjectNode) answer).set("accessKeys", keys);
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    answer.path("tokens").forEach(t -> rows.add(row(t)));
    keys.forEach(k -> rows.add(row(k)));
    table(List.of("ID", "NAME", "MAY", "CREATED", "EXPIRES", "LAST USED"), rows);
  }

  private static List<String> row(JsonNode one) {
    return List.of(
        text(one, "id"),
        text(one, "name"),
        scope(one),
        text(one, "createdAt"),
        text(one, "expiresAt"),
        text(one, "lastUsedAt"));
  }

  /** {@code read, push in sample}. */
  private static String scope(JsonNode one) {
    List<String> rights = new ArrayList<>();
    one.path("rights").forEach(right -> rights.add(right.asString("")));
    return (rights.isEmpty() ? "all that you may" : String.join(", ", rights))
        + (one.hasNonNull("application") ? " in " + text(one, "application") : "")
        + (one.path("registryOnly").asBoolean(false) ? ", registry only" : "");
  }

  @Command(description = "Revokes a token or an access key at once.")
  void revoke(@Parameters(paramLabel = "ID") String id) {
    boolean key = id.startsWith("AKIA");
    JsonNode answer = api().delete((key ? "/access-keys/" : "/tokens/") + encode(id));
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(id + " is revoked.");
    }
  }
}
