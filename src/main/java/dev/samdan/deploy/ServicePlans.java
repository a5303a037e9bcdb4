package dev.samdan.deploy;

import dev.samdan.application.ApiTier;
import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.Applications;
import dev.samdan.application.DataTier;
import dev.samdan.application.EnvironmentDeclaration;
import dev.samdan.application.Project;
import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ActionContext;
import dev.samdan.registry.Registry;
import dev.samdan.runtime.Tasks;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a CodeDeployToECS action wants to deploy: the image, the task definition and the
 * appspec where there are any, and for all else the application's declaration.
 */
final class ServicePlans {
  private static final List<String> APPSPEC_NAMES =
      List.of("appspec.yaml", "appspec.yml", "appspec.json");

  private final Applications applications;
  private final Registry registry;
  private final Tasks tasks;

  ServicePlans(Applications applications, Registry registry, Tasks tasks) {
    this.applications = applications;
    this.registry = registry;
    this.tasks = tasks;
  }

  /**
   * What is to be deployed.
   *
   * @param revision the registered task definition that it is; null where it must be registered
   */
  record Planned(ServicePlan plan, @Nullable String revision) {}

  /** Throws INVALID for files that are wrong, NotYetThere for files that are named but missing. */
  Planned of(ActionContext context, Project group) throws NotYetThere {
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
    PlannedFiles files = new PlannedFiles(context, api, registry);
    Map<String, String> images = files.images();
    Optional<SourceFiles.Found> file =
        files.file("AppSpecTemplateArtifact", "AppSpecTemplatePath", APPSPEC_NAMES);
    String path = file.map(SourceFiles.Found::path).orElse("");
    AppspecFile appspec = file.map(f -> AppspecFile.parse(f.path(), f.text())).orElse(null);
    String family = group.application() + "-" + group.environment();
    PlannedDefinition definition =
        PlannedDefinition.of(files, api, tasks, family, appspec, path, images);
    DataTier data = declaration.data();
    ServicePlan plan =
        new ServicePlan(
            definition.definition(),
            api.desiredCount(),
            api.health(),
            api.paths(),
            data == null ? List.of() : data.migrate(),
            data != null,
            TrafficShift.checked(api.deploymentConfig()),
            testProject(declaration, api, group),
            images.values().iterator().next(),
            HookPlans.of(path, appspec, api.deployment()),
            api.deployment(),
            declaration.jobs().stream()
                .filter(job -> job.environments().contains(environment))
                .toList());
    return new Planned(plan, definition.revision());
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
}
