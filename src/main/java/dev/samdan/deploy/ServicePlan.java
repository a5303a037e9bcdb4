package dev.samdan.deploy;

import dev.samdan.application.DeploymentPolicy;
import dev.samdan.application.HookDeclaration;
import dev.samdan.application.JobDeclaration;
import dev.samdan.runtime.ContainerDefinition;
import dev.samdan.runtime.TaskDefinitionInput;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a deployment of the application tier needs, kept with it, so that it can be resumed and
 * gone back to.
 *
 * @param health path of the target group's health check
 * @param paths what the edge sends to this tier
 * @param migrate command to run before green starts; empty for none
 * @param database whether tasks get the environment's database
 * @param testProject runs against testUrl before traffic shifts; null for none
 * @param image {@code repository@sha256:…} that the pipeline built
 * @param hooks by lifecycle event
 * @param policy waits and alarms; its own hooks are in {@code hooks} already
 * @param jobs that run in this environment once it serves
 */
record ServicePlan(
    TaskDefinitionInput taskDefinition,
    int desiredCount,
    String health,
    List<String> paths,
    List<String> migrate,
    boolean database,
    String configuration,
    @Nullable String testProject,
    @Nullable String image,
    Map<String, HookDeclaration> hooks,
    DeploymentPolicy policy,
    List<JobDeclaration> jobs) {

  /** What an older version kept lacks the later parts. */
  @SuppressWarnings({"ConstantValue", "NullAway"})
  ServicePlan {
    hooks = hooks == null ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(hooks));
    policy = policy == null ? DeploymentPolicy.USUAL : policy;
    jobs = jobs == null ? List.of() : List.copyOf(jobs);
  }

  /** The same version to go back to: its migration ran long ago, its tests and hooks too. */
  ServicePlan forRollback() {
    return new ServicePlan(
        taskDefinition,
        desiredCount,
        health,
        paths,
        List.of(),
        database,
        TrafficShift.ALL_AT_ONCE,
        null,
        image,
        Map.of(),
        policy.forRollback(),
        jobs);
  }

  /** Lifecycle events that have nothing to do in it, with the reason. */
  Map<String, String> skippedEvents() {
    Map<String, String> skipped = new LinkedHashMap<>();
    for (String event : AppspecHooks.EVENTS) {
      if (!hooks.containsKey(event)) {
        skipped.put(event, "no hook");
      }
    }
    if (!hooks.containsKey("BeforeInstall")) {
      skipped.put("BeforeInstall", "no migration");
    }
    if (!migrate.isEmpty()) {
      skipped.remove("BeforeInstall");
    }
    if (!hooks.containsKey("AfterAllowTestTraffic")) {
      skipped.put("AfterAllowTestTraffic", "no tests before traffic");
    }
    if (testProject != null) {
      skipped.remove("AfterAllowTestTraffic");
    }
    return skipped;
  }

  /** The image that is delivered; where an older version kept none, the first container's. */
  String deliveredImage() {
    return image != null ? image : taskDefinition.containerDefinitions().getFirst().image();
  }

  /** All images that tasks of it need. */
  List<String> images() {
    return taskDefinition.containerDefinitions().stream()
        .map(ContainerDefinition::image)
        .distinct()
        .toList();
  }
}
