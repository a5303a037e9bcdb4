/**
 * Deployments of task definitions and sites: blue, green, the traffic between them, and the edge's
 * routes.
 */
@NullMarked
package dev.samdan.deploy;

import org.jspecify.annotations.NullMarked;
