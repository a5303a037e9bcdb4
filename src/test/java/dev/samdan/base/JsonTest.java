package dev.samdan.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonTest {
  @Test
  void every_character_is_written_as_it_is_but_zero_which_the_store_cannot_hold() {
    assertThat(Json.write(Map.of("text", "삼단 é 😀 \"two\"\n\u0000!")))
        .isEqualTo("{\"text\":\"삼단 é 😀 \\\"two\\\"\\n\uFFFD!\"}");
  }
}
