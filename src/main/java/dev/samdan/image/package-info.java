/** From a Dockerfile to an image in the registry, and which base image a commit belongs to. */
@NullMarked
package dev.samdan.image;

import org.jspecify.annotations.NullMarked;
