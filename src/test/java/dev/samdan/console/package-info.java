@NullMarked
package dev.samdan.console;

import org.jspecify.annotations.NullMarked;
