package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.samdan.base.Digest;
import dev.samdan.pipeline.ExecutionStatus;
import dev.samdan.pipeline.ExecutionView;
import dev.samdan.registry.ImageReference;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Deployments of processes from a home whose disk fills up, or damages a file. */
@Tag("soak")
class DiskDeploymentTest {
  @TempDir Path home;
  private Platform platform;
  private boolean mounted;

  @BeforeEach
  void start() throws Exception {
    // Of which the registry keeps 256 MiB free.
    mounted = ends("mount", "-t", "tmpfs", "-o", "size=400m", "tmpfs", home.toString());
    assumeTrue(mounted, "mounting a small disk needs root");
    platform = new Platform(home);
    platform.declare("c1", Platform.DECLARATION);
    assertThat(platform.deliver("c1", Map.of("VERSION", "1")).status())
        .isEqualTo(ExecutionStatus.Succeeded);
  }

  @AfterEach
  void stop() throws Exception {
    try {
      if (platform != null) {
        platform.close();
      }
    } finally {
      if (mounted) {
        assertThat(ends("umount", home.toString())).isTrue();
      }
    }
  }

  @Test
  void a_full_disk_fails_the_delivery_with_that_reason_and_blue_serves() throws Exception {
    Path filler = home.resolve("filler");
    platform.pushed = image -> fill(filler);

    ExecutionView failed = platform.deliver("c2", Map.of("VERSION", "2"));

    assertThat(failed.status()).isEqualTo(ExecutionStatus.Failed);
    assertThat(failed.toString()).contains("No space left on device");
    assertThat(DeploymentsTest.body(url())).isEqualTo("1");

    Files.delete(filler);
    platform.pushed = image -> {};
    assertThat(platform.deliver("c3", Map.of("VERSION", "3")).status())
        .isEqualTo(ExecutionStatus.Succeeded);
    assertThat(DeploymentsTest.body(url())).isEqualTo("3");
  }

  @Test
  void a_damaged_layer_fails_the_deployment_with_that_reason_and_a_new_push_mends_it()
      throws Exception {
    platform.pushed = this::damage;

    assertThat(platform.deliver("c2", Map.of("VERSION", "2")).status())
        .isEqualTo(ExecutionStatus.Failed);

    assertThat(cause().rule()).as("%s", platform.newest()).isEqualTo("image-damaged");
    assertThat(DeploymentsTest.body(url())).isEqualTo("1");

    platform.pushed = image -> {};
    assertThat(platform.deliver("c2", Map.of("VERSION", "2")).status())
        .isEqualTo(ExecutionStatus.Succeeded);
    assertThat(DeploymentsTest.body(url())).isEqualTo("2");
  }

  /** Only so much is left that rows and logs of some bytes find room. */
  private static void fill(Path filler) {
    try (var out = Files.newOutputStream(filler)) {
      while (true) {
        out.write(new byte[4096]);
      }
    } catch (IOException full) {
      assertThat(full).hasMessageContaining("No space left");
    }
  }

  private void damage(String image) {
    ImageReference reference = ImageReference.parse(image);
    Digest layer =
        platform
            .registry
            .layers(reference.repository(), Objects.requireNonNull(reference.digest()))
            .layers()
            .getFirst();
    try {
      Files.write(platform.registry.blobFile(layer), new byte[] {1, 2, 3});
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Explanation.LikelyCause cause() {
    return Objects.requireNonNull(
        Objects.requireNonNull(
                platform.newest().explanation(), () -> String.valueOf(platform.newest()))
            .cause(),
        () -> String.valueOf(platform.newest()));
  }

  private String url() {
    return platform.dev().url() + "/api/version";
  }

  private static boolean ends(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }
}
