/**
 * Declarations, executions, triggers, approvals: CodePipeline's structure and semantics on rows in
 * PostgreSQL.
 */
@NullMarked
package dev.samdan.pipeline;

import org.jspecify.annotations.NullMarked;
