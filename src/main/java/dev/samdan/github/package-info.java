/**
 * GitHub as the source: what it tells by webhooks, and what it is told as statuses and checks. The
 * fetching itself is source's.
 */
@NullMarked
package dev.samdan.github;

import org.jspecify.annotations.NullMarked;
