package dev.samdan.build;

/**
 * How much of a source file the tests ran.
 *
 * @param path as the report names the file
 */
public record FileCoverage(
    String path, int linesCovered, int linesMissed, int branchesCovered, int branchesMissed) {}
