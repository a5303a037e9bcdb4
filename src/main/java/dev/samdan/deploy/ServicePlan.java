package dev.samdan.deploy;

import dev.samdan.runtime.TaskDefinitionInput;
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
 */
record ServicePlan(
    TaskDefinitionInput taskDefinition,
    int desiredCount,
    String health,
    List<String> paths,
    List<String> migrate,
    boolean database,
    String configuration,
    @Nullable String testProject) {

  /** The same version to go back to: its migration ran long ago, its tests too. */
  ServicePlan forRollback() {
    return new ServicePlan(
        taskDefinition,
        desiredCount,
        health,
        paths,
        List.of(),
        database,
        TrafficShift.ALL_AT_ONCE,
        null);
  }

  /** Lifecycle events that have nothing to do in it, with the reason. */
  Map<String, String> skippedEvents() {
    Map<String, String> skipped = new LinkedHashMap<>();
    if (migrate.isEmpty()) {
      skipped.put("BeforeInstall", "no migration");
    }
    skipped.put("AfterInstall", "no hook");
    if (testProject == null) {
      skipped.put("AfterAllowTestTraffic", "no tests before traffic");
    }
    skipped.put("BeforeAllowTraffic", "no hook");
    skipped.put("AfterAllowTraffic", "no hook");
    return skipped;
  }

  String image() {
    return taskDefinition.containerDefinitions().getFirst().image();
  }
}
