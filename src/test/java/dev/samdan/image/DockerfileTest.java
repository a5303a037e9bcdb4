package dev.samdan.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Problem;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DockerfileTest {
  @Test
  void instructions_are_read_over_continuations_and_comments() {
    Dockerfile file =
        parse(
            """
            # syntax=docker/dockerfile:1
            # a comment
            ARG BASE_IMAGE
            FROM ${BASE_IMAGE} AS Build
            ENV A=1 \\
                # inside
                B="two words" \\

                C='x y'
            copy --chown=1000:1000 a b /c/
            ENTRYPOINT ["./boot.sh", "serve"]
            CMD echo hi
            """);

    assertThat(file.problems()).isEmpty();
    assertThat(file.arguments()).hasSize(1);
    assertThat(file.stages().getFirst().from().name()).isEqualTo("build");
    List<Instruction> all = file.stages().getFirst().instructions();
    assertThat(((Instruction.Env) all.get(0)).pairs())
        .containsExactly(
            new Instruction.Pair("A", "1"),
            new Instruction.Pair("B", "\"two words\""),
            new Instruction.Pair("C", "'x y'"));
    Instruction.Copy copy = (Instruction.Copy) all.get(1);
    assertThat(copy.sources()).containsExactly("a", "b");
    assertThat(copy.flags()).containsEntry("chown", "1000:1000");
    assertThat(copy.at().line()).isEqualTo(10);
    assertThat(((Instruction.Command) all.get(2)).words()).containsExactly("./boot.sh", "serve");
    assertThat(((Instruction.Command) all.get(3)).shell()).isTrue();
  }

  @Test
  void all_problems_are_told_at_once_with_line_and_column() {
    Dockerfile file =
        parse(
            """
            COPY too soon
            FROM scratch
            COPPY a b
              EXPOSE
            COPY --parents a b
            ENV =x
            COPY "a b
            COPY \\
              a \\
              <<EOF
            text
            EOF
            ADD https://example.com/x /x
            LABEL a="${b"
            SHELL bash
            """);

    assertThat(file.problems())
        .extracting(Problem::toString)
        .satisfiesExactly(
            p -> assertThat(p).startsWith("Dockerfile:1:1: error: only ARG"),
            p ->
                assertThat(p)
                    .startsWith(
                        "Dockerfile:3:1: error: 'COPPY' is no instruction; did you mean COPY?"),
            p -> assertThat(p).startsWith("Dockerfile:4:3: error: EXPOSE says nothing"),
            p -> assertThat(p).startsWith("Dockerfile:6:").contains("is not NAME=value"),
            p -> assertThat(p).startsWith("Dockerfile:7:6: error: a \" is never closed"),
            p -> assertThat(p).startsWith("Dockerfile:14:").contains("never closed"),
            p -> assertThat(p).startsWith("Dockerfile:15:").contains("SHELL takes the JSON form"));
    assertThat(file.stages().getFirst().instructions())
        .filteredOn(Instruction.NeedsEngine.class::isInstance)
        .extracting(
            i -> i.at().line() + ":" + i.at().column() + " " + ((Instruction.NeedsEngine) i).what())
        .containsExactly(
            "5:6 --parents of COPY", "10:3 COPY from a here-document", "13:5 ADD of an address");
  }

  @Test
  void the_lines_of_a_here_document_are_not_instructions() {
    Dockerfile file = parse("FROM scratch\nRUN <<-EOF\n\techo FROM nothing\n\tEOF\nUSER 1000\n");

    assertThat(file.problems()).isEmpty();
    assertThat(file.stages().getFirst().instructions()).hasSize(2);
  }

  @Test
  void a_file_without_from_is_told_so() {
    assertThat(parse("# nothing\n").problems())
        .singleElement()
        .asString()
        .contains("there is no FROM");
  }

  @Test
  void only_the_stages_that_the_target_needs_are_built() {
    Dockerfile file =
        parse(
            """
            FROM scratch AS a
            FROM scratch AS unused
            FROM a AS b
            FROM scratch
            COPY --from=b /x /x
            """);

    assertThat(file.needed(null)).extracting(Dockerfile.Stage::number).containsExactly(0, 2, 3);
    assertThat(file.needed("unused")).extracting(Dockerfile.Stage::number).containsExactly(1);
  }

  @Test
  void variables_are_put_in_as_the_reference_says() {
    Map<String, String> variables = Map.of("A", "one", "EMPTY", "");
    Expansion expansion = new Expansion('\\', variables::get);

    assertThat(expansion.word("$A-${A}x")).isEqualTo("one-onex");
    assertThat(expansion.word("${NO:-word}${NO-}")).isEqualTo("word");
    assertThat(expansion.word("${EMPTY:-x}|${EMPTY-x}")).isEqualTo("x|");
    assertThat(expansion.word("${A:+yes}${NO:+no}")).isEqualTo("yes");
    assertThat(expansion.word("${NO:-${A}}")).isEqualTo("one");
    assertThat(expansion.word("'$A' \"$A\" \\$A")).isEqualTo("$A one $A");
    assertThat(expansion.word("a\\ b\"\\n\"")).isEqualTo("a b\\n");
  }

  @Test
  void ignored_files_are_decided_by_the_last_pattern_that_matches() {
    DockerIgnore ignore = DockerIgnore.parse("# c\n*.log\n**/*.tmp\nlibs\n!libs/keep.jar\n/a/b/\n");

    assertThat(List.of("x.log", "d/x.tmp", "x.tmp", "libs/a.jar", "libs/deep/b", "a/b/c"))
        .allMatch(ignore::ignores);
    assertThat(List.of("d/x.log", "libs/keep.jar", "a/bc", "README")).noneMatch(ignore::ignores);
  }

  @Test
  void any_mutated_file_is_parsed_without_an_exception() {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    String good =
        """
        # escape=\\
        ARG A=1
        FROM scratch AS x
        COPY --chown=1:2 --from=x a "b c" ${D:-${E}}/ \\
          f
        ENV A="x" B='y' C=z\\ z
        LABEL a b
        ADD ["a", "b"]
        CMD ["x"]
        RUN <<EOF
        x
        EOF
        """;
    String alphabet = "${}\"'\\ \n\t[]<-#=:/AFROMCPYé\uD55C";
    for (int i = 0; i < 20_000; i++) {
      StringBuilder bad = new StringBuilder(good);
      for (int n = 1 + random.nextInt(6); n > 0; n--) {
        int at = random.nextInt(bad.length());
        char c = alphabet.charAt(random.nextInt(alphabet.length()));
        if (random.nextBoolean()) {
          bad.setCharAt(at, c);
        } else if (random.nextBoolean()) {
          bad.insert(at, c);
        } else {
          bad.delete(at, Math.min(bad.length(), at + 1 + random.nextInt(8)));
        }
      }
      try {
        Dockerfile file = parse(bad.toString());
        assertThat(file.problems()).allSatisfy(p -> assertThat(p.line()).isBetween(0, 40));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed " + seed + ", round " + i + ":\n" + bad, e);
      }
    }
  }

  private static Dockerfile parse(String text) {
    return Dockerfile.parse("Dockerfile", text);
  }
}
