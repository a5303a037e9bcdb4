package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan db}: the databases of the environments. */
@Command(name = "db", description = "Databases: url, snapshot, snapshots, restore, forget.")
public final class DbCommand extends Verb {
  @Command(
      description = "Prints the connection URL of an environment's database, with its password.")
  void url(
      @Parameters(paramLabel = "APP") String application,
      @Parameters(paramLabel = "ENV") String environment) {
    JsonNode answer =
        api()
            .get(
                "/applications/"
                    + encode(application)
                    + "/environments/"
                    + encode(environment)
                    + "/database");
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(text(answer, "url"));
    }
  }

  @Command(
      description =
          "Copies an environment's database. Its connections are ended for that moment; new ones"
              + " wait until it is over.")
  void snapshot(
      @Parameters(paramLabel = "APP") String application,
      @Parameters(paramLabel = "ENV") String environment) {
    JsonNode answer = api().post(path(application, environment), Map.of());
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(text(answer, "id"));
    }
  }

  @Command(description = "Lists the copies of an environment's database, newest first.")
  void snapshots(
      @Parameters(paramLabel = "APP") String application,
      @Parameters(paramLabel = "ENV") String environment) {
    JsonNode answer = api().get(path(application, environment));
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode s : answer.path("snapshots")) {
      rows.add(
          List.of(
              text(s, "id"),
              text(s, "reason"),
              text(s, "sizeBytes"),
              text(s, "takenBy"),
              text(s, "takenAt")));
    }
    table(List.of("SNAPSHOT", "BECAUSE", "BYTES", "BY", "TAKEN"), rows);
  }

  @Command(
      description =
          "Puts a copy in the database's place: the newest, or the one that is named. What was"
              + " there becomes a copy.")
  void restore(
      @Parameters(paramLabel = "APP") String application,
      @Parameters(paramLabel = "ENV") String environment,
      @Parameters(paramLabel = "SNAPSHOT", arity = "0..1") @Nullable String snapshot) {
    String address = path(application, environment);
    String id = snapshot;
    if (id == null) {
      JsonNode all = api().get(address).path("snapshots");
      if (all.isEmpty()) {
        throw new PlatformException(
            PlatformException.Code.NOT_FOUND,
            environment
                + " of "
                + application
                + " has no snapshot: samdan db snapshot "
                + application
                + " "
                + environment
                + " takes one");
      }
      id = text(all.get(0), "id");
    }
    JsonNode answer = api().post(address + "/" + encode(id) + "/restore", Map.of());
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(
          environment + " has the data of " + id + "; what it had before is " + text(answer, "id"));
    }
  }

  @Command(description = "Deletes a copy.")
  void forget(
      @Parameters(paramLabel = "APP") String application,
      @Parameters(paramLabel = "ENV") String environment,
      @Parameters(paramLabel = "SNAPSHOT") String snapshot) {
    JsonNode answer = api().delete(path(application, environment) + "/" + encode(snapshot));
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(snapshot + " is deleted");
    }
  }

  private static String path(String application, String environment) {
    return "/applications/"
        + encode(application)
        + "/environments/"
        + encode(environment)
        + "/database/snapshots";
  }
}
