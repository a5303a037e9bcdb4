package dev.samdan.preflight;

import dev.samdan.application.ApiTier;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.BuildDeclaration;
import dev.samdan.application.DataTier;
import dev.samdan.application.JobDeclaration;
import dev.samdan.base.Glob;
import dev.samdan.image.DockerfileReader;
import dev.samdan.preflight.Findings.Place;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The application tier's files against each other. */
final class ApiChecks {
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{?([A-Za-z_][A-Za-z0-9_]*)");
  private static final Pattern SCRIPT = Pattern.compile("[\\w./-]+\\.(sh|py|sql|rb|pl|js)");

  private final Tree tree;
  private final Findings findings;
  private final SamdanYml samdan;
  private final ApplicationDeclaration declaration;
  private final ApiTier api;

  ApiChecks(
      Tree tree,
      Findings findings,
      SamdanYml samdan,
      ApplicationDeclaration declaration,
      ApiTier api) {
    this.tree = tree;
    this.findings = findings;
    this.samdan = samdan;
    this.declaration = declaration;
    this.api = api;
  }

  /**
   * @param images the placeholders for which a pipeline puts an image
   */
  void check(Set<String> images) {
    BuildspecChecks buildspecs = new BuildspecChecks(tree, findings);
    Optional<Handed> handed =
        buildspecs.check(
            samdan.at("tiers", "api", "build"),
            "tiers.api.build",
            api.source(),
            api.build().buildspec());
    BuildDeclaration tests = api.tests();
    if (tests != null) {
      buildspecs.check(
          samdan.at("tiers", "api", "tests"), "tiers.api.tests", api.source(), tests.buildspec());
    }
    ImageChecks dockerfiles = new ImageChecks(tree, findings, api.source());
    base(dockerfiles);
    Optional<DockerfileReader.Read> image =
        handed.flatMap(h ->
            dockerfiles.check(
                samdan.at("tiers", "api", "dockerfile"),
                "tiers.api.dockerfile",
                api.dockerfile(),
                h));
    image.ifPresent(this::from);
    image.ifPresent(this::exposed);
    scripts(dockerfiles, image.isPresent());
    new TaskChecks(tree, findings, samdan, api).check(images);
  }

  private void base(ImageChecks dockerfiles) {
    ApiTier.BaseImage base = api.base();
    if (base == null) {
      return;
    }
    Place at = samdan.at("tiers", "api", "base", "dockerfile");
    Handed folder = new Handed(null, at, "");
    dockerfiles
        .check(at, "tiers.api.base.dockerfile", base.dockerfile(), folder)
        .ifPresent(read -> {});
    for (String glob : base.rebuildOn()) {
      if (!tree.anyBelow(api.source(), Glob.parse(glob))) {
        String near = tree.near(api.source(), glob).orElse("");
        findings.warning(
            samdan.at("tiers", "api", "base", "rebuild-on"),
            "tiers.api.base.rebuild-on: no file matches "
                + Tree.join(api.source(), glob)
                + (near.isEmpty()
                    ? ", so no change of it builds the base image again"
                    : "; is it " + near + "?"),
            "tiers.api.base.rebuild-on: "
                + Tree.join(api.source(), glob)
                + " 에 맞는 파일이 없습니다"
                + (near.isEmpty() ? ". 바뀌어도 베이스 이미지를 다시 만들지 않습니다" : ". " + near + " 아닌가요?"));
      }
    }
  }

  /** What FROM takes from variables must have a value. */
  private void from(DockerfileReader.Read image) {
    for (DockerfileReader.Place from : image.from()) {
      Matcher variable = VARIABLE.matcher(from.text());
      while (variable.find()) {
        String name = variable.group(1);
        boolean given = image.defaults().contains(name) || from.text().contains(name + ":-");
        if (given || (name.equals("BASE_IMAGE") && api.base() != null)) {
          continue;
        }
        Place at = new Place(Tree.join(api.source(), api.dockerfile()), from.line(), from.column());
        if (name.equals("BASE_IMAGE")) {
          findings.error(
              at,
              "FROM "
                  + from.text()
                  + ": samdan.yml declares no base image; add tiers.api.base: {dockerfile: …}",
              "FROM "
                  + from.text()
                  + ": samdan.yml에 베이스 이미지가 없습니다. tiers.api.base: {dockerfile: …} 를 넣으세요");
        } else {
          findings.warning(
              at,
              "FROM "
                  + from.text()
                  + ": "
                  + name
                  + " has no default and nothing gives it a value; write ARG "
                  + name
                  + "=…, or BASE_IMAGE for the base image of samdan.yml",
              "FROM "
                  + from.text()
                  + ": "
                  + name
                  + "에 값을 주는 곳이 없습니다. ARG "
                  + name
                  + "=… 로 기본값을 쓰거나 samdan.yml의 베이스 이미지인 BASE_IMAGE를 쓰세요");
        }
      }
    }
  }

  private void exposed(DockerfileReader.Read image) {
    List<String> ports =
        image.exposed().stream().map(p -> p.text().replaceFirst("/.*", "")).toList();
    String port = Integer.toString(api.port());
    if (samdan.says("tiers", "api", "port")
        && !ports.isEmpty()
        && ports.stream().allMatch(p -> p.matches("\\d+"))
        && !ports.contains(port)) {
      DockerfileReader.Place first = image.exposed().getFirst();
      String where = Tree.join(api.source(), api.dockerfile()) + ":" + first.line();
      findings.warning(
          samdan.at("tiers", "api", "port"),
          "tiers.api.port: " + port + ", but " + where + " exposes " + String.join(", ", ports),
          "tiers.api.port: "
              + port
              + " 이지만 "
              + where
              + " 에서 여는 포트는 "
              + String.join(", ", ports)
              + " 입니다");
    }
  }

  /** Scripts that run in the image: in the repository, and copied into the image. */
  private void scripts(ImageChecks dockerfiles, boolean image) {
    DataTier data = declaration.data();
    if (data != null) {
      script(
          "tiers.data.migrate",
          data.migrate(),
          image ? dockerfiles : null,
          "tiers",
          "data",
          "migrate");
    }
    api.deployment()
        .hooks()
        .forEach((name, hook) -> {
          if (hook.address().isEmpty()) {
            script(
                "tiers.api.hooks." + name,
                hook.command(),
                image ? dockerfiles : null,
                "tiers",
                "api",
                "hooks",
                name);
          }
        });
    for (JobDeclaration job : declaration.jobs()) {
      script("jobs." + job.name(), job.command(), image ? dockerfiles : null, "jobs", job.name());
    }
  }

  /**
   * @param dockerfiles null where the image's Dockerfile could not be read
   */
  private void script(
      String key, List<String> command, @Nullable ImageChecks dockerfiles, String... at) {
    String folder = api.source() + "/";
    Matcher script = SCRIPT.matcher(String.join(" ", command));
    while (script.find()) {
      String name = Tree.name(script.group());
      List<String> found =
          tree.below(api.source()).stream().filter(p -> Tree.name(p).equals(name)).toList();
      if (found.isEmpty()) {
        findings.warning(
            samdan.at(at),
            key + ": there is no " + name + " in " + folder + "; commit it, or mend the name",
            key + ": " + folder + "에 " + name + " 이(가) 없습니다. 커밋하거나 이름을 고치세요");
      } else if (dockerfiles != null && found.stream().noneMatch(dockerfiles::copies)) {
        findings.warning(
            samdan.at(at),
            key
                + ": "
                + Tree.join(api.source(), found.getFirst())
                + " runs in the image, but "
                + api.dockerfile()
                + " does not copy it; add COPY "
                + found.getFirst()
                + " ./",
            key
                + ": "
                + Tree.join(api.source(), found.getFirst())
                + " 은(는) 이미지 안에서 실행되지만 "
                + api.dockerfile()
                + " 이(가) 복사하지 않습니다. COPY "
                + found.getFirst()
                + " ./ 를 넣으세요");
      }
    }
  }
}
