@org.jspecify.annotations.NullMarked
package dev.samdan.build;
