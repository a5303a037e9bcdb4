package dev.samdan.deploy;

import dev.samdan.application.ApiTier;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Applications;
import dev.samdan.application.DataTier;
import dev.samdan.application.EnvironmentDeclaration;
import dev.samdan.application.Project;
import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.registry.ImageReference;
import dev.samdan.registry.Registry;
import dev.samdan.runtime.ContainerBuilder;
import dev.samdan.runtime.ContainerDefinition;
import dev.samdan.runtime.TaskDefinitionInput;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a CodeDeployToECS action wants to deploy: the image, the task definition and the
 * appspec where there are any, and for all else the application's declaration.
 */
final class ServicePlans {
  private static final List<String> APPSPEC_NAMES = List.of("appspec.yaml", "appspec.yml");
  private static final String TASKDEF_NAME = "taskdef.json";
  private static final String CONTAINER = "app";

  private final Applications applications;
  private final Registry registry;

  ServicePlans(Applications applications, Registry registry) {
    this.applications = applications;
    this.registry = registry;
  }

  /** Throws INVALID for files that are wrong, NotYetThere for files that are named but missing. */
  ServicePlan of(ActionContext context, Project group) throws NotYetThere {
    String environment = group.environment();
    ApplicationDeclaration declaration =
        applications
            .declarationAt(group.application(), context.revision().commit())
            .or(() -> applications.declaration(group.application(), String.valueOf(environment)))
            .orElseThrow(() ->
                PlatformException.notFound(
                    "application " + group.application() + " has no valid samdan.yml"));
    ApiTier api = declaration.api();
    if (api == null) {
      throw PlatformException.invalid(
          "samdan.yml: tiers.api is not declared, so there is nothing to deploy to "
              + group.name());
    }
    String image = image(context);
    TaskDefinitionInput definition = taskDefinition(context, group, api, image);
    Optional<SourceFiles.Found> file =
        file(context, api, "AppSpecTemplateArtifact", "AppSpecTemplatePath", APPSPEC_NAMES);
    String path = file.map(SourceFiles.Found::path).orElse("");
    AppspecFile appspec = file.map(f -> AppspecFile.parse(f.path(), f.text())).orElse(null);
    if (appspec != null) {
      definition = withAppspec(path, appspec, definition);
    }
    DataTier data = declaration.data();
    return new ServicePlan(
        oneContainer(definition),
        api.desiredCount(),
        api.health(),
        api.paths(),
        data == null ? List.of() : data.migrate(),
        data != null,
        TrafficShift.checked(api.deploymentConfig()),
        testProject(declaration, api, group),
        image,
        HookPlans.of(path, appspec, api.deployment()),
        api.deployment(),
        declaration.jobs().stream()
            .filter(job -> job.environments().contains(environment))
            .toList());
  }

  private static @Nullable String testProject(
      ApplicationDeclaration declaration, ApiTier api, Project group) {
    boolean before =
        declaration
            .environment(String.valueOf(group.environment()))
            .map(e -> e.testWhen() == EnvironmentDeclaration.TestWhen.BEFORE_TRAFFIC)
            .orElse(false);
    return before && api.tests() != null ? group.name() + "-test" : null;
  }

  /**
   * The image that the pipeline built, by digest: ImageURI of imageDetail.json (CodePipeline, file
   * reference).
   */
  private String image(ActionContext context) throws NotYetThere {
    String artifact =
        configured(context, "Image1ArtifactName")
            .orElseThrow(() -> missingKey(context, "Image1ArtifactName"));
    SourceFiles.Found detail =
        SourceFiles.read(context.input(artifact), "", "imageDetail.json")
            .orElseThrow(() -> notFound(context, "imageDetail.json", artifact));
    String uri = Json.tree(detail.text()).path("ImageURI").asString("");
    if (uri.isEmpty()) {
      throw PlatformException.invalid("imageDetail.json in " + artifact + " has no ImageURI");
    }
    return byDigest(ImageReference.parse(uri));
  }

  private String byDigest(ImageReference image) {
    Digest digest = image.digest();
    Digest found =
        digest != null ? digest : registry.manifest(image.repository(), image.reference()).digest();
    return image.repository() + "@" + found;
  }

