package dev.samdan.base;

import java.util.ArrayList;
import java.util.List;

/**
 * A path pattern as CodeBuild and CodePipeline read it: {@code *} and {@code ?} stay within a path
 * segment, {@code **} crosses segments, a leading or inner {@code **}{@code /} may stand for none,
 * {@code [set]}, {@code [!set]} and {@code {a,b}} choose, {@code \} escapes. Names that begin with
 * a dot match like others. Matching takes time in proportion to pattern times path, whatever the
 * pattern: patterns come from people who push.
 */
public final class Glob {
  private static final int MOST_CHOICES = 256;
  private static final int LONGEST = 4096;

  private final String text;
  private final List<List<Token>> choices;

  private Glob(String text, List<List<Token>> choices) {
    this.text = text;
    this.choices = choices;
  }

  /** A part of a pattern. */
  private sealed interface Token {
    /** One character, any of the ranges {@code from, to}; never a slash where {@code not}. */
    record One(boolean not, List<int[]> ranges) implements Token {
      boolean matches(int c) {
        for (int[] range : ranges) {
          if (c >= range[0] && c <= range[1]) {
            return !not;
          }
        }
        return not && c != '/';
      }
    }

    /** {@code *} */
    record Segment() implements Token {}

    /** {@code **} */
    record Everything() implements Token {}

    /** {@code **}{@code /} at the beginning of a segment. */
    record Folders() implements Token {}
  }

  /** Reads a pattern; INVALID where a bracket or brace is never closed. */
  public static Glob parse(String text) {
    if (text.length() > LONGEST) {
      throw PlatformException.invalid(
          "a pattern of " + text.length() + " characters is not read; " + LONGEST + " at most");
    }
    return new Glob(text, new Parser(text).parse());
  }

  private static final class Parser {
    private final String text;
    private int at;

    Parser(String text) {
      this.text = text;
    }

    List<List<Token>> parse() {
      return sequence(0);
    }

    /** Up to the end, or inside braces up to a comma or the closing one. */
    private List<List<Token>> sequence(int depth) {
      List<List<Token>> all = new ArrayList<>();
      all.add(new ArrayList<>());
      while (at < text.length()) {
        char c = text.charAt(at);
        if (depth > 0 && (c == ',' || c == '}')) {
          return all;
        }
        if (c == '{') {
          all = product(all, group(depth));
        } else {
          Token token = token();
          all.forEach(choice -> choice.add(token));
        }
      }
      if (depth > 0) {
        throw wrong("a '{' is never closed");
      }
      return all;
    }

    private List<List<Token>> group(int depth) {
      if (depth >= 20) {
        throw wrong("braces are nested deeper than 20 levels");
      }
      List<List<Token>> all = new ArrayList<>();
      do {
        at++;
        all.addAll(sequence(depth + 1));
      } while (text.charAt(at) == ',');
      at++;
      return all;
    }

    private List<List<Token>> product(List<List<Token>> heads, List<List<Token>> tails) {
      if ((long) heads.size() * tails.size() > MOST_CHOICES) {
        throw wrong("its braces give more than " + MOST_CHOICES + " choices");
      }
      List<List<Token>> all = new ArrayList<>();
      for (List<Token> head : heads) {
        for (List<Token> tail : tails) {
          List<Token> joined = new ArrayList<>(head);
          joined.addAll(tail);
          all.add(joined);
        }
      }
      return all;
    }

    private Token token() {
      if (text.startsWith("**/", at) && (at == 0 || text.charAt(at - 1) == '/')) {
        at += 3;
        return new Token.Folders();
      }
      if (text.startsWith("**", at)) {
        at += 2;
        return new Token.Everything();
      }
      int c = text.codePointAt(at);
      if (c == '[') {
        return set();
      }
      at += Character.charCount(c);
      if (c == '*') {
        return new Token.Segment();
      }
      if (c == '?') {
        return new Token.One(true, List.of());
      }
      if (c == '\\' && at < text.length()) {
        c = text.codePointAt(at);
        at += Character.charCount(c);
      }
      return new Token.One(false, List.of(new int[] {c, c}));
    }

    private Token set() {
      int end = text.indexOf(']', at + 2);
      if (end < 0) {
        throw wrong("'[' at " + (at + 1) + " is never closed");
      }
      boolean not = text.charAt(at + 1) == '!' || text.charAt(at + 1) == '^';
      int[] members = text.substring(not ? at + 2 : at + 1, end).codePoints().toArray();
      List<int[]> ranges = new ArrayList<>();
      for (int i = 0; i < members.length; i++) {
        boolean range = i + 2 < members.length && members[i + 1] == '-';
        ranges.add(new int[] {members[i], range ? members[i + 2] : members[i]});
        i += range ? 2 : 0;
      }
      at = end + 1;
      return new Token.One(not, ranges);
    }

    private PlatformException wrong(String why) {
      return PlatformException.invalid("'" + text + "' is not a pattern: " + why);
    }
  }

  /** Whether a path with {@code /} between its segments matches as a whole. */
  public boolean matches(String path) {
    int[] characters = path.codePoints().toArray();
    return choices.stream().anyMatch(choice -> matches(choice, characters));
  }

  /** Follows, token by token, which lengths of the path's beginning the pattern can stand for. */
  private static boolean matches(List<Token> tokens, int[] path) {
    Reached reached = new Reached(path);
    for (int i = 0; i < tokens.size() && reached.any(); i++) {
      switch (tokens.get(i)) {
        case Token.One one -> reached.step(one);
        case Token.Segment _ -> reached.extend(false);
        case Token.Everything _ -> {
          if (i == tokens.size() - 1) {
            return true;
          }
          reached.extend(true);
        }
        case Token.Folders _ -> reached.folders();
      }
    }
    return reached.all();
  }

  /** The lengths that were reached, all of them between {@code low} and {@code high}. */
  private static final class Reached {
    private final int[] path;
    private final boolean[] lengths;
    private int low;
    private int high;

    Reached(int[] path) {
      this.path = path;
      this.lengths = new boolean[path.length + 1];
      lengths[0] = true;
    }

    boolean any() {
      return low <= high;
    }

    boolean all() {
      return lengths[path.length];
    }

    void step(Token.One one) {
      int last = Math.min(high, path.length - 1);
      if (high == path.length) {
        lengths[high] = false;
      }
      int first = path.length + 1;
      high = -1;
      for (int i = last; i >= low; i--) {
        boolean taken = lengths[i] && one.matches(path[i]);
        lengths[i] = false;
        lengths[i + 1] = taken;
        if (taken) {
          first = i + 1;
          high = Math.max(high, i + 1);
        }
      }
      low = first;
    }

    void extend(boolean slashes) {
      for (int i = low + 1; i <= path.length && (i <= high + 1 || lengths[i - 1]); i++) {
        lengths[i] |= lengths[i - 1] && (slashes || path[i - 1] != '/');
        if (lengths[i]) {
          high = Math.max(high, i);
        }
      }
    }

    void folders() {
      boolean begun = false;
      boolean named = false;
      for (int i = low; i <= path.length; i++) {
        if (i > low && path[i - 1] == '/') {
          lengths[i] |= begun && named;
          begun = false;
          named = false;
        } else if (i > low) {
          named = begun;
        }
        begun |= lengths[i];
        if (lengths[i]) {
          high = Math.max(high, i);
        }
      }
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
