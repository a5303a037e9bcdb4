package dev.samdan.image;

import dev.samdan.base.PlatformException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of an instruction, split at white space outside quotes; quotes and variables stay in
 * them.
 */
final class Words {
  private final String text;
  private final char escape;
  private int position;

  /** What is wrong with a line, and at which character of it. */
  static final class Wrong extends Exception {
    private final int offset;

    Wrong(int offset, String message) {
      super(message);
      this.offset = offset;
    }

    int offset() {
      return offset;
    }
  }

  Words(String text, int position, char escape) {
    this.text = text;
    this.position = position;
    this.escape = escape;
  }

  int position() {
    return position;
  }

  String rest() {
    return text.substring(position);
  }

  /** The leading {@code --name=value} words; one without a value counts as {@code true}. */
  Map<String, String> flags() throws Wrong {
    Map<String, String> flags = new LinkedHashMap<>();
    skipSpace();
    while (text.startsWith("--", position)) {
      int start = position;
      String word = next();
      int equals = word.indexOf('=');
      String name = equals < 0 ? word.substring(2) : word.substring(2, equals);
      if (flags.put(name, equals < 0 ? "true" : word.substring(equals + 1)) != null) {
        throw new Wrong(start, "--" + name + " is given twice");
      }
      skipSpace();
    }
    return flags;
  }

  /** The names of the leading {@code --name=value} words, each of which may stand there twice. */
  List<String> flagNames() throws Wrong {
    List<String> names = new ArrayList<>();
    for (skipSpace(); text.startsWith("--", position); skipSpace()) {
      String word = next();
      names.add(word.substring(2, word.indexOf('=') < 0 ? word.length() : word.indexOf('=')));
    }
    return names;
  }

  /** All words from here to the end. */
  List<String> remaining() throws Wrong {
    List<String> all = new ArrayList<>();
    for (skipSpace(); position < text.length(); skipSpace()) {
      all.add(next());
    }
    return List.copyOf(all);
  }

  /** Whether quotes and substitutions of a word are well formed. */
  void check(String word, int offset) throws Wrong {
    try {
      new Expansion(escape, name -> "x").word(word);
    } catch (PlatformException e) {
      throw new Wrong(offset, e.text());
    }
  }

  private String next() throws Wrong {
    int start = position;
    char quote = 0;
    for (; position < text.length(); position++) {
      char c = text.charAt(position);
      if (c == escape && quote != '\'') {
        position++;
      } else if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (Character.isWhitespace(c)) {
        break;
      }
    }
    position = Math.min(position, text.length());
    if (quote != 0) {
      throw new Wrong(start, "a " + quote + " is never closed");
    }
    return text.substring(start, position);
  }

  private void skipSpace() {
    while (position < text.length() && Character.isWhitespace(text.charAt(position))) {
      position++;
    }
  }
}
