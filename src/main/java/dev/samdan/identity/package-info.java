/** People, their tokens, sessions and one-time links. */
@NullMarked
package dev.samdan.identity;

import org.jspecify.annotations.NullMarked;
