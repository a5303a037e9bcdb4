package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Secrets that commands are given: never as arguments, which process lists show. */
final class StandardInput {
  /** More than any store takes, so that it can say so. */
  private static final int MOST_BYTES = 1 << 20;

  private StandardInput() {}

  /** What a person types without its being shown, else all of the input but its last newline. */
  static String secret(String question) {
    Console console = System.console();
    if (console != null && console.isTerminal()) {
      char[] typed = console.readPassword("%s", question);
      if (typed == null) {
        throw PlatformException.invalid("no value was given");
      }
      return new String(typed);
    }
    try {
      String text = new String(System.in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
      return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
