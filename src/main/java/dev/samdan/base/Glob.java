package dev.samdan.base;

import java.util.regex.Pattern;

/**
 * A path pattern as CodeBuild and CodePipeline read it: {@code *} and {@code ?} stay within a path
 * segment, {@code **} crosses segments, a leading or inner {@code **}{@code /} may stand for none,
 * {@code [set]}, {@code [!set]} and {@code {a,b}} choose, {@code \} escapes. Names that begin with
 * a dot match like others.
 */
public final class Glob {
  private final String text;
  private final Pattern pattern;

  private Glob(String text, Pattern pattern) {
    this.text = text;
    this.pattern = pattern;
  }

  public static Glob parse(String text) {
    StringBuilder regex = new StringBuilder();
    int group = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '*' -> {
          if (text.startsWith("**/", i) && (i == 0 || text.charAt(i - 1) == '/')) {
            regex.append("(?:[^/]+/)*");
            i += 2;
          } else if (text.startsWith("**", i)) {
            regex.append(".*");
            i++;
          } else {
            regex.append("[^/]*");
          }
        }
        case '?' -> regex.append("[^/]");
        case '[' -> {
          int end = text.indexOf(']', i + 2);
          if (end < 0) {
            throw PlatformException.invalid(
                "'" + text + "' is not a pattern: '[' at " + (i + 1) + " is never closed");
          }
          String set = text.substring(i + 1, end);
          boolean not = set.startsWith("!") || set.startsWith("^");
          String members =
              (not ? set.substring(1) : set)
                  .replace("\\", "\\\\")
                  .replace("[", "\\[")
                  .replace("&&", "&\\&");
          regex.append(not ? "[^/" : "[").append(members).append(']');
          i = end;
        }
        case '{' -> {
          group++;
          regex.append("(?:");
        }
        case '}' -> {
          if (group > 0) {
            group--;
            regex.append(')');
          } else {
            regex.append("\\}");
          }
        }
        case ',' -> regex.append(group > 0 ? "|" : ",");
        case '\\' -> {
          i++;
          if (i < text.length()) {
            regex.append(Pattern.quote(String.valueOf(text.charAt(i))));
          }
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    if (group > 0) {
      throw PlatformException.invalid("'" + text + "' is not a pattern: a '{' is never closed");
    }
    return new Glob(text, Pattern.compile(regex.toString(), Pattern.DOTALL));
  }

  /** Whether a path with {@code /} between its segments matches as a whole. */
  public boolean matches(String path) {
    return pattern.matcher(path).matches();
  }

  @Override
  public String toString() {
    return text;
  }
}
