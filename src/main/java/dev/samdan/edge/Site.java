package dev.samdan.edge;

import java.nio.file.Path;

/**
 * Files that the edge serves itself.
 *
 * @param name unique in the table; its traffic is counted under it
 * @param root the folder that holds the files of this release; they must not change in it
 * @param release what is shown as live; another release or root loads the files anew and switches
 *     at once
 * @param spa navigations to paths without a file get index.html
 */
public record Site(String name, Path root, String release, boolean spa) {}
