package dev.samdan.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan reject}: says no to what waits in a pipeline. */
@Command(name = "reject", description = "Rejects what waits in a pipeline; nothing is changed.")
public final class RejectCommand extends Verb implements Runnable {
  @Parameters(paramLabel = "PIPELINE")
  String pipeline = "";

  @Option(names = "--comment", defaultValue = "", description = "Why; the room is told.")
  String comment = "";

  @Override
  public void run() {
    JsonNode answer =
        api().post("/pipelines/" + encode(pipeline) + "/reject", Map.of("comment", comment));
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(pipeline + " was rejected. Nothing was changed.");
    }
  }
}
