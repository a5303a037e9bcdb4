/** Values for builds and tasks, encrypted at rest. */
@NullMarked
package dev.samdan.secrets;

import org.jspecify.annotations.NullMarked;
