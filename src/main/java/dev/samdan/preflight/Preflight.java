package dev.samdan.preflight;

import dev.samdan.application.ApiTier;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.ApplicationFile;
import dev.samdan.application.WebTier;
import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Checks files one by one and against each other; reads only what it is given and runs nothing. */
public final class Preflight {
  private Preflight() {}

  /**
   * A file that was checked.
   *
   * @param kind null where nothing tells it, which is then among the problems
   * @param problems in the file's order, each with a line and a column
   */
  public record Checked(String file, @Nullable Kind kind, List<Problem> problems) {
    public Checked {
      problems = List.copyOf(problems);
    }
  }

  /** Checks one file by itself, as what its name or else its content says that it is. */
  public static Checked validate(String file, String text) {
    return Validation.check(file, text);
  }

  /**
   * Checks that the files of an application's repository agree: what samdan.yml, buildspecs,
   * Dockerfiles, appspec, task definition and pipelines say of each other and of the tree. An error
   * stands for a delivery that cannot succeed, a warning for one that may not. Costs a few reads
   * and time in proportion to the number of paths.
   *
   * @param file a file's content, empty where there is none
   * @param paths of all files, {@code /} between the segments
   * @param language {@code ko} for Korean, all else English; what a reader says stays English
   * @return nothing where samdan.yml is missing or not valid, of which others tell
   */
  public static List<Problem> check(
      Function<String, Optional<byte[]>> file,
      Collection<String> paths,
      @Nullable String language) {
    Tree tree = new Tree(file, paths);
    Findings findings = new Findings("ko".equals(language));
    Optional<String> text = tree.text(ApplicationFile.NAME);
    if (text.isEmpty()) {
      return List.of();
    }
    ApplicationDeclaration declaration =
        ApplicationFile.parse(ApplicationFile.NAME, text.get()).declaration();
    if (declaration == null
        || !(Yaml.parse(ApplicationFile.NAME, text.get()).root() instanceof Yaml.Fields root)) {
      return List.of();
    }
    SamdanYml samdan = new SamdanYml(ApplicationFile.NAME, root);
    PipelineFiles pipelines = PipelineFiles.read(tree, findings, declaration);
    ApiTier api = declaration.api();
    if (api != null
        && api.repository() == null
        && folder(tree, findings, samdan, "api", api.source())) {
      new ApiChecks(tree, findings, samdan, declaration, api).check(pipelines.images());
    }
    WebTier web = declaration.web();
    if (web != null
        && web.repository() == null
        && folder(tree, findings, samdan, "web", web.source())) {
      Optional<Handed> _ =
          new BuildspecChecks(tree, findings)
              .check(
                  samdan.at("tiers", "web", "build"),
                  "tiers.web.build",
                  web.source(),
                  web.build().buildspec());
    }
    return findings.all().stream()
        .sorted(
            Comparator.comparing(Problem::file)
                .thenComparingInt(Problem::line)
                .thenComparingInt(Problem::column))
        .toList();
  }

  private static boolean folder(
      Tree tree, Findings findings, SamdanYml samdan, String tier, String source) {
    if (tree.hasFolder(source)) {
      return true;
    }
    findings.error(
        samdan.at("tiers", tier, "source"),
        "tiers." + tier + ".source: there is no folder " + source + "; commit it, or name another",
        "tiers." + tier + ".source: " + source + " 폴더가 없습니다. 커밋하거나 다른 폴더를 쓰세요");
    return false;
  }
}
