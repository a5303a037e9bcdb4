package dev.samdan.runtime;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The runtime's facade: task definitions, task sets whose tasks are kept running, one-off runs, and logs. */
public final class Tasks implements AutoCloseable {

  /** Adopts what lives, ends tasks of no known set, and supervises from then on. */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /** Stops supervising; tasks run on. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }

  /** Registers the next revision of the input's family. */
  public TaskDefinition register(TaskDefinitionInput input) {
    throw new UnsupportedOperationException();
  }

  /** A revision by {@code family:revision}, or the newest of a bare family. */
  public Optional<TaskDefinition> taskDefinition(String name) {
    throw new UnsupportedOperationException();
  }

  /** All revisions of families that begin with the prefix, newest first. */
  public List<TaskDefinition> taskDefinitions(String familyPrefix) {
    throw new UnsupportedOperationException();
  }

  /**
   * Creates a task set and starts its tasks; an existing set of that id is left as it is.
   *
   * @param variables injected beside the declared ones, such as the database's; never logged
   */
  public TaskSet createTaskSet(
      String id,
      String application,
      String environment,
      String tier,
      TaskDefinition definition,
      int desiredCount,
      Map<String, String> variables) {
    throw new UnsupportedOperationException();
  }

  public Optional<TaskSet> taskSet(String id) {
    throw new UnsupportedOperationException();
  }

  /** Tasks of a set, the running ones first, then the ended ones that are kept, newest first. */
  public List<Task> tasks(String taskSet) {
    throw new UnsupportedOperationException();
  }

  /** Tasks of an application, of all environments where that is empty, running or kept. */
  public List<Task> tasks(String application, String environment) {
    throw new UnsupportedOperationException();
  }

  public Optional<Task> task(String id) {
    throw new UnsupportedOperationException();
  }

  /** Ends the set's tasks: TERM, then KILL after the grace. Returns when none is left. */
  public void stopTaskSet(String id, Duration grace) {
    throw new UnsupportedOperationException();
  }

  /** Ends all tasks of all sets but keeps the sets, so that the next start runs them again ({@code down --all}). */
  public void stopAll(Duration grace) {
    throw new UnsupportedOperationException();
  }

  /** Forgets an environment's sets, tasks and logs, and its volumes where asked. Their tasks must be stopped. */
  public void remove(String application, String environment, boolean volumes) {
    throw new UnsupportedOperationException();
  }

  /** Runs a command to its end, or its timeout. */
  public OneOff.Result run(OneOff oneOff) throws InterruptedException {
    throw new UnsupportedOperationException();
  }

  /** A task's log from a byte offset on; a negative offset counts lines from the end. Kept after the task's end. */
  public LogPage log(String taskId, long offset, int maxLines) {
    throw new UnsupportedOperationException();
  }

  /** Resident memory of a task's session in bytes; empty when it does not run. */
  public Optional<Long> memoryBytes(String taskId) {
    throw new UnsupportedOperationException();
  }

  /** Calls the listener with the task set's id after any of its tasks changed. */
  public void onChange(java.util.function.Consumer<String> listener) {
    throw new UnsupportedOperationException();
  }
}
