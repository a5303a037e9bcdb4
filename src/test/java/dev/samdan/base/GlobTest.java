package dev.samdan.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          *              | a          | true
          *              | a/b        | false
          **             | a/b        | true
          **/*           | a          | true
          **/*           | .a/.b      | true
          **/README.md   | README.md  | true
          **/README.md   | x/README.md | true
          **/README.md   | xREADME.md | false
          a/**/b         | a/b        | true
          a/**/b         | a/x/y/b    | true
          a/**/b         | a//b       | false
          a/**           | a/         | true
          a/**           | a          | false
          a**b           | a/x/b      | true
          ?              | /          | false
          [!a]           | /          | false
          [a-c]x         | bx         | true
          [a-c]x         | dx         | false
          []]            | ]          | true
          [a\\]          | \\         | true
          {a,b/*}.js     | b/c.js     | true
          {a,b}{c,d}     | bd         | true
          {a,{b,c}}      | c          | true
          \\*            | *          | true
          \\*            | a          | false
          a}             | a}         | true
          a,b            | a,b        | true
          """)
  void a_pattern_matches_as_code_build_reads_it(String glob, String path, boolean matches) {
    assertThat(Glob.parse(glob).matches(path)).isEqualTo(matches);
  }

  @Test
  void what_is_never_closed_is_refused() {
    assertThatThrownBy(() -> Glob.parse("a[b")).hasMessageContaining("'[' at 2 is never closed");
    assertThatThrownBy(() -> Glob.parse("a{b,{c}")).hasMessageContaining("never closed");
    assertThatThrownBy(() -> Glob.parse("{a,b}".repeat(20))).hasMessageContaining("choices");
    assertThatThrownBy(() -> Glob.parse("{".repeat(5000))).hasMessageContaining("not read");
  }

  /** These took a backtracking matcher years. */
  @Test
  void no_pattern_takes_long() {
    assertThat(Glob.parse("**/".repeat(40) + "x").matches("a/".repeat(500) + "y")).isFalse();
    assertThat(Glob.parse("*a".repeat(60) + "b").matches("a".repeat(1000))).isFalse();
    assertThat(Glob.parse("**a".repeat(60) + "b").matches("a/".repeat(1000))).isFalse();
  }

  @Test
  void it_agrees_with_a_regular_expression() {
    long seed = Long.getLong("samdan.seed", System.nanoTime());
    Random random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      String glob = text(random, "ab/*?.", 8);
      if (glob.contains("**")) {
        continue;
      }
      Pattern regex =
          Pattern.compile(glob.replace(".", "\\.").replace("*", "[^/]*").replace("?", "[^/]"));
      String path = text(random, "ab/.", 8);
      assertThat(Glob.parse(glob).matches(path))
          .as("%s on %s, -Dsamdan.seed=%d", glob, path, seed)
          .isEqualTo(regex.matcher(path).matches());
    }
  }

  private static String text(Random random, String letters, int longest) {
    StringBuilder text = new StringBuilder();
    for (int n = random.nextInt(longest + 1); n > 0; n--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString();
  }
}
