package dev.samdan.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan db}: the databases of the environments. */
@Command(name = "db", description = "Databases: url.")
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
}
