package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretMaskTest {
  private static final String SECRET = "p\"ss w/rd+with&signs-and-some-length";

  private static SecretMask mask(String... values) {
    SecretMask mask = new SecretMask();
    mask.hide(List.of(values));
    return mask;
  }

  @Test
  void a_value_is_hidden_as_it_is_and_as_tools_encode_it() {
    SecretMask mask = mask(SECRET);
    String base64 = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
    assertThat(mask.mask("a " + SECRET + " b")).isEqualTo("a *** b");
    assertThat(mask.mask("{\"p\":\"p\\\"ss w/rd+with&signs-and-some-length\"}"))
        .isEqualTo("{\"p\":\"***\"}");
    assertThat(mask.mask("?p=p%22ss+w%2Frd%2Bwith%26signs-and-some-length&x"))
        .isEqualTo("?p=***&x");
    assertThat(mask.mask("?p=p%22ss%20w%2Frd%2Bwith%26signs-and-some-length")).isEqualTo("?p=***");
    assertThat(mask.mask(base64)).startsWith("***").hasSizeLessThan(8);
    assertThat(mask.mask("70227373")).isEqualTo("70227373");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "u", "us", "use", "user:"})
  void base64_is_found_wherever_the_value_stands_in_what_was_encoded(String before) {
    String text =
        Base64.getEncoder()
            .encodeToString((before + SECRET + " after").getBytes(StandardCharsets.UTF_8));
    String masked = mask(SECRET).mask("Basic " + text);
    assertThat(masked).contains("***");
    assertThat(masked.length()).isLessThan("Basic ".length() + text.length() - SECRET.length());
  }

  @Test
  void what_was_encoded_is_found_across_the_lines_into_which_it_was_wrapped() {
    String seed = System.getProperty("seed", String.valueOf(System.nanoTime()));
    System.out.println("seed " + seed);
    Random random = new Random(Long.parseLong(seed));
    for (int round = 0; round < 300; round++) {
      byte[] letters = new byte[20 + random.nextInt(300)];
      for (int i = 0; i < letters.length; i++) {
        letters[i] = (byte) ('a' + random.nextInt(26));
      }
      String secret = new String(letters, StandardCharsets.US_ASCII);
      String before = "x".repeat(random.nextInt(120));
      int width = 40 + random.nextInt(60);
      String text =
          Base64.getMimeEncoder(width / 4 * 4, new byte[] {'\n'})
              .encodeToString((before + secret + "tail").getBytes(StandardCharsets.US_ASCII));
      SecretMask mask = mask(secret);
      List<String> shown = new ArrayList<>(mask.next("before"));
      text.lines().forEach(line -> shown.addAll(mask.next(line)));
      shown.addAll(mask.next("after"));
      shown.addAll(mask.release());
      assertThat(shown)
          .hasSize((int) text.lines().count() + 2)
          .startsWith("before")
          .endsWith("after");
      String whole = String.join("", shown);
      String needle =
          Base64.getEncoder()
              .withoutPadding()
              .encodeToString((before + secret).getBytes(StandardCharsets.US_ASCII));
      // All but the eight letters that may end a line before the value can be told.
      String part = needle.substring(needle.length() - secret.length() + 4, needle.length() - 12);
      if (!part.isEmpty()) {
        assertThat(whole).doesNotContain(part);
      }
      assertThat(whole).contains("***");
    }
  }

  @Test
  void lines_that_only_begin_like_a_value_are_shown_whole_and_in_order() {
    SecretMask mask = mask(SECRET);
    String base64 = Base64.getEncoder().encodeToString(SECRET.getBytes(StandardCharsets.UTF_8));
    List<String> shown = new ArrayList<>();
    shown.addAll(mask.next("x " + base64.substring(0, 12)));
    assertThat(shown).isEmpty();
    shown.addAll(mask.next("another line"));
    assertThat(shown).containsExactly("x " + base64.substring(0, 12), "another line");
    assertThat(mask.next(base64.substring(0, 12))).isEmpty();
    assertThat(mask.release()).containsExactly(base64.substring(0, 12));
  }

  @Test
  void short_values_and_the_lines_of_long_ones_are_treated_apart() {
    SecretMask mask = mask("abc", "line one\nline two");
    assertThat(mask.mask("abc")).isEqualTo("abc");
    assertThat(mask.mask("only line two")).isEqualTo("only ***");
  }
}
