package dev.samdan.deploy;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The deploy room's facade: what is deployed where, how it got there, and the way back. */
public final class Deployments implements AutoCloseable {

  /** Applies the routes to the edge, resumes or ends what was in progress, and watches from then on. */
  public void start() {
    throw new UnsupportedOperationException();
  }

  /** Stops watching; what is deployed serves on. */
  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }

  /** Newest first; without events and explanation. An empty application or environment means all. */
  public List<Deployment> list(String application, String environment, int limit) {
    throw new UnsupportedOperationException();
  }

  /** A deployment by id, or by the last part of it where that is unique. */
  public Optional<Deployment> show(String id) {
    throw new UnsupportedOperationException();
  }

  /** The deployment that a pipeline's action made. */
  public Optional<Deployment> ofAction(UUID actionExecution) {
    throw new UnsupportedOperationException();
  }

  /** What serves in an environment now. */
  public Live live(String application, String environment) {
    throw new UnsupportedOperationException();
  }

  /**
   * Puts a group ({@code <app>-<env>-<tier>}) back on what it served before: a new deployment of the previous task
   * definition or site release. Returns once it is recorded; it runs on its own.
   */
  public Deployment rollback(String group, String by) {
    throw new UnsupportedOperationException();
  }

  /** Stops what an environment runs, takes its routes away, and forgets it; its volumes only where asked. */
  public void remove(String application, String environment, boolean volumes) {
    throw new UnsupportedOperationException();
  }

  /** Builds the routes anew from what is recorded and hands them to the edge, as after a new environment. */
  public void refreshRoutes() {
    throw new UnsupportedOperationException();
  }
}
