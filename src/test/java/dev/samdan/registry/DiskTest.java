package dev.samdan.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.samdan.base.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.SequenceInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the disk does to images: it damages them, and it fills up. */
class DiskTest {
  private static final byte[] LAYER = "the layer".getBytes(StandardCharsets.UTF_8);
  private static final String OCI = "application/vnd.oci.image.manifest.v1+json";

  @TempDir Path home;
  private TestRegistry server;
  private boolean mounted;

  @AfterEach
  void close() throws Exception {
    if (server != null) {
      server.close();
    }
    if (mounted) {
      assertThat(ends("umount", home.toString())).isTrue();
    }
  }

  @Test
  void a_damaged_blob_is_found_when_it_is_pulled_and_mended_by_a_push() throws Exception {
    Digest blob = pushed();
    damage(blob, true);

    HttpResponse<byte[]> pull = server.get("/v2/app/blobs/" + blob);
    assertThat(pull.statusCode()).isEqualTo(404);
    assertThat(text(pull))
        .contains("BLOB_UNKNOWN", blob + " is damaged on disk", "push its image again");
    assertThat(head(blob)).isEqualTo(404);
    assertThat(server.registry.damagedImages())
        .singleElement()
        .satisfies(image -> assertThat(image.tags()).containsExactly("1"));

    push(LAYER, blob);
    assertThat(server.get("/v2/app/blobs/" + blob).body()).isEqualTo(LAYER);
    assertThat(server.registry.damagedImages()).isEmpty();
    assertThat(home.resolve("registry/damaged")).isEmptyDirectory();
  }

  @Test
  void a_client_that_asks_before_it_pushes_is_told_to_push_what_is_damaged() throws Exception {
    Digest blob = pushed();
    server.restart();
    Files.write(file(blob), new byte[0]);

    assertThat(head(blob)).isEqualTo(404);
    push(LAYER, blob);
    assertThat(head(blob)).isEqualTo(200);
  }

  @Test
  void a_push_takes_the_place_of_what_is_damaged_even_unasked() throws Exception {
    Digest blob = pushed();
    damage(blob, true);

    push(LAYER, blob);

    assertThat(Files.readAllBytes(file(blob))).isEqualTo(LAYER);
  }

  @Test
  void damage_that_nobody_reads_is_found_by_looking_at_every_blob_in_turn() throws Exception {
    Digest blob = pushed();
    damage(blob, false);

    for (int folder = 0; folder < 256; folder++) {
      server.registry.files().scrub(folder);
    }

    assertThat(server.registry.damagedImages()).hasSize(1);
    assertThat(file(blob)).doesNotExist();
  }

  @Test
  void content_without_a_length_is_refused_before_the_disk_is_full() throws Exception {
    mount("size=320m"); // Of which 256 MiB are kept for what runs.
    server = new TestRegistry(home);
    String upload =
        server
            .send("POST", "/v2/app/blobs/uploads/", new byte[0])
            .headers()
            .firstValue("Location")
            .orElseThrow();

    HttpResponse<byte[]> refused =
        server.send(
            server
                .request(upload)
                .method("PATCH", HttpRequest.BodyPublishers.ofInputStream(() -> megabytes(100))));

    assertThat(refused.statusCode()).isEqualTo(507);
    assertThat(text(refused)).contains("DENIED", "256 MiB are kept", "samdan image prune");
    assertThat(server.registry.space().free()).isGreaterThan(300L << 20);
    assertThat(server.get(upload).statusCode()).isEqualTo(404);
    push(LAYER, Digest.of(LAYER));
  }

  @Test
  void a_disk_that_something_else_filled_takes_no_image_and_loses_none() throws Exception {
    mount("size=320m");
    Digest blob = pushed();
    Path filler = home.resolve("filler");
    try (var out = Files.newOutputStream(filler)) {
      megabytes(500).transferTo(out);
    } catch (IOException full) {
      assertThat(Space.isFull(full)).isTrue();
    }

    HttpResponse<byte[]> refused =
        server.send("POST", "/v2/app/blobs/uploads/?digest=" + Digest.of(new byte[1]), new byte[1]);
    assertThat(refused.statusCode()).isEqualTo(507);
    assertThat(server.get("/v2/app/blobs/" + blob).body()).isEqualTo(LAYER);

    Files.delete(filler);
    assertThat(push(new byte[1], Digest.of(new byte[1]))).isEqualTo(201);
  }

  private static java.io.InputStream megabytes(int n) {
    byte[] one = new byte[1 << 20];
    return new SequenceInputStream(
        java.util.Collections.enumeration(
            Stream.generate(() -> new ByteArrayInputStream(one)).limit(n).toList()));
  }

  private void mount(String options) throws Exception {
    assumeTrue(
        ends("mount", "-t", "tmpfs", "-o", options, "tmpfs", home.toString()),
        "mounting a small disk needs root");
    mounted = true;
  }

  private static boolean ends(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor() == 0;
  }

  /** An image of one layer, pushed as app:1; gives the layer. */
  private Digest pushed() throws Exception {
    server = new TestRegistry(home);
    Digest layer = Digest.of(LAYER);
    byte[] config = "{}".getBytes(StandardCharsets.UTF_8);
    push(LAYER, layer);
    push(config, Digest.of(config));
    String manifest =
        """
        {"schemaVersion": 2, "mediaType": "%s",
         "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%s", "size": 2},
         "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "%s", "size": 9}]}
        """
            .formatted(OCI, Digest.of(config), layer);
    server.registry.putManifest("app", "1", manifest.getBytes(StandardCharsets.UTF_8), OCI);
    return layer;
  }

  private int push(byte[] content, Digest digest) throws Exception {
    return server.send("POST", "/v2/app/blobs/uploads/?digest=" + digest, content).statusCode();
  }

  private int head(Digest blob) throws Exception {
    return server
        .send(
            server
                .request("/v2/app/blobs/" + blob)
                .method("HEAD", HttpRequest.BodyPublishers.noBody()))
        .statusCode();
  }

  private Path file(Digest blob) {
    return server.registry.files().file(blob);
  }

  /** Turns a bit of a blob; seen by the time of the change, or not, as a worn disk does it. */
  private void damage(Digest blob, boolean touched) throws IOException {
    byte[] content = Files.readAllBytes(file(blob));
    content[3] ^= 1;
    FileTime before = Files.getLastModifiedTime(file(blob));
    Files.write(file(blob), content);
    Files.setLastModifiedTime(
        file(blob), touched ? FileTime.fromMillis(before.toMillis() + 5_000) : before);
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }
}
