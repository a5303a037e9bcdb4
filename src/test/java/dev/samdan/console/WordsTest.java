package dev.samdan.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class WordsTest {
  private static final Pattern PLACE = Pattern.compile("\\{\\d}");

  @Test
  void both_languages_have_the_same_words_and_korean_fills_in_nothing_else() {
    Words english = Words.of("en");
    Words korean = Words.of("ko");
    assertThat(korean.keys()).isEqualTo(english.keys());
    for (String key : english.keys()) {
      if (!key.endsWith(".one")) {
        assertThat(places(english.say(key))).as(key).containsAll(places(korean.say(key)));
      }
    }
  }

  private static Set<String> places(String text) {
    return PLACE
        .matcher(text)
        .results()
        .map(r -> r.group())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @Test
  void the_first_accepted_language_that_is_spoken_wins() {
    assertThat(Words.accepted("ko-KR,ko;q=0.9,en;q=0.8").tag()).isEqualTo("ko");
    assertThat(Words.accepted("de,en;q=0.5").tag()).isEqualTo("en");
    assertThat(Words.accepted("not a header;;;").tag()).isEqualTo("en");
    assertThat(Words.accepted(null).tag()).isEqualTo("en");
  }

  @Test
  void colours_become_classes_and_markup_stays_text() {
    assertThat(AnsiText.html("\u001b[1;31m<b>\u001b[0m&"))
        .isEqualTo("<span class=\"a1 a31\">&lt;b&gt;</span>&amp;");
    assertThat(AnsiText.html("10%\r100%")).isEqualTo("100%");
    assertThat(AnsiText.html("\u001b[38;5;196mred\u001b[39m \u001b[2Kplain"))
        .isEqualTo("<span class=\"a31\">red</span> plain");
    assertThat(AnsiText.html("\u001b[")).isEmpty();
  }

  @Test
  void a_mark_splits_a_shifting_bar_by_its_share() {
    Mark mark = Mark.of(Mark.Tier.LIVE, Mark.Tier.SHIFTING, Mark.Tier.ABSENT, 40);
    assertThat(mark.shapes())
        .extracting(Mark.Shape::tone)
        .containsExactly("live", "blue", "green", "absent");
    assertThat(mark.shapes().get(1).width()).isEqualTo(9);
  }
}
