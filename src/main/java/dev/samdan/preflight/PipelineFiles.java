package dev.samdan.preflight;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.DerivedPipelines;
import dev.samdan.base.Spelling;
import dev.samdan.pipeline.ActionDeclaration;
import dev.samdan.pipeline.PipelineDeclaration;
import dev.samdan.pipeline.PipelineJson;
import dev.samdan.preflight.Findings.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The pipelines that stand in {@code pipelines/}: those that replace no derived one, and what the
 * others say of the image.
 *
 * @param images the placeholders for which a deployment puts an image
 */
record PipelineFiles(Set<String> images) {
  private static final String FOLDER = "pipelines";
  private static final String DERIVED = "IMAGE1_NAME";

  static PipelineFiles read(Tree tree, Findings findings, ApplicationDeclaration declaration) {
    List<String> names = DerivedPipelines.names(declaration);
    List<PipelineDeclaration> read = new ArrayList<>();
    for (String path : tree.below(FOLDER)) {
      if (!path.endsWith(".json") || path.contains("/")) {
        continue;
      }
      String file = FOLDER + "/" + path;
      String name = path.substring(0, path.length() - ".json".length());
      if (!names.contains(name)) {
        unknown(findings, file, name, names);
        continue;
      }
      tree.text(file)
          .ifPresent(text -> {
            PipelineJson.Parsed parsed = PipelineJson.parse(file, text);
            findings.addAll(parsed.problems());
            PipelineDeclaration pipeline = parsed.declaration();
            if (pipeline != null) {
              read.add(pipeline);
            }
          });
    }
    Set<String> images = new TreeSet<>();
    if (read.size() < names.size()) {
      images.add(DERIVED);
    }
    read.stream()
        .flatMap(pipeline -> pipeline.stages().stream())
        .flatMap(stage -> stage.actions().stream())
        .forEach(action -> images.addAll(images(action)));
    return new PipelineFiles(images.isEmpty() ? Set.of(DERIVED) : images);
  }

  private static List<String> images(ActionDeclaration action) {
    List<String> images = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      String name = action.configuration().get("Image" + i + "ContainerName");
      if (name != null) {
        images.add(name);
      }
    }
    return images;
  }

  private static void unknown(Findings findings, String file, String name, List<String> names) {
    String near = Spelling.near(name, names).orElse("");
    String all = String.join(", ", names);
    findings.warning(
        new Place(file, 0, 0),
        "no pipeline of samdan.yml has the name "
            + name
            + ", so this file replaces none; "
            + (near.isEmpty() ? "there are " + all : "is it " + near + ".json?"),
        "samdan.yml에서 나오는 파이프라인 중에 "
            + name
            + " 이(가) 없어 이 파일은 쓰이지 않습니다. "
            + (near.isEmpty() ? "있는 파이프라인: " + all : near + ".json 아닌가요?"));
  }
}
