package dev.samdan.pipeline;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What a provider is told about the action it runs, and how it tells of its progress. */
public interface ActionContext {
  String pipeline();

  /** The application that the pipeline belongs to. */
  String application();

  /** The environment that the pipeline delivers to; empty for the base image's pipeline. */
  Optional<String> environment();

  UUID executionId();

  /** The execution's number in its pipeline, from 1. */
  int executionNumber();

  /** This action in this execution; another one after a retry, the same one after a crash. */
  UUID actionExecutionId();

  /** From 1; counts every call for this {@link #actionExecutionId()}. */
  int attempt();

  String stage();

  ActionDeclaration action();

  /** The declaration's configuration with its variables resolved. */
  Map<String, String> configuration();

  Trigger trigger();

  SourceRevision revision();

  /**
   * Shared by the executions that one push started; an execution started alone has one of its own.
   */
  UUID group();

  /** The zip of this input artifact. */
  Path input(String artifact);

  /** Where to write the zip of this output artifact; it counts only once the run has succeeded. */
  Path output(String artifact);

  /**
   * Names the outside work, such as a build's or a deployment's id, and its page where it has one.
   */
  void externalId(String id, @Nullable String url);

  /** A live line for people, replaced by the next one. */
  void summary(String text);

  /** Whether the action was stopped or timed out. */
  boolean cancelled();

  /**
   * Runs once when the action is cancelled, before its thread is interrupted; at once if it already
   * is.
   */
  void onCancel(Runnable action);

  /**
   * Does work that only waits for something else, without holding a place that other actions need.
   */
  <T> T waiting(String summary, Callable<T> work) throws Exception;
}
