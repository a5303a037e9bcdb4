package dev.samdan.source;

import static dev.samdan.source.GitServer.push;
import static dev.samdan.source.GitServer.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import dev.samdan.operations.Releases;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Trigger;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReleasesTest {
  private static final String PIPELINE = "sample-dev-web";

  @TempDir Path folder;
  private GitServer server;
  private Path clone;
  private Releases releases;

  @BeforeEach
  void serve() {
    server = new GitServer(folder);
    server.source.createRepository("sample");
    server.applications.create("sample", null);
    clone = server.clone("sample", "clone");
    releases = new Releases(server.pipelines, server.applications, server.source);
    push(
        clone,
        "dev",
        Map.of(
            "samdan.yml",
            "application: sample\ntiers:\n  web: {source: web}\n",
            "web/index.html",
            "1"));
  }

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void a_release_takes_the_branch_tip_even_where_no_tier_changed_in_it() {
    push(clone, "dev", Map.of("README.md", "of no tier"));

    ExecutionView view = server.pipelines.execution(releases.release(PIPELINE, "lee"));

    assertThat(view.commit()).isEqualTo(run(clone, "git", "rev-parse", "HEAD").orThrow().strip());
    assertThat(view.trigger()).isEqualTo(Trigger.Type.StartPipelineExecution);
    assertThat(view.triggeredBy()).isEqualTo("lee");
  }

  @Test
  void a_tip_whose_samdan_yml_is_not_valid_is_not_released() {
    push(clone, "dev", Map.of("samdan.yml", "application: sample\ntiers: 1\n"));

    assertThatThrownBy(() -> releases.release(PIPELINE, "lee"))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("samdan.yml of dev at")
        .hasMessageContaining("is not valid");
  }

  @Test
  void a_branch_that_is_gone_has_nothing_to_release() {
    server.deleteBranch("sample", "dev");

    assertThatThrownBy(() -> releases.release(PIPELINE, "lee"))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("there is no branch dev in sample");
  }
}
