/** Task definitions, task sets and their tasks as supervised processes, one-off runs. */
@NullMarked
package dev.samdan.runtime;

import org.jspecify.annotations.NullMarked;
