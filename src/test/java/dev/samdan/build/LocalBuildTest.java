package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBuildTest {
  @TempDir Path folder;

  @Test
  void artifacts_land_in_the_folder_and_secondary_ones_below_it() throws Exception {
    Files.writeString(
        folder.resolve("buildspec.yml"),
        """
        version: 0.2
        env: {exported-variables: [KEY]}
        phases:
          build:
            commands: ['echo one > one', 'mkdir docs; echo two > docs/two', 'echo "given $KEY"']
        artifacts:
          files: one
          secondary-artifacts:
            manual: {base-directory: docs, files: '**/*'}
        """);
    List<String> lines = new ArrayList<>();
    LocalBuild.Outcome outcome =
        LocalBuild.run(
            folder,
            "buildspec.yml",
            folder.resolve("out"),
            Map.of("KEY", "value"),
            null,
            lines::add);
    assertThat(outcome.result().status()).isEqualTo(BuildStatus.SUCCEEDED);
    assertThat(outcome.artifacts()).containsExactly("manual/two", "one");
    assertThat(folder.resolve("out/manual/two")).content().isEqualTo("two\n");
    assertThat(outcome.result().exportedVariables()).containsEntry("KEY", "value");
    assertThat(lines)
        .contains("given value")
        .last()
        .asString()
        .contains("Phase context status code:  Message: ");
  }

  @Test
  void a_folder_without_a_buildspec_says_so() throws Exception {
    LocalBuild.Outcome outcome =
        LocalBuild.run(folder, "buildspec.yml", null, Map.of(), null, line -> {});
    assertThat(outcome.result().status()).isEqualTo(BuildStatus.FAILED);
    assertThat(outcome.result().message()).startsWith("buildspec.yml does not exist");
    assertThat(outcome.artifacts()).isEmpty();
  }
}
