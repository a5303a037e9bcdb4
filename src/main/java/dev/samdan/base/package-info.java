/** Ids, digests, globs, problems, processes, formats: only what at least three rooms use. */
@NullMarked
package dev.samdan.base;

import org.jspecify.annotations.NullMarked;
