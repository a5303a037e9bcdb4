package dev.samdan.application;

import org.jspecify.annotations.Nullable;

/**
 * The client tier, whose build's artifacts are the site.
 *
 * @param repository another repository than the application's, where the file names one
 * @param source folder in the repository, {@code ""} for the whole of it
 * @param build how the site is made
 * @param spa whether an unknown path is answered with index.html
 */
public record WebTier(
    @Nullable String repository, String source, BuildDeclaration build, boolean spa) {}
