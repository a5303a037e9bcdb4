package dev.samdan.pipeline;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Executions, newest first.
 *
 * @param nextCursor what gives the older ones; null at the end
 */
public record ExecutionPage(List<ExecutionView> executions, @Nullable String nextCursor) {}
