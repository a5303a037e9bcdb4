package dev.samdan.deploy;

import dev.samdan.runtime.TaskDefinitionInput;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a deployment of the application tier needs, kept with it, so that it can be resumed and gone back to.
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
        taskDefinition, desiredCount, health, paths, List.of(), database, TrafficShift.ALL_AT_ONCE, null);
  }

  String image() {
    return taskDefinition.containerDefinitions().getFirst().image();
  }
}
