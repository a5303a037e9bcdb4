/** What a team's files say, and whether they agree with each other, before anything runs. */
@NullMarked
package dev.samdan.preflight;

import org.jspecify.annotations.NullMarked;
