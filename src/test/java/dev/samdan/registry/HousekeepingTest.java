package dev.samdan.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeepingTest {
  private static final String OCI = "application/vnd.oci.image.manifest.v1+json";

  @TempDir Path home;
  private final Database database = TestDatabase.fresh();
  private Registry registry;

  @BeforeEach
  void open() {
    registry = new Registry(home, database);
  }

  @AfterEach
  void close() {
    registry.close();
  }

  private Digest blob(String repository, String text) {
    return registry.putBlob(
        repository, new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Of a layer that other images may share and a configuration of its own. */
  private Digest image(String repository, String layer, String name, String tag) {
    Digest config = blob(repository, "{\"name\": \"" + name + "\"}");
    Digest shared = blob(repository, layer);
    String manifest =
        """
        {"schemaVersion": 2, "mediaType": "%s",
         "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": 10},
         "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%s", "size": 10}]}
        """
            .formatted(OCI, config, shared);
    return registry.putManifest(repository, tag, manifest.getBytes(StandardCharsets.UTF_8), OCI);
  }

  private long blobs() throws IOException {
    Path folder = home.resolve("registry/blobs");
    if (!Files.exists(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).count();
    }
  }

  private Garbage garbage(ReadWriteLock ends) {
    return new Garbage(database, registry.files(), ends.writeLock());
  }

  @Test
  void blobs_go_with_the_last_image_that_needs_them() throws IOException {
    Digest one = image("app", "shared layer", "one", "1");
    Digest two = image("other", "shared layer", "two", "1");
    Garbage garbage = garbage(new ReentrantReadWriteLock());
    Instant later = Instant.now().plus(Duration.ofHours(25));

    registry.delete("app", one);
    assertThat(garbage.collect(Instant.now()).blobs()).isZero();
    assertThat(garbage.collect(later).blobs()).isEqualTo(1);
    assertThat(blobs()).isEqualTo(2);
    registry.delete("other", two);
    garbage.collect(later);
    assertThat(blobs()).isZero();
  }

  @Test
  void a_blob_waits_a_day_for_the_manifest_that_is_pushed_after_it() throws IOException {
    blob("app", "pushed first");
    Garbage garbage = garbage(new ReentrantReadWriteLock());

    garbage.collect(Instant.now().plus(Duration.ofHours(23)));
    assertThat(blobs()).isEqualTo(1);
    garbage.collect(Instant.now().plus(Duration.ofHours(25)));
    assertThat(blobs()).isZero();
  }

  @Test
  void pruning_keeps_the_newest_and_what_is_deployed() {
    List<Digest> images = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      images.add(image("app", "layer " + i, "image " + i, "v" + i));
    }
    registry.pin("app", images.get(0), "deployment d-1");

    assertThat(registry.prune(2, true))
        .extracting(StoredImage::digest)
        .containsExactly(images.get(2), images.get(1));
    assertThat(registry.images()).hasSize(5);
    registry.prune(2, false);
    assertThat(registry.images())
        .extracting(StoredImage::digest)
        .containsExactly(images.get(4), images.get(3), images.get(0));
    assertThat(registry.pins("app", images.get(0))).containsExactly("deployment d-1");
  }

  @Test
  void a_policy_expires_images_but_never_one_that_is_deployed() {
    Digest first = image("app", "a", "one", "1");
    Digest second = image("app", "b", "two", "2");
    Digest third = image("app", "c", "three", "3");
    registry.pin("app", first, "deployment d-1");
    String policy =
        """
        {"rules": [{"rulePriority": 1, "selection":
          {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 1},
          "action": {"type": "expire"}}]}
        """;

    assertThat(registry.previewLifecycle("app", policy))
        .extracting(e -> e.image().digest())
        .containsExactly(second);
    registry.setLifecyclePolicy("app", policy);
    registry.start();
    org.awaitility.Awaitility.await()
        .untilAsserted(() ->
            assertThat(registry.images())
                .extracting(StoredImage::digest)
                .containsExactly(third, first));
  }

  @Test
  void a_tag_of_an_immutable_repository_does_not_move() {
    Digest first = image("app", "a", "one", "v1");
    registry.setMutability(
        "app",
        new TagMutability(TagMutability.Mode.IMMUTABLE_WITH_EXCLUSION, List.of("latest", "dev-*")));

    assertThat(image("app", "a", "one", "v1")).isEqualTo(first);
    assertThatThrownBy(() -> image("app", "b", "two", "v1"))
        .isInstanceOf(PlatformException.class)
        .hasMessage(
            "The image tag 'v1' already exists in the 'app' repository and cannot be overwritten"
                + " because the repository is immutable.");
    image("app", "b", "two", "latest");
    Digest moved = image("app", "c", "three", "latest");
    assertThat(registry.manifest("app", "latest").digest()).isEqualTo(moved);
    assertThat(registry.manifest("app", "v1").digest()).isEqualTo(first);
  }

  @Test
  void of_pushes_at_once_under_a_tag_that_does_not_move_one_is_kept() throws Exception {
    registry.createRepository("app", new TagMutability(TagMutability.Mode.IMMUTABLE, List.of()));
    List<Future<Digest>> pushes = new ArrayList<>();
    try (ExecutorService pushing = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        String name = "image " + i;
        pushes.add(pushing.submit(() -> image("app", "layer", name, "v1")));
      }
    }

    List<Digest> kept =
        pushes.stream()
            .filter(push -> push.state() == Future.State.SUCCESS)
            .map(Future::resultNow)
            .toList();
    assertThat(kept).containsExactly(registry.manifest("app", "v1").digest());
  }

  @Test
  void a_file_that_no_row_knows_goes_after_a_day() throws IOException {
    Digest known = image("app", "layer", "one", "1");
    Digest unknown = Digest.of("unknown".getBytes(StandardCharsets.UTF_8));
    Path file = registry.files().file(unknown);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "unknown");
    Garbage garbage = garbage(new ReentrantReadWriteLock());
    int folder = Integer.parseInt(unknown.hex().substring(0, 2), 16);

    garbage.sweepUnknown(folder, Instant.now().plus(Duration.ofHours(23)));
    assertThat(file).exists();
    for (int each = 0; each < 256; each++) {
      garbage.sweepUnknown(each, Instant.now().plus(Duration.ofHours(25)));
    }
    assertThat(file).doesNotExist();
    assertThat(blobs()).isEqualTo(2);
    assertThat(registry.manifest("app", "1").digest()).isEqualTo(known);
  }

  @Test
  void a_repository_goes_with_its_images_unless_one_is_deployed() {
    Digest image = image("app", "a", "one", "1");
    registry.pin("app", image, "deployment d-1");

    assertThatThrownBy(() -> registry.deleteRepository("app"))
        .hasMessageContaining("an image of app is deployed");
    registry.unpin("deployment d-1");
    registry.deleteRepository("app");
    assertThat(registry.repository("app")).isEmpty();
    assertThat(registry.images()).isEmpty();
  }

  @Test
  void a_full_disk_is_refused_before_it_is_full() {
    Space low = new Space(20L << 30, 1500L << 20, 1L << 30);

    assertThat(low.status()).isEqualTo(Space.Status.LOW);
    assertThat(new Space(20L << 30, 1L << 30, 1L << 30).status()).isEqualTo(Space.Status.FULL);
    assertThat(new Space(20L << 30, 9L << 30, 1L << 30).status()).isEqualTo(Space.Status.OK);
    low.require(400L << 20);
    assertThatThrownBy(() -> low.require(600L << 20))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("1500 MiB free, of which 1024 MiB are kept")
        .hasMessageContaining("samdan image prune");
  }

  /**
   * Pushes and deletions of a few contents race with the collector; what a push ended with is
   * there.
   */
  @Test
  void the_collector_never_takes_a_blob_that_a_push_has_just_stored() throws Exception {
    long seed = Long.getLong("samdan.seed", System.nanoTime());
    System.out.println("HousekeepingTest: -Dsamdan.seed=" + seed);
    AtomicBoolean pushing = new AtomicBoolean(true);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> collector =
          threads.submit(() -> {
            while (pushing.get()) {
              registry.prune(1_000, false);
            }
            return null;
          });
      List<Future<?>> pushes = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        Random random = new Random(seed + t);
        String repository = "app" + t;
        pushes.add(
            threads.submit(() -> {
              for (int i = 0; i < 60; i++) {
                Digest layer = blob(repository, "layer " + random.nextInt(3));
                assertThat(registry.blobFile(layer)).exists();
                Digest digest =
                    image(repository, "layer " + random.nextInt(3), "image " + i, "tag");
                for (Digest held : registry.layers(repository, digest).layers()) {
                  assertThat(Digest.of(registry.blobFile(held))).isEqualTo(held);
                }
                registry.delete(repository, digest);
                for (int n = 0; n < 3; n++) {
                  registry
                      .rows()
                      .removeBlob(
                          repository, Digest.of(("layer " + n).getBytes(StandardCharsets.UTF_8)));
                }
              }
              return null;
            }));
      }
      for (Future<?> push : pushes) {
        push.get();
      }
      pushing.set(false);
      collector.get();
    }
    garbage(new ReentrantReadWriteLock()).collect(Instant.now().plus(Duration.ofHours(25)));
    assertThat(blobs()).isZero();
  }
}
