package dev.samdan.deploy;

import dev.samdan.application.ApiTier;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.runtime.ContainerBuilder;
import dev.samdan.runtime.ContainerDefinition;
import dev.samdan.runtime.PortMapping;
import dev.samdan.runtime.SecretVariable;
import dev.samdan.runtime.TaskDefinition;
import dev.samdan.runtime.TaskDefinitionInput;
import dev.samdan.runtime.TaskDefinitionReader;
import dev.samdan.runtime.Tasks;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The task definition of a deployment: the registered revision that the appspec names, else the
 * repository's taskdef.json, else one that follows from samdan.yml; each with the built image.
 *
 * @param revision the registered one that it is already; null where it must be registered
 */
record PlannedDefinition(TaskDefinitionInput definition, @Nullable String revision) {
  private static final List<String> TASKDEF_NAMES = List.of("taskdef.json");
  private static final String CONTAINER = "app";
  private static final int LISTED = 10;

  /**
   * Throws INVALID for files that are wrong and for a revision that there is not.
   *
   * @param appspecPath where the appspec stands
   * @param images by what stands for them in the task definition, the delivered one first
   */
  static PlannedDefinition of(
      PlannedFiles files,
      ApiTier api,
      Tasks tasks,
      String family,
      @Nullable AppspecFile appspec,
      String appspecPath,
      Map<String, String> images)
      throws NotYetThere {
    Optional<String> named = appspec == null ? Optional.empty() : appspec.revision();
    if (named.isPresent() && appspec != null) {
      return registered(tasks, named.get(), appspec, appspecPath, images);
    }
    Optional<SourceFiles.Found> file =
        files.file("TaskDefinitionTemplateArtifact", "TaskDefinitionTemplatePath", TASKDEF_NAMES);
    if (file.isPresent()) {
      TaskDefinitionInput read = read(family, file.get(), images);
      TaskDefinitionInput definition =
          complete(files, api, aimed(read, appspec, appspecPath), file.get().path());
      return new PlannedDefinition(definition, null);
    }
    return new PlannedDefinition(
        derived(api, family, appspec, images.values().iterator().next()), null);
  }

  private static TaskDefinitionInput read(
      String family, SourceFiles.Found file, Map<String, String> images) {
    String text = file.text();
    for (Map.Entry<String, String> image : images.entrySet()) {
      text = text.replace(image.getKey(), image.getValue());
    }
    return TaskDefinitionReader.read(file.path(), text, family).orThrow();
  }

  private static TaskDefinitionInput complete(
      PlannedFiles files, ApiTier api, TaskDefinitionInput input, String path) {
    ContainerDefinition serving = serving(input.containerDefinitions());
    List<ContainerDefinition> containers = new ArrayList<>();
    for (ContainerDefinition container : input.containerDefinitions()) {
      containers.add(complete(files, container, api, container.equals(serving), path));
    }
    return input.withContainers(containers);
  }

  /** What samdan.yml declares for the tier stands behind what its container says. */
  private static ContainerDefinition complete(
      PlannedFiles files, ContainerDefinition container, ApiTier api, boolean serves, String path) {
    if (container.image().matches("<[A-Za-z0-9_]+>")) {
      throw PlatformException.invalid(
          path
              + ": container "
              + container.name()
              + ": "
              + container.image()
              + " stands for no image of this pipeline; its deploy action names them as"
              + " Image1ContainerName to Image4ContainerName");
    }
    String image;
    try {
      image = files.byDigest(container.image());
    } catch (PlatformException e) {
      throw new PlatformException(
          e.code(), path + ": container " + container.name() + ": " + e.text(), e);
    }
    if (!serves) {
      return container.withImage(image);
    }
    Map<String, String> environment = new LinkedHashMap<>(api.environment());
    container.secrets().forEach(secret -> environment.remove(secret.name()));
    environment.putAll(container.environment());
    List<String> volumes = new ArrayList<>(container.volumes());
    volumes.addAll(api.volumes());
    return container.toBuilder()
        .image(image)
        .containerPort(container.containerPort() == 0 ? api.port() : container.containerPort())
        .environment(environment)
        .secrets(secrets(api, container))
        .volumes(volumes.stream().distinct().toList())
        .build();
  }

  private static List<SecretVariable> secrets(ApiTier api, ContainerDefinition container) {
    Map<String, SecretVariable> all = new LinkedHashMap<>();
    api.secrets().forEach((name, from) -> all.put(name, new SecretVariable(name, from)));
    container.environment().keySet().forEach(all::remove);
    container.secrets().forEach(secret -> all.put(secret.name(), secret));
    return List.copyOf(all.values());
  }

