/**
 * Commands that run once in a deployed image: those that people run, and the jobs that samdan.yml
 * declares.
 */
@NullMarked
package dev.samdan.jobs;

import org.jspecify.annotations.NullMarked;
