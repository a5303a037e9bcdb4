/** Amazon ECR's control API over this registry, for tools and scripts that are not changed. */
@NullMarked
package dev.samdan.registry.aws;

import org.jspecify.annotations.NullMarked;
