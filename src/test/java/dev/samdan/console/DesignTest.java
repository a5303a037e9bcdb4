package dev.samdan.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the design asks of the stylesheet, the script and the icons. */
class DesignTest {
  private static final Pattern TOKEN =
      Pattern.compile("--([a-z0-9-]+): light-dark\\((#[0-9a-f]{6}), (#[0-9a-f]{6})\\)");
  private static final Pattern ICON = Pattern.compile("part\\.icon\\(name = \"([a-z]+)\"\\)");
  private static final List<String> GROUNDS = List.of("canvas", "surface", "sunken", "hover");

  private static String read(String name) {
    try (InputStream in =
        Objects.requireNonNull(DesignTest.class.getResourceAsStream(name), name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void the_stylesheet_and_the_script_are_small() {
    assertThat(Assets.stylesheet().length).isLessThan(40_000);
    assertThat(read("console.js").getBytes(StandardCharsets.UTF_8).length).isLessThan(20_000);
  }

  @Test
  void text_can_be_read_on_every_ground_in_light_and_dark() {
    for (int theme = 1; theme <= 2; theme++) {
      Map<String, String> tokens = new HashMap<>();
      Matcher matcher = TOKEN.matcher(read("console.css"));
      while (matcher.find()) {
        tokens.put(matcher.group(1), matcher.group(theme + 1));
      }
      for (String ground : GROUNDS) {
        for (String text : List.of("ink", "ink2", "run", "wait", "fail", "blue", "green")) {
          assertContrast(tokens, text, ground, 4.5);
        }
        assertContrast(tokens, "ink2", ground, 7);
        assertContrast(tokens, "ink3", ground, 4.5);
        assertContrast(tokens, "edge", ground, 3);
        assertContrast(tokens, "blue-fill", ground, 3);
        assertContrast(tokens, "green-fill", ground, 3);
      }
      for (String tone : List.of("run", "wait", "fail", "blue", "green")) {
        assertContrast(tokens, tone, tone + "-soft", 4.5);
        assertContrast(tokens, "ink2", tone + "-soft", 4.5);
      }
      assertContrast(tokens, "on-ink", "ink", 7);
    }
  }

  private static void assertContrast(
      Map<String, String> tokens, String text, String ground, double least) {
    double a = luminance(Objects.requireNonNull(tokens.get(text), text));
    double b = luminance(Objects.requireNonNull(tokens.get(ground), ground));
    double contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    assertThat(contrast).as("%s on %s", text, ground).isGreaterThanOrEqualTo(least);
  }

  /** Relative luminance (WCAG 2.2, definitions). */
  private static double luminance(String colour) {
    double[] weights = {0.2126, 0.7152, 0.0722};
    double sum = 0;
    for (int i = 0; i < 3; i++) {
      double part = Integer.parseInt(colour.substring(1 + 2 * i, 3 + 2 * i), 16) / 255.0;
      sum += weights[i] * (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4));
    }
    return sum;
  }

  @Test
  void the_favicon_is_the_mark_and_each_state_has_its_own_shape() {
    assertThat(Assets.favicon("live")).doesNotContain("class=\"wait\"", "class=\"fail\"");
    for (String state : List.of("run", "wait", "fail")) {
      assertThat(Assets.favicon(state))
          .contains("class=\"live\"", "class=\"" + state + "\"")
          .isNotEqualTo(Assets.favicon("live"));
    }
    assertThat(Assets.favicon("\"><script>")).isEqualTo(Assets.favicon("live"));
  }

  @Test
  void every_icon_of_a_page_is_in_the_sprite() throws IOException {
    String sprite = read("icons.svg");
    try (Stream<Path> pages = Files.walk(Path.of("src/main/jte"))) {
      for (Path page : pages.filter(p -> p.toString().endsWith(".jte")).toList()) {
        Matcher matcher = ICON.matcher(Files.readString(page));
        while (matcher.find()) {
          assertThat(sprite).as(page.toString()).contains("id=\"" + matcher.group(1) + "\"");
        }
      }
    }
  }

  @Test
  void initials_are_of_the_given_name_or_of_two_words() {
    assertThat(Brief.initials("김민지")).isEqualTo("민");
    assertThat(Brief.initials("Alex Rivera")).isEqualTo("AR");
    assertThat(Brief.initials("root")).isEqualTo("R");
    assertThat(Brief.initials(" ")).isEqualTo("?");
  }
}
