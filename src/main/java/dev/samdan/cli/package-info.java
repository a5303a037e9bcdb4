/** The command line: one class a verb, a client of the HTTP API. */
@NullMarked
package dev.samdan.cli;

import org.jspecify.annotations.NullMarked;
