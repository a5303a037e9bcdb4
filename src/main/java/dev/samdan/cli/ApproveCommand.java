package dev.samdan.cli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan approve}: says yes to what waits in a pipeline. */
@Command(name = "approve", description = "Approves what waits in a pipeline.")
public final class ApproveCommand extends Verb implements Runnable {
  @Parameters(paramLabel = "PIPELINE")
  String pipeline = "";

  @Option(names = "--comment", defaultValue = "", description = "What the room is told with it.")
  String comment = "";

  @Override
  public void run() {
    JsonNode answer =
        api().post("/pipelines/" + encode(pipeline) + "/approve", Map.of("comment", comment));
    if (wantsJson()) {
      print(answer);
    } else {
      System.out.println(pipeline + " is approved and goes on.");
    }
  }
}