  private TaskDefinitionInput taskDefinition(
      ActionContext context, Project group, ApiTier api, String image) throws NotYetThere {
    String family = group.application() + "-" + group.environment();
    Optional<SourceFiles.Found> file =
        file(
            context,
            api,
            "TaskDefinitionTemplateArtifact",
            "TaskDefinitionTemplatePath",
            List.of(TASKDEF_NAME));
    if (file.isEmpty()) {
      ContainerDefinition container =
          new ContainerBuilder(CONTAINER, image)
              .containerPort(api.port())
              .environment(api.environment())
              .volumes(api.volumes())
              .build();
      return new TaskDefinitionInput(family, List.of(container), null, null);
    }
    String placeholder =
        "<" + configured(context, "Image1ContainerName").orElse("IMAGE1_NAME") + ">";
    String path = file.get().path();
    TaskDefinitionInput input =
        TaskdefFile.parse(path, file.get().text().replace(placeholder, image), family, api.port());
    List<ContainerDefinition> containers = new ArrayList<>();
    for (ContainerDefinition container : input.containerDefinitions()) {
      containers.add(complete(container, api, path));
    }
    return input.withContainers(containers);
  }

  /** What samdan.yml declares stands behind what the task definition says. */
  private ContainerDefinition complete(ContainerDefinition container, ApiTier api, String path) {
    Map<String, String> environment = new LinkedHashMap<>(api.environment());
    environment.putAll(container.environment());
    List<String> volumes = new ArrayList<>(container.volumes());
    volumes.addAll(api.volumes());
    String image;
    try {
      image = byDigest(ImageReference.parse(container.image()));
    } catch (PlatformException e) {
      throw new PlatformException(
          e.code(), path + ": container " + container.name() + ": " + e.text(), e);
    }
    return container.toBuilder()
        .image(image)
        .environment(environment)
        .volumes(volumes.stream().distinct().toList())
        .build();
  }

  private static TaskDefinitionInput withAppspec(
      String path, AppspecFile appspec, TaskDefinitionInput definition) {
    String name = appspec.containerName();
    if (name == null) {
      return definition;
    }
    List<String> names =
        definition.containerDefinitions().stream().map(ContainerDefinition::name).toList();
    // A derived task definition has one container, which takes the name that the appspec gives it.
    if (names.equals(List.of(CONTAINER))) {
      return renamed(definition, name, appspec.containerPort());
    }
    if (!names.contains(name)) {
      throw PlatformException.invalid(
          path
              + ": ContainerName: "
              + name
              + " is not a container of the task definition; it has "
              + String.join(", ", names));
    }
    return definition;
  }

  private static TaskDefinitionInput renamed(
      TaskDefinitionInput definition, String name, @Nullable Integer port) {
    ContainerDefinition c = definition.containerDefinitions().getFirst();
    ContainerDefinition named =
        c.toBuilder().name(name).containerPort(port == null ? c.containerPort() : port).build();
    return definition.withContainers(List.of(named));
  }

  private static TaskDefinitionInput oneContainer(TaskDefinitionInput definition) {
    int count = definition.containerDefinitions().size();
    if (count > 1) {
      throw PlatformException.invalid(
          "task definition "
              + definition.family()
              + " has "
              + count
              + " containers; the process runtime runs one container a task");
    }
    return definition;
  }

  /**
   * A named file must be there; one that is not named is taken where it stands under its usual
   * name.
   */
  private static Optional<SourceFiles.Found> file(
      ActionContext context,
      ApiTier api,
      String artifactKey,
      String pathKey,
      List<String> usualNames)
      throws NotYetThere {
    Optional<String> artifact = configured(context, artifactKey);
    if (artifact.isEmpty()) {
      return Optional.empty();
    }
    Path zip = context.input(artifact.get());
    Optional<String> named = configured(context, pathKey);
    if (named.isPresent()) {
      return Optional.of(
          SourceFiles.read(zip, api.source(), named.get())
              .orElseThrow(() -> notFound(context, place(api, named.get()), artifact.get())));
    }
    for (String name : usualNames) {
      Optional<SourceFiles.Found> found = SourceFiles.read(zip, api.source(), name);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private static String place(ApiTier api, String path) {
    return api.source().isEmpty() ? path : api.source() + "/" + path;
  }

  private static NotYetThere notFound(ActionContext context, String path, String artifact) {
    String commit = context.revision().commit();
    return new NotYetThere(
        path
            + " was not found in "
            + artifact
            + " of commit "
            + commit.substring(0, Math.min(8, commit.length()))
            + ". Commit the file, or name it as it is called in the action's configuration.");
  }

  private static Optional<String> configured(ActionContext context, String key) {
    return Optional.ofNullable(context.configuration().get(key)).filter(v -> !v.isBlank());
  }

  private static PlatformException missingKey(ActionContext context, String key) {
    return PlatformException.invalid(
        "pipeline "
            + context.pipeline()
            + ": action "
            + context.action().name()
            + " has no "
            + key
            + " in its configuration");
  }
}
