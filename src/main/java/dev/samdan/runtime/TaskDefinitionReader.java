package dev.samdan.runtime;

import dev.samdan.base.Json;
import dev.samdan.base.Problem;
import dev.samdan.base.Yaml;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Reads taskdef.json: the input of ECS RegisterTaskDefinition, also as describe-task-definition
 * gives it, with null for what is unset and with members that only describe. What one machine has
 * no use for is kept in {@link TaskDefinitionInput#raw()} and has no effect.
 */
public final class TaskDefinitionReader {
  private static final Pattern FAMILY = Pattern.compile("[A-Za-z0-9_-]{1,255}");
  private static final Pattern CPU =
      Pattern.compile("\\d{1,6}|\\d{1,3}(\\.\\d{1,3})?\\s?(?i:vcpu)");
  private static final Pattern MEMORY =
      Pattern.compile("\\d{1,7}|\\d{1,4}(\\.\\d{1,3})?\\s?(?i:gb)");
  private static final Set<String> KNOWN =
      Set.of(
          "family",
          "containerDefinitions",
          "cpu",
          "memory",
          "networkMode",
          "volumes",
          "requiresCompatibilities",
          "runtimePlatform");

  /** Only describe, or say what one machine does not have. */
  private static final Set<String> SILENT =
      Set.of(
          "taskDefinitionArn",
          "revision",
          "status",
          "requiresAttributes",
          "compatibilities",
          "registeredAt",
          "registeredBy",
          "deregisteredAt",
          "deleteRequestedAt",
          "tags",
          "executionRoleArn",
          "taskRoleArn",
          "placementConstraints",
          "pidMode",
          "ipcMode",
          "proxyConfiguration",
          "inferenceAccelerators",
          "ephemeralStorage",
          "enableFaultInjection");

  private TaskDefinitionReader() {}

  /** The definition, null where a problem is an error. */
  public record Result(@Nullable TaskDefinitionInput definition, List<Problem> problems) {
    /** The definition; INVALID with all errors at once where there are any. */
    public TaskDefinitionInput orThrow() {
      Problem.throwErrors(problems);
      return java.util.Objects.requireNonNull(definition);
    }
  }

  /** As a file of a repository, where the family may be left out. */
  public static Result read(String file, String text) {
    return read(file, text, "app");
  }

  /**
   * Reads a whole document and tells all its problems at once; never throws for what it holds.
   *
   * @param family where the document names none; null where it must
   */
  public static Result read(String file, String text, @Nullable String family) {
    List<Problem> problems = new ArrayList<>();
    String clean = text.startsWith("\uFEFF") ? text.substring(1) : text;
    TaskDefinitionInput definition = null;
    if (isJson(file, clean, problems)) {
      Yaml.Document document = Yaml.parse(file, clean);
      problems.addAll(document.problems());
      if (document.root() instanceof Yaml.Fields root) {
        JsonFields fields = new JsonFields(file, "", root, problems);
        definition = definition(fields, clean, family);
      } else if (problems.isEmpty()) {
        problems.add(Problem.error(file, 1, 1, "not a task definition: it must be a JSON object"));
      }
    }
    problems.sort(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column));
    boolean failed = problems.stream().anyMatch(Problem::isError);
    return new Result(failed ? null : definition, List.copyOf(problems));
  }

  private static boolean isJson(String file, String text, List<Problem> problems) {
    try {
      var _ = Json.mapper().readTree(text);
      return true;
    } catch (JacksonException e) {
      var at = e.getLocation();
      problems.add(
          Problem.error(
              file,
              at == null ? 0 : Math.max(0, at.getLineNr()),
              at == null ? 0 : Math.max(0, at.getColumnNr()),
              "not valid JSON: " + e.getOriginalMessage().lines().findFirst().orElse("")));
      return false;
    }
  }

  private static TaskDefinitionInput definition(
      JsonFields root, String raw, @Nullable String otherwise) {
    root.known(KNOWN, SILENT);
    String family = root.text("family");
    if (family == null && otherwise == null) {
      root.error("", "the family is missing");
    } else if (family != null && !FAMILY.matcher(family).matches()) {
      root.error("family", family + " is not 1 to 255 letters, digits, '-' or '_'");
    }
    String networkMode =
        root.word("networkMode", List.of("bridge", "host", "awsvpc", "none", "default"));
    List<Volume> volumes = volumes(root);
    List<ContainerDefinition> containers = new ArrayList<>();
    List<JsonFields> places = root.objects("containerDefinitions");
    for (JsonFields place : places) {
      containers.add(new ContainerReader(place, String.valueOf(networkMode)).read());
    }
    if (places.isEmpty()) {
      root.error("containerDefinitions", "has no container");
    }
    TaskDefinitionCheck.check(root, places, containers, volumes);
    return new TaskDefinitionInput(
        family != null ? family : String.valueOf(otherwise),
        containers,
        sized(root, "cpu", CPU, "CPU units such as 256, or \"1 vCPU\""),
        sized(root, "memory", MEMORY, "MiB such as 512, or \"1 GB\""),
        networkMode,
        volumes,
        raw);
  }

  private static @Nullable String sized(JsonFields root, String key, Pattern pattern, String what) {
    String text = root.text(key);
    if (text != null && !pattern.matcher(text.strip()).matches()) {
      root.error(key, text + " is not a number of " + what);
      return null;
    }
    if (text == null && root.texts("requiresCompatibilities").contains("FARGATE")) {
      root.warning("requiresCompatibilities", "FARGATE requires " + key + " on AWS");
    }
    return text;
  }

  private static List<Volume> volumes(JsonFields root) {
    List<Volume> volumes = new ArrayList<>();
    Set<String> names = new HashSet<>();
    for (JsonFields place : root.objects("volumes")) {
      place.known(
          Set.of(
              "name",
              "host",
              "dockerVolumeConfiguration",
              "efsVolumeConfiguration",
              "fsxWindowsFileServerVolumeConfiguration",
              "s3filesVolumeConfiguration"),
          Set.of("configuredAtLaunch"));
      String name = place.required("name");
      if (!name.matches("[A-Za-z0-9_-]{1,255}")) {
        place.error("name", "a volume's name is of letters, digits, - and _, at most 255");
      } else if (!names.add(name)) {
        place.error("name", name + " is given twice");
      }
      for (String foreign :
          List.of(
              "efsVolumeConfiguration",
              "fsxWindowsFileServerVolumeConfiguration",
              "s3filesVolumeConfiguration")) {
        if (place.has(foreign)) {
          place.error(
              foreign,
              "is a file system of AWS, which is not here; leave it out, and the volume is one of"
                  + " this machine that outlives deployments");
        }
      }
      JsonFields docker = place.object("dockerVolumeConfiguration").orElse(null);
      boolean ofTask =
          docker != null && "task".equals(docker.word("scope", List.of("task", "shared")));
      String folder = place.object("host").map(host -> host.text("sourcePath")).orElse(null);
      if (folder != null && !folder.isEmpty() && !folder.startsWith("/")) {
        place.error("host", folder + " is not a folder of this machine; it must begin with /");
      }
      volumes.add(new Volume(name, folder == null || folder.isEmpty() ? null : folder, ofTask));
    }
    return volumes;
  }
}
