package dev.samdan.base;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("fuzz")
class GlobFuzzTest {
  private static final String PATH = "a/".repeat(40) + "a".repeat(200) + ".txt";

  @Test
  void any_pattern_is_read_or_refused_and_matched_in_time() {
    Fuzz.ofTexts(
            "a glob",
            "**/*.py",
            "a/**/b/*/c?.{txt,md}",
            "[a-z0-9!]*/[!x]*",
            "*a*a*a*a*a*a*a*a*a*a*b",
            "**/**/**/**/**/**/x",
            "{a,{b,{c,d}}}{e,f}{g,h}")
        .runTexts(text -> Glob.parse(text).matches(PATH));
  }
}
