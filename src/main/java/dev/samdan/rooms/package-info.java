/** Messages to chat rooms: kept, shown, and delivered outside through an outbox. */
@NullMarked
package dev.samdan.rooms;

import org.jspecify.annotations.NullMarked;
