package dev.samdan.preflight;

import dev.samdan.application.ApiTier;
import dev.samdan.base.Spelling;
import dev.samdan.preflight.Findings.Place;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A tier's appspec and task definition: there, well formed, and of one mind about the container.
 */
final class TaskChecks {
  private static final Pattern PLACEHOLDER = Pattern.compile("<([A-Za-z][A-Za-z0-9_-]*)>");
  private final Tree tree;
  private final Findings findings;
  private final SamdanYml samdan;
  private final ApiTier api;

  TaskChecks(Tree tree, Findings findings, SamdanYml samdan, ApiTier api) {
    this.tree = tree;
    this.findings = findings;
    this.samdan = samdan;
    this.api = api;
  }

  /**
   * @param images the placeholders for which a pipeline puts an image, such as {@code IMAGE1_NAME}
   */
  void check(Set<String> images) {
    String taskdef = file("taskdef", api.taskdef(), List.of("taskdef.json"), Kind.TASKDEF);
    String appspec =
        file("appspec", api.appspec(), List.of("appspec.yaml", "appspec.yml"), Kind.APPSPEC);
    List<TaskFile.Container> containers =
        taskdef == null ? List.of() : TaskFile.containers(taskdef, tree.text(taskdef).orElse(""));
    containers.forEach(container -> image(container, images));
    if (!containers.isEmpty()
        && containers.stream().noneMatch(c -> PLACEHOLDER.matcher(c.image().text()).find())) {
      TaskFile.Container first = containers.getFirst();
      findings.warning(
          first.image().at(),
          "no container takes the image that is built; write <"
              + images.iterator().next()
              + "> for it",
          "빌드한 이미지를 쓰는 컨테이너가 없습니다. 이미지 자리에 <" + images.iterator().next() + "> 를 쓰세요");
    }
    Optional<TaskFile.Balanced> balanced =
        appspec == null
            ? Optional.empty()
            : TaskFile.balanced(appspec, tree.text(appspec).orElse(""));
    if (balanced.isPresent() && taskdef != null && !containers.isEmpty()) {
      agree(balanced.get(), taskdef, containers);
    } else if (containers.size() == 1) {
      port(containers.getFirst());
    }
  }

  /** The file's path where there is one; what samdan.yml names must be there. */
  private @Nullable String file(String key, @Nullable String named, List<String> usual, Kind kind) {
    List<String> names = named == null ? usual : List.of(named);
    for (String name : names) {
      for (String path : List.of(Tree.join(api.source(), name), name)) {
        Optional<String> text = tree.text(path);
        if (text.isPresent()) {
          findings.addAll(Validation.problems(kind, path, text.get()));
          return path;
        }
      }
    }
    if (named != null) {
      findings.missing(
          samdan.at("tiers", "api", key),
          "tiers.api." + key,
          Tree.join(api.source(), named),
          tree.near(api.source(), named));
    }
    return null;
  }

  private void image(TaskFile.Container container, Set<String> images) {
    Matcher placeholder = PLACEHOLDER.matcher(container.image().text());
    while (placeholder.find()) {
      if (!images.contains(placeholder.group(1))) {
        String wanted = "<" + String.join("> / <", images) + ">";
        findings.error(
            container.image().at(),
            "nothing puts an image for "
                + placeholder.group()
                + "; write "
                + wanted
                + ", or name it as Image1ContainerName in pipelines/<name>.json",
            placeholder.group()
                + " 자리에 이미지를 넣는 것이 없습니다. "
                + wanted
                + " 로 쓰거나 pipelines/<이름>.json의 Image1ContainerName으로 정하세요");
      }
    }
  }

  private void agree(
      TaskFile.Balanced balanced, String taskdef, List<TaskFile.Container> containers) {
    String name = balanced.name().text();
    Set<String> names = containers.stream().map(c -> c.name().text()).collect(Collectors.toSet());
    if (name.isEmpty() || Templates.isPlaceholder(name)) {
      return;
    }
    Optional<TaskFile.Container> found =
        containers.stream().filter(c -> c.name().text().equals(name)).findFirst();
    if (found.isEmpty()) {
      String near = Spelling.near(name, names).map(n -> "; is it " + n + "?").orElse("");
      findings.error(
          balanced.name().at(),
          "ContainerName: "
              + name
              + " is no container of "
              + taskdef
              + ", which has "
              + String.join(", ", names)
              + near,
          "ContainerName: "
              + taskdef
              + "에 "
              + name
              + " 컨테이너가 없습니다. 있는 컨테이너: "
              + String.join(", ", names));
      return;
    }
    TaskFile.Container container = found.get();
    TaskFile.Value port = balanced.port();
    List<String> ports = container.ports().stream().map(TaskFile.Value::text).toList();
    if (port.text().matches("\\d+") && !ports.isEmpty() && !ports.contains(port.text())) {
      findings.error(
          port.at(),
          "ContainerPort: "
              + port.text()
              + " is no containerPort of "
              + name
              + " in "
              + taskdef
              + ":"
              + container.ports().getFirst().at().line()
              + ", which maps "
              + String.join(", ", ports),
          "ContainerPort: "
              + taskdef
              + ":"
              + container.ports().getFirst().at().line()
              + "의 "
              + name
              + " 컨테이너에는 "
              + port.text()
              + " 포트가 없습니다. 있는 포트: "
              + String.join(", ", ports));
    }
    port(container);
  }

  /** samdan.yml's own port, where it names one, and the task definition's. */
  private void port(TaskFile.Container container) {
    String port = Integer.toString(api.port());
    List<String> ports = container.ports().stream().map(TaskFile.Value::text).toList();
    if (samdan.says("tiers", "api", "port")
        && ports.stream().allMatch(p -> p.matches("\\d+"))
        && !ports.isEmpty()
        && !ports.contains(port)) {
      Place mapped = container.ports().getFirst().at();
      findings.warning(
          samdan.at("tiers", "api", "port"),
          "tiers.api.port: "
              + port
              + ", but "
              + mapped.file()
              + ":"
              + mapped.line()
              + " maps "
              + String.join(", ", ports)
              + "; the task definition counts",
          "tiers.api.port: "
              + port
              + " 이지만 "
              + mapped.file()
              + ":"
              + mapped.line()
              + "은(는) "
              + String.join(", ", ports)
              + " 포트를 씁니다. 태스크 정의가 적용됩니다");
    }
  }
}
