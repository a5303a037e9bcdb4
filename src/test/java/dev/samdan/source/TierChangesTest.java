package dev.samdan.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.application.ApplicationDeclaration;
import dev.samdan.application.ApplicationFile;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TierChangesTest {
  private static final String BOTH = "tiers: {web: {source: web}, api: {source: api}}";
  private static final String NESTED = "tiers: {web: {source: api/web}, api: {source: api}}";
  private static final String ROOT = "tiers: {web: {source: web}, api: {source: .}}";
  private static final String SAME = "tiers: {web: {source: .}, api: {source: .}}";

  static Stream<Arguments> changes() {
    return Stream.of(
        // what, now, before (null: none), files (null: a new branch), expected
        Arguments.of("one tier's file", BOTH, BOTH, List.of("api/a.py"), "[API]"),
        Arguments.of(
            "both tiers' files", BOTH, BOTH, List.of("api/a.py", "web/a.js"), "[WEB, API]"),
        Arguments.of("a file of no tier", BOTH, BOTH, List.of("README.md", "docs/a.md"), "[]"),
        Arguments.of(
            "a folder that only begins alike",
            BOTH,
            BOTH,
            List.of("api-docs/a.md", "website/x"),
            "[]"),
        Arguments.of(
            "the longest source wins", NESTED, NESTED, List.of("api/web/index.html"), "[WEB]"),
        Arguments.of("outside the longest source", NESTED, NESTED, List.of("api/main.py"), "[API]"),
        Arguments.of("the whole repository is a source", ROOT, ROOT, List.of("README.md"), "[API]"),
        Arguments.of("a longer source beside the whole", ROOT, ROOT, List.of("web/a"), "[WEB]"),
        Arguments.of("equal sources", SAME, SAME, List.of("a"), "[WEB, API]"),
        Arguments.of("a new branch", BOTH, BOTH, null, "[WEB, API]"),
        Arguments.of("no valid declaration before", BOTH, null, List.of("README.md"), "[WEB, API]"),
        Arguments.of(
            "samdan.yml says the same otherwise",
            BOTH,
            "# words\n" + BOTH,
            List.of("samdan.yml"),
            "[]"),
        Arguments.of(
            "a default written out",
            BOTH,
            "tiers: {web: {source: web}, api: {source: api, desired-count: 2}}",
            List.of("samdan.yml"),
            "[]"),
        Arguments.of(
            "samdan.yml below the whole repository", ROOT, ROOT, List.of("samdan.yml"), "[]"),
        Arguments.of(
            "a tier's declaration",
            BOTH,
            "tiers: {web: {source: web}, api: {source: api, port: 9}}",
            List.of("samdan.yml"),
            "[API]"),
        Arguments.of(
            "a tier that is new",
            BOTH,
            "tiers: {api: {source: api}}",
            List.of("samdan.yml"),
            "[WEB]"),
        Arguments.of(
            "the data tier",
            BOTH + "\n",
            "tiers: {web: {source: web}, api: {source: api}, data: }",
            List.of("samdan.yml"),
            "[API]"),
        Arguments.of(
            "an environment's room",
            BOTH,
            BOTH + "\nenvironments: {dev: {room: x}}",
            List.of("samdan.yml"),
            "[]"),
        Arguments.of(
            "an environment that is new",
            BOTH,
            BOTH + "\nenvironments: {qa: }",
            List.of("samdan.yml"),
            "[WEB, API]"),
        Arguments.of(
            "an environment from another branch",
            BOTH,
            BOTH + "\nenvironments: {dev: {branch: develop}}",
            List.of("samdan.yml"),
            "[WEB, API]"),
        Arguments.of(
            "another repository's tier",
            "tiers: {web: {repository: sample-web}, api: {source: api}}",
            "tiers: {web: {repository: sample-web}, api: {source: api}}",
            List.of("web/a.js"),
            "[]"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("changes")
  void a_change_concerns(
      String what,
      String now,
      @Nullable String before,
      @Nullable List<String> files,
      String expected) {
    ApplicationDeclaration declaration = parse(now);
    TierChanges changes =
        new TierChanges(declaration, before == null ? null : parse(before), "sample", files);
    assertThat(changes.of(declaration.environments().getFirst())).as(what).hasToString(expected);
  }

  private static ApplicationDeclaration parse(String text) {
    ApplicationFile.Parsed parsed =
        ApplicationFile.parse("samdan.yml", "application: sample\n" + text + "\n");
    assertThat(parsed.errors()).isEmpty();
    return Objects.requireNonNull(parsed.declaration());
  }
}
