/**
 * Builds: the buildspec, the runner that follows CodeBuild's semantics, artifacts, logs and test
 * reports.
 */
@NullMarked
package dev.samdan.build;

import org.jspecify.annotations.NullMarked;
