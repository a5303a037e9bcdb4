/** What was decided by whom: recorded at the doors, shown, exported, kept as long as is said. */
@NullMarked
package dev.samdan.audit;

import org.jspecify.annotations.NullMarked;
