/**
 * The edge: listeners, rules, target groups, sites. A process of its own that serves on while
 * control is dead; {@link dev.samdan.edge.Edge} is control's client for it.
 */
@NullMarked
package dev.samdan.edge;

import org.jspecify.annotations.NullMarked;
