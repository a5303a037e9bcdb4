/**
 * Repositories, branches and commits; git over smart HTTP; the deliveries that a change of a branch
 * starts.
 */
@NullMarked
package dev.samdan.source;

import org.jspecify.annotations.NullMarked;
