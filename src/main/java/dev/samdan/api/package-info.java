/** The HTTP API at /api/v1 and its OpenAPI document. */
@NullMarked
package dev.samdan.api;

import org.jspecify.annotations.NullMarked;
