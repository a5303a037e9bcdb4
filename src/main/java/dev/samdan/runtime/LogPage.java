package dev.samdan.runtime;

import java.util.List;

/**
 * A part of a task's log.
 *
 * @param firstLine number of the first line given, from 1, counted over what is kept
 * @param nextOffset where to read on, in bytes
 */
public record LogPage(List<String> lines, long firstLine, long nextOffset) {}