  private static TaskDefinitionInput derived(
      ApiTier api, String family, @Nullable AppspecFile appspec, String image) {
    String name = appspec == null ? null : appspec.containerName();
    Integer port = appspec == null ? null : appspec.containerPort();
    ContainerBuilder container =
        new ContainerBuilder(name == null ? CONTAINER : name, image)
            .containerPort(port == null ? api.port() : port)
            .environment(api.environment())
            .volumes(api.volumes());
    List<SecretVariable> secrets = secrets(api, container.build());
    return new TaskDefinitionInput(family, List.of(container.secrets(secrets).build()), null, null);
  }

  private static PlannedDefinition registered(
      Tasks tasks, String name, AppspecFile appspec, String path, Map<String, String> images) {
    TaskDefinition found = tasks.taskDefinition(name).orElseThrow(() -> unknown(tasks, name, path));
    TaskDefinitionInput before = aimed(found.input(), appspec, path);
    List<ContainerDefinition> containers = before.containerDefinitions();
    boolean placed = containers.stream().anyMatch(c -> images.containsKey(c.image()));
    String taking =
        appspec.containerName() != null ? appspec.containerName() : serving(containers).name();
    String delivered = images.values().iterator().next();
    Map<String, String> byContainer = new LinkedHashMap<>();
    for (ContainerDefinition container : containers) {
      String image = images.get(container.image());
      if (image == null && !placed && container.name().equals(taking)) {
        image = delivered;
      }
      byContainer.put(container.name(), image == null ? container.image() : image);
    }
    List<ContainerDefinition> built =
        containers.stream()
            .map(c -> c.withImage(byContainer.getOrDefault(c.name(), c.image())))
            .toList();
    boolean same = built.equals(found.containerDefinitions());
    String raw = before.raw();
    TaskDefinitionInput after =
        new TaskDefinitionInput(
            before.family(),
            built,
            before.cpu(),
            before.memory(),
            before.networkMode(),
            before.volumes(),
            raw == null ? null : withImages(raw, byContainer));
    return new PlannedDefinition(same ? before : after, same ? found.name() : null);
  }

  /** The document that was registered, with the images that run. */
  private static String withImages(String raw, Map<String, String> images) {
    JsonNode tree = Json.tree(raw);
    for (JsonNode container : tree.path("containerDefinitions")) {
      String image = images.get(container.path("name").asString(""));
      if (image != null && container instanceof ObjectNode object) {
        object.put("image", image);
      }
    }
    return Json.write(tree);
  }

  private static PlatformException unknown(Tasks tasks, String name, String path) {
    int colon = name.indexOf(':');
    String family = colon < 0 ? name : name.substring(0, colon);
    List<TaskDefinition> ofFamily =
        tasks.taskDefinitions(family).stream().filter(d -> d.family().equals(family)).toList();
    List<TaskDefinition> listed = ofFamily.isEmpty() ? tasks.taskDefinitions("") : ofFamily;
    String names =
        listed.stream().limit(LISTED).map(TaskDefinition::name).collect(Collectors.joining(", "));
    return PlatformException.invalid(
        path
            + ": TaskDefinition: there is no task definition "
            + name
            + (names.isEmpty()
                ? "; none is registered yet"
                : "; there " + (listed.size() == 1 ? "is " : "are ") + names)
            + (listed.size() > LISTED ? " and " + (listed.size() - LISTED) + " more" : "")
            + ". 'samdan taskdef register FILE' registers one, and "
            + AppspecFile.PLACEHOLDER
            + " means the repository's own.");
  }

  /** The container that the appspec names takes the traffic, on its port; it stands first. */
  private static TaskDefinitionInput aimed(
      TaskDefinitionInput definition, @Nullable AppspecFile appspec, String path) {
    String name = appspec == null ? null : appspec.containerName();
    Integer port = appspec == null ? null : appspec.containerPort();
    if (name == null) {
      return definition;
    }
    List<ContainerDefinition> containers = new ArrayList<>(definition.containerDefinitions());
    ContainerDefinition named =
        containers.stream()
            .filter(c -> c.name().equals(name))
            .findFirst()
            .orElseThrow(() ->
                PlatformException.invalid(
                    path
                        + ": ContainerName: "
                        + name
                        + " is not a container of the task definition; it has "
                        + containers.stream()
                            .map(ContainerDefinition::name)
                            .collect(Collectors.joining(", "))));
    List<Integer> ports =
        named.portMappings().stream().map(PortMapping::containerPort).distinct().toList();
    if (port != null && !ports.isEmpty() && !ports.contains(port)) {
      throw PlatformException.invalid(
          path + ": ContainerPort: " + port + " is not mapped by " + name + ", which has " + ports);
    }
    containers.remove(named);
    containers.addFirst(port == null ? named : named.toBuilder().containerPort(port).build());
    return definition.withContainers(containers);
  }

  private static ContainerDefinition serving(List<ContainerDefinition> containers) {
    return containers.stream()
        .filter(ContainerDefinition::essential)
        .findFirst()
        .orElse(containers.getFirst());
  }
}
