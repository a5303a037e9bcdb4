package dev.samdan.image;

import dev.samdan.base.PlatformException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes quotes away and puts variables in, as the Dockerfile reference says ("Environment
 * replacement"): {@code $NAME}, <code>${NAME}</code>, <code>${NAME:-word}</code>, <code>
 * ${NAME:+word}</code>, <code>${NAME:?word}</code> and the same without the colon.
 */
final class Expansion {
  private static final int DEPTH = 20;
  private final char escape;
  private final Function<String, @Nullable String> variables;

  Expansion(char escape, Function<String, @Nullable String> variables) {
    this.escape = escape;
    this.variables = variables;
  }

  /** The word as the instruction means it; a wrong quote or substitution is INVALID. */
  String word(String word) {
    return new Run(word, 0).toEnd();
  }

  /** One pass over one word. */
  private final class Run {
    private final String text;
    private final int depth;
    private final StringBuilder out = new StringBuilder();
    private int at;

    Run(String text, int depth) {
      this.text = text;
      this.depth = depth;
      if (depth > DEPTH) {
        throw PlatformException.invalid(
            "substitutions are nested deeper than " + DEPTH + " levels");
      }
    }

    String toEnd() {
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '\'') {
          singleQuoted();
        } else if (c == '"') {
          doubleQuoted();
        } else if (c == '$') {
          variable();
        } else if (c == escape) {
          if (at < text.length()) {
            out.append(text.charAt(at++));
          }
        } else {
          out.append(c);
        }
      }
      return out.toString();
    }

    private void singleQuoted() {
      int end = text.indexOf('\'', at);
      if (end < 0) {
        throw PlatformException.invalid("a ' is never closed");
      }
      out.append(text, at, end);
      at = end + 1;
    }

    private void doubleQuoted() {
      while (at < text.length()) {
        char c = text.charAt(at++);
        if (c == '"') {
          return;
        }
        if (c == '$') {
          variable();
        } else if (c == escape && at < text.length()) {
          char next = text.charAt(at++);
          if (next != '"' && next != '$' && next != escape) {
            out.append(escape);
          }
          out.append(next);
        } else {
          out.append(c);
        }
      }
      throw PlatformException.invalid("a \" is never closed");
    }

    private void variable() {
      if (at < text.length() && text.charAt(at) == '{') {
        at++;
        braced();
        return;
      }
      String name = name();
      if (name.isEmpty()) {
        out.append('$');
      } else {
        out.append(valueOr(name, ""));
      }
    }

    private void braced() {
      String name = name();
      if (name.isEmpty()) {
        throw PlatformException.invalid("'" + text + "' holds ${ without a variable's name");
      }
      boolean colon = at < text.length() && text.charAt(at) == ':';
      if (colon) {
        at++;
      }
      char operator = at < text.length() ? text.charAt(at++) : 0;
      if (operator == '}' && !colon) {
        out.append(valueOr(name, ""));
        return;
      }
      if (operator != '-' && operator != '+' && operator != '?') {
        throw PlatformException.invalid(
            text.indexOf('}', at - 1) < 0
                ? "'" + text + "' holds a ${ that is never closed"
                : "'"
                    + text
                    + "': of substitutions the built-in builder knows ${NAME:-word}, ${NAME:+word} and ${NAME:?word}");
      }
      String word = new Run(untilBrace(), depth + 1).toEnd();
      String value = variables.apply(name);
      boolean set = value != null && !(colon && value.isEmpty());
      if (operator == '?' && !set) {
        throw PlatformException.invalid(name + ": " + (word.isEmpty() ? "is not set" : word));
      }
      out.append(operator == '+' ? (set ? word : "") : set ? value : word);
    }

    private String untilBrace() {
      int start = at;
      int open = 1;
      for (; at < text.length(); at++) {
        char c = text.charAt(at);
        if (c == escape) {
          at++;
        } else if (c == '{') {
          open++;
        } else if (c == '}' && --open == 0) {
          return text.substring(start, at++);
        }
      }
      throw PlatformException.invalid("'" + text + "' holds a ${ that is never closed");
    }

    private String name() {
      int start = at;
      while (at < text.length() && isName(text.charAt(at), at > start)) {
        at++;
      }
      return text.substring(start, at);
    }

    private String valueOr(String name, String other) {
      String value = variables.apply(name);
      return value == null ? other : value;
    }
  }

  private static boolean isName(char c, boolean later) {
    return c == '_'
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (later && c >= '0' && c <= '9');
  }
}
