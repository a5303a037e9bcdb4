package dev.samdan.deploy;

/**
 * What a site's deployment needs beside its files.
 *
 * @param release whose folder is served; a rollback names an earlier one
 * @param spa whether an unknown path is answered with index.html
 */
record SitePlan(int release, boolean spa) {}
