/**
 * What api and console both need across rooms: create and delete an application, status, the facts
 * of an approval.
 */
@NullMarked
package dev.samdan.operations;

import org.jspecify.annotations.NullMarked;
