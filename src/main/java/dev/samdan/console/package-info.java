/**
 * The console: server-rendered pages, complete without scripts, refreshed by server-sent events;
 * Korean and English.
 */
@NullMarked
package dev.samdan.console;

import org.jspecify.annotations.NullMarked;
