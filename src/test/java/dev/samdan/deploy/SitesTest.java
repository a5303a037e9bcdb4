package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.PlatformException;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.pipeline.Trigger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SitesTest {
  @TempDir Path home;
  private Platform platform;

  @BeforeEach
  void start() throws IOException {
    platform = new Platform(home);
    platform.declare("c1", Platform.DECLARATION);
  }

  @AfterEach
  void stop() throws InterruptedException {
    platform.close();
  }

  @Test
  void each_release_is_switched_to_at_once_and_the_last_ones_are_kept() throws Exception {
    for (int i = 1; i <= 5; i++) {
      assertThat(deliver("c" + i, UUID.randomUUID()).status()).isEqualTo(ExecutionStatus.Succeeded);
    }

    assertThat(DeploymentsTest.body(url("/"))).contains("c5");
    Live.SiteLive site = Objects.requireNonNull(platform.deployments.live("sample", "dev").web());
    assertThat(site.release()).isEqualTo("r5");
    assertThat(home.resolve("sites/sample-dev"))
        .isDirectoryContaining("glob:**/r5")
        .isDirectoryNotContaining("glob:**/r2");

    Deployment back = platform.deployments.rollback("sample-dev-web", "Lee");
    await()
        .until(() ->
            platform.deployments.show(back.id()).orElseThrow().status()
                == DeploymentStatus.Succeeded);
    assertThat(DeploymentsTest.body(url("/"))).contains("c4");
  }

  @Test
  void releases_that_cannot_be_unpacked_fail_and_neither_stop_later_ones_nor_the_way_back()
      throws Exception {
    assertThat(deliver("c1", UUID.randomUUID()).status()).isEqualTo(ExecutionStatus.Succeeded);
    // As many as there are releases that are kept.
    for (String commit : List.of("c2", "c3", "c4")) {
      platform.siteFiles.put(commit, Map.of("../outside", "x"));
      assertThat(deliver(commit, UUID.randomUUID()).status()).isEqualTo(ExecutionStatus.Failed);
    }
    Deployment failed = platform.newest();
    assertThat(failed.status()).isEqualTo(DeploymentStatus.Failed);
    assertThat(failed.errorCode()).isEqualTo("INVALID_REVISION");
    assertThat(failed.error())
        .isEqualTo(
            "the artifact has an entry outside its folder: ../outside. dev still serves release"
                + " r1.");

    assertThat(deliver("c5", UUID.randomUUID()).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(DeploymentsTest.body(url("/"))).contains("c5");
    assertThat(platform.deliver("c6", Map.of("VERSION", "6")).status())
        .isEqualTo(ExecutionStatus.Succeeded);
    assertThat(DeploymentsTest.body(url("/api/version"))).isEqualTo("6");

    Deployment back = platform.deployments.rollback("sample-dev-web", "Lee");
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() ->
            platform.deployments.show(back.id()).orElseThrow().status()
                == DeploymentStatus.Succeeded);
    assertThat(DeploymentsTest.body(url("/"))).contains("c1");
  }

  @Test
  void a_site_is_read_anew_when_a_person_says_so() throws Exception {
    assertThat(deliver("c1", UUID.randomUUID()).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(DeploymentsTest.body(url("/"))).contains("c1");
    Files.writeString(home.resolve("sites/sample-dev/r1/index.html"), "mended by hand");

    platform.deployments.readSiteAgain("sample", "dev");

    await().until(() -> DeploymentsTest.body(url("/")).contains("mended by hand"));
    assertThatThrownBy(() -> platform.deployments.readSiteAgain("sample", "nowhere"))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("serves no site");
  }

  @Test
  void the_site_of_a_push_waits_for_its_application_tier_and_fails_with_it() throws Exception {
    UUID push = UUID.randomUUID();
    platform.imageEnvironments.put("c1", Map.of("EXIT", "1"));
    UUID api =
        platform.pipelines.start(
            "sample-dev-api", Trigger.push("Kim", ""), Platform.revision("c1"), push);

    ExecutionView site = deliver("c1", push);

    assertThat(platform.ended(api).status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(site.status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(site.stages().getLast().actions().getFirst().error())
        .contains("sample-dev-api #1 failed");
    assertThat(DeploymentsTest.status(url("/"))).isEqualTo(503);

    UUID second = UUID.randomUUID();
    platform.imageEnvironments.put("c2", Map.of("VERSION", "2"));
    platform.pipelines.start(
        "sample-dev-api", Trigger.push("Kim", ""), Platform.revision("c2"), second);
    assertThat(deliver("c2", second).status()).isEqualTo(ExecutionStatus.Succeeded);
    assertThat(DeploymentsTest.body(url("/api/version"))).isEqualTo("2");
    assertThat(DeploymentsTest.body(url("/"))).contains("c2");
  }

  private ExecutionView deliver(String commit, UUID push) {
    return platform.ended(
        platform.pipelines.start(
            "sample-dev-web", Trigger.push("Kim", ""), Platform.revision(commit), push));
  }

  private String url(String path) {
    return platform.dev().url() + path;
  }
}
