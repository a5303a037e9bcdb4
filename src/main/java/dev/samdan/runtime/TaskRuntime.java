package dev.samdan.runtime;

import java.util.Collection;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** How tasks run: as processes, or in containers. Both keep one contract (TasksContract). */
interface TaskRuntime {
  /**
   * Where a task of this definition will listen.
   *
   * @param taken by tasks that live
   */
  Address reserve(TaskDefinition definition, Set<Address> taken);

  /**
   * Starts a task; returns once all that it runs has begun. What was begun is ended again where
   * that fails.
   */
  StartedTask start(TaskStart task);

  /** The task of this id that an earlier control started; empty where nothing of it is left. */
  Optional<StartedTask> adopt(String id, TaskDefinition definition);

  /** Ends what is left of a task, and removes what it ran in; its log stays. */
  void release(String id);

  /** Releases all tasks that do not live by this. */
  void sweep(Predicate<String> lives);

  /** Removes the volumes of {@code <app>-<env>} with what they hold. */
  void deleteVolumes(String environment);

  /** Removes images that this runtime keeps and none of these containers runs. */
  void pruneImages(Collection<ContainerDefinition> used);
}
