/** The Docker engine: one client for tasks, image builds and builds in containers. */
@NullMarked
package dev.samdan.engine;

import org.jspecify.annotations.NullMarked;
