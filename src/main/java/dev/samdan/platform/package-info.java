/** Configuration, the composition root, the verbs up, down, demo: the only room that sees all. */
@NullMarked
package dev.samdan.platform;

import org.jspecify.annotations.NullMarked;
