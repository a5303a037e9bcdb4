package dev.samdan.source;

import dev.samdan.application.ApiTier;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.ApplicationFile;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.application.EnvironmentDeclaration;
import dev.samdan.application.Tier;
import dev.samdan.base.PlatformException;
import dev.samdan.base.Problem;
import dev.samdan.pipeline.PipelineDeclaration;
import dev.samdan.pipeline.PipelineJson;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a commit declares.
 *
 * @param text its samdan.yml
 * @param replaced pipelines that stand in {@code pipelines/<name>.json} instead of the derived
 *     ones, by name
 */
record Declared(
    ApplicationDeclaration declaration, String text, Map<String, PipelineDeclaration> replaced) {

  /**
   * Reads the files of a commit; INVALID with all their problems, {@code file:line:column: message}
   * a line each.
   */
  static Declared read(Source source, String application, String commit) {
    String text =
        source
            .readFile(application, commit, ApplicationFile.NAME)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .orElseThrow(() ->
                PlatformException.invalid(
                    "samdan.yml: the repository has none at its root; 'samdan init' writes one"));
    ApplicationFile.Parsed parsed = ApplicationFile.parseFor(application, text);
    ApplicationDeclaration declaration = parsed.declaration();
    if (declaration == null) {
      throw PlatformException.invalid(parsed.errors());
    }
    return new Declared(declaration, text, replacements(source, declaration, commit));
  }

  private static Map<String, PipelineDeclaration> replacements(
      Source source, ApplicationDeclaration declaration, String commit) {
    Map<String, PipelineDeclaration> replaced = new HashMap<>();
    StringBuilder errors = new StringBuilder();
    for (String name : DerivedPipelines.names(declaration)) {
      String file = "pipelines/" + name + ".json";
      source
          .readFile(declaration.name(), commit, file)
          .map(bytes -> PipelineJson.parse(file, new String(bytes, StandardCharsets.UTF_8)))
          .ifPresent(parsed -> {
            PipelineDeclaration pipeline = parsed.declaration();
            if (pipeline == null) {
              errors.append(
                  parsed.problems().stream()
                      .filter(Problem::isError)
                      .map(p ->
                          p.file() + ":" + p.line() + ":" + p.column() + ": " + p.message() + "\n")
                      .collect(Collectors.joining()));
            } else if (!pipeline.name().equals(name)) {
              errors.append(
                  file
                      + ": the pipeline is named "
                      + pipeline.name()
                      + "; it must be "
                      + name
                      + "\n");
            } else {
              replaced.put(name, pipeline);
            }
          });
    }
    if (!errors.isEmpty()) {
      throw PlatformException.invalid(errors.toString().stripTrailing());
    }
    return replaced;
  }

  PipelineDeclaration pipeline(EnvironmentDeclaration environment, Tier tier) {
    PipelineDeclaration own =
        replaced.get(DerivedPipelines.name(declaration.name(), environment.name(), tier));
    return own == null ? DerivedPipelines.of(declaration, environment, tier) : own;
  }

  PipelineDeclaration basePipeline(ApiTier.BaseImage base, String branch) {
    PipelineDeclaration own = replaced.get(DerivedPipelines.baseName(declaration.name()));
    return own == null ? DerivedPipelines.base(declaration, base, branch) : own;
  }
}
