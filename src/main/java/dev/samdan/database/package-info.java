/**
 * The PostgreSQL engine, the control store's connections, and the databases of the applications.
 */
@NullMarked
package dev.samdan.database;

import org.jspecify.annotations.NullMarked;
