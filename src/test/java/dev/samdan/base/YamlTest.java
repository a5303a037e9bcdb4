package dev.samdan.base;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class YamlTest {
  @Test
  void an_alias_bomb_is_a_problem_and_no_flood() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 24; i++) {
      bomb.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }
    Yaml.Document document = Yaml.parse("bomb.yml", bomb.toString());
    assertThat(document.problems())
        .singleElement()
        .asString()
        .contains("holds more than 100000 values once its aliases stand for what they name");
  }

  @Test
  void a_value_that_holds_itself_is_a_problem() {
    assertThat(Yaml.parse("a.yml", "a: &a [*a, *a]\n").problems()).isNotEmpty();
    assertThat(Yaml.parse("a.yml", "&a {b: *a, *a : c}\n").problems()).isNotEmpty();
  }

  @Test
  void a_deep_nest_is_a_problem() {
    assertThat(Yaml.parse("a.yml", "[".repeat(200_000)).problems()).isNotEmpty();
    assertThat(Yaml.parse("a.json", "{\"a\":".repeat(50_000)).problems()).isNotEmpty();
  }

  @Test
  void many_problems_stay_one_page() {
    assertThat(Yaml.parse("a.yml", "[a]: b\n".repeat(20_000)).problems()).hasSizeLessThan(1000);
  }
}
