package dev.samdan.cli;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.build.BuildPhase;
import dev.samdan.build.BuildResult;
import dev.samdan.build.LocalBuild;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code samdan build DIR}: one build of a folder here, without a server. */
@Command(
    name = "build",
    description = "Runs the buildspec of a folder here, without a server; the log is on stderr.")
public final class BuildCommand extends Verb implements Callable<Integer> {
  @Parameters(paramLabel = "DIR", description = "The folder to build, in which commands begin.")
  Path folder = Path.of("");

  @Option(
      names = "--buildspec",
      paramLabel = "FILE",
      defaultValue = "buildspec.yml",
      description = "The buildspec, by its path in DIR (default: buildspec.yml).")
  String buildspec = "buildspec.yml";

  @Option(
      names = "--artifacts",
      paramLabel = "OUT",
      description = "Where artifacts are put, secondary ones in OUT/<id>/ (default: nowhere).")
  @Nullable Path artifacts;

  @Option(
      names = "--env",
      paramLabel = "NAME=VALUE",
      description = "A variable, over the buildspec's own; may be given again.")
  Map<String, String> environment = new LinkedHashMap<>();

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "Run the commands in a container of this image (default: on this machine).")
  @Nullable String image;

  @Override
  public Integer call() throws InterruptedException {
    if (!Files.isDirectory(folder)) {
      throw PlatformException.notFound(
          folder + " is not a folder: name the one that holds " + buildspec);
    }
    LocalBuild.Outcome outcome;
    try {
      outcome =
          LocalBuild.run(folder, buildspec, artifacts, environment, image, System.err::println);
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE, folder + " cannot be built: " + e.getMessage(), e);
    }
    BuildResult result = outcome.result();
    if (wantsJson()) {
      print(Json.mapper().valueToTree(document(outcome)));
    } else {
      tell(outcome);
    }
    if (!result.succeeded()) {
      System.err.println("samdan: the build ended " + result.status() + why(result));
    }
    return result.succeeded() ? 0 : 1;
  }

  private void tell(LocalBuild.Outcome outcome) {
    System.out.println(outcome.result().status());
    Path out = artifacts;
    if (out != null) {
      outcome.artifacts().forEach(path -> System.out.println(out.resolve(path)));
    }
    new TreeMap<>(outcome.result().exportedVariables())
        .forEach((name, value) -> System.out.println(name + "=" + value));
  }

  private static String why(BuildResult result) {
    return result.message().isEmpty() ? "" : ": " + result.message();
  }

  private static Map<String, Object> document(LocalBuild.Outcome outcome) {
    BuildResult result = outcome.result();
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("status", result.status());
    document.put("message", result.message());
    document.put("phases", result.phases().stream().map(BuildCommand::phase).toList());
    document.put("artifacts", outcome.artifacts());
    document.put("exportedVariables", new TreeMap<>(result.exportedVariables()));
    return document;
  }

  private static Map<String, Object> phase(BuildPhase phase) {
    return Map.of("name", phase.name(), "status", phase.status(), "message", phase.message());
  }
}
