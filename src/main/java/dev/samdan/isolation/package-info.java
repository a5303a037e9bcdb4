/** The users of their own that builds and tasks run as where Samdan runs as root. */
@NullMarked
package dev.samdan.isolation;

import org.jspecify.annotations.NullMarked;
