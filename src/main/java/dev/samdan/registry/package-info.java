/** Image repositories: blobs, manifests, tags and the OCI distribution API over them. */
@NullMarked
package dev.samdan.registry;

import org.jspecify.annotations.NullMarked;
