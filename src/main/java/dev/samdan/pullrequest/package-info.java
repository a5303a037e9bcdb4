/**
 * Pull requests: what a branch wants to bring into another, what people say of it, what must hold
 * before it is merged, and what follows from a hotfix.
 */
@NullMarked
package dev.samdan.pullrequest;

import org.jspecify.annotations.NullMarked;
