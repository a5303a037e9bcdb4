package dev.samdan.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Fuzz;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever a team's file holds, its check tells problems and comes back. */
@Tag("fuzz")
class FileFuzzTest {
  private static final String[] PLACES = {"src/test/resources/corpus", "sample", "examples"};

  @ParameterizedTest
  @EnumSource(Kind.class)
  void a_file_of_any_content_is_checked(Kind kind) {
    Fuzz.of(kind.text(), corpus(kind))
        .runTexts(text -> assertThat(Preflight.validate(name(kind), text).problems()).isNotNull());
  }

  private static String name(Kind kind) {
    return switch (kind) {
      case SAMDAN -> "samdan.yml";
      case BUILDSPEC -> "buildspec.yml";
      case APPSPEC -> "appspec.yaml";
      case TASKDEF -> "taskdef.json";
      case PIPELINE -> "pipeline.json";
      case CLOUDFORMATION -> "stack.yaml";
      case DOCKERFILE -> "Dockerfile";
      case DOCKERIGNORE -> ".dockerignore";
    };
  }

  private static List<byte[]> corpus(Kind kind) {
    Predicate<String> wanted =
        switch (kind) {
          case CLOUDFORMATION ->
              name -> name.startsWith("template") || name.equals("codepipeline.yml");
          default -> name -> Kind.ofName(name).filter(k -> k == kind).isPresent();
        };
    return Fuzz.files(wanted, PLACES);
  }
}
