package dev.samdan.console;

import java.util.TreeSet;

/**
 * A line of a log as HTML: sixteen colours, bold and underline become classes, 256 colours their
 * nearest, other sequences are dropped, a carriage return overwrites the line.
 */
final class AnsiText {
  private static final char ESCAPE = '\u001b';

  private AnsiText() {}

  static String html(String line) {
    int end = line.length();
    while (end > 0 && line.charAt(end - 1) == '\r') {
      end--;
    }
    String text = line.substring(0, end);
    text = text.substring(text.lastIndexOf('\r') + 1);
    StringBuilder html = new StringBuilder(text.length() + 16);
    TreeSet<Integer> styles = new TreeSet<>();
    boolean open = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ESCAPE) {
        int close = sequenceEnd(text, i);
        if (close < text.length() && text.charAt(close) == 'm') {
          apply(text.substring(Math.min(i + 2, close), close), styles);
          html.append(open ? "</span>" : "");
          open = !styles.isEmpty();
          if (open) {
            html.append("<span class=\"");
            styles.forEach(style -> html.append('a').append(style).append(' '));
            html.setLength(html.length() - 1);
            html.append("\">");
          }
        }
        i = close;
      } else {
        escape(html, c);
      }
    }
    return html.append(open ? "</span>" : "").toString();
  }

  /** Index of a sequence's last character (ECMA-48: CSI ends with a byte from 0x40 to 0x7e). */
  private static int sequenceEnd(String text, int start) {
    if (start + 1 >= text.length() || text.charAt(start + 1) != '[') {
      return Math.min(start + 1, text.length() - 1);
    }
    int i = start + 2;
    while (i < text.length() && (text.charAt(i) < 0x40 || text.charAt(i) > 0x7e)) {
      i++;
    }
    return Math.min(i, text.length() - 1);
  }

  private static void apply(String codes, TreeSet<Integer> styles) {
    String[] words = codes.isEmpty() ? new String[] {"0"} : codes.split(";");
    for (int i = 0; i < words.length; i++) {
      int code = number(words[i]);
      if (code == 0) {
        styles.clear();
      } else if (code == 38 && i + 2 < words.length && words[i + 1].equals("5")) {
        colour(styles, nearest(number(words[i + 2])));
        i += 2;
      } else if (code == 1 || code == 4) {
        styles.add(code);
      } else if (code == 22 || code == 24) {
        styles.remove(code == 22 ? 1 : 4);
      } else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) {
        colour(styles, code);
      } else if (code == 39) {
        styles.removeIf(style -> style >= 30);
      }
    }
  }

  private static void colour(TreeSet<Integer> styles, int code) {
    styles.removeIf(style -> style >= 30);
    styles.add(code);
  }

  /** One of the 256 colours as one of the sixteen. */
  private static int nearest(int colour) {
    if (colour < 8) {
      return 30 + colour;
    }
    if (colour < 16) {
      return 82 + colour;
    }
    if (colour >= 232) {
      return colour < 244 ? 90 : 37;
    }
    int cube = colour - 16;
    int red = cube / 36 >= 3 ? 1 : 0;
    int green = cube / 6 % 6 >= 3 ? 2 : 0;
    int blue = cube % 6 >= 3 ? 4 : 0;
    return 30 + red + green + blue;
  }

  private static int number(String text) {
    return text.length() <= 3 && !text.isEmpty() && text.chars().allMatch(Character::isDigit)
        ? Integer.parseInt(text)
        : -1;
  }

  private static void escape(StringBuilder html, char c) {
    switch (c) {
      case '<' -> html.append("&lt;");
      case '>' -> html.append("&gt;");
      case '&' -> html.append("&amp;");
      case '"' -> html.append("&quot;");
      default -> {
        if (c >= ' ' || c == '\t') {
          html.append(c);
        }
      }
    }
  }
}
