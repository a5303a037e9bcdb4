package dev.samdan.database;

import java.sql.Types;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.argument.AbstractArgumentFactory;
import org.jdbi.v3.core.argument.Argument;
import org.jdbi.v3.core.argument.ObjectArgument;
import org.jdbi.v3.core.array.SqlArrayTypeFactory;
import org.jdbi.v3.core.config.ConfigRegistry;

/**
 * Binds texts with U+FFFD in place of each zero character, which PostgreSQL's text cannot hold (its
 * manual, 8.3): what comes from outside, such as the log of a task, may have some, and must not
 * keep the rest from being written. {@link dev.samdan.base.Json#write} does the same in documents.
 */
final class StorableText extends AbstractArgumentFactory<String> {
  private StorableText() {
    super(Types.VARCHAR);
  }

  static Jdbi in(Jdbi jdbi) {
    return jdbi.registerArgument(new StorableText())
        .registerArrayType(SqlArrayTypeFactory.of(String.class, "text", StorableText::of));
  }

  private static String of(String text) {
    return text.replace('\0', '\uFFFD');
  }

  @Override
  protected Argument build(String text, ConfigRegistry config) {
    return ObjectArgument.of(of(text), Types.VARCHAR);
  }
}
