package dev.samdan.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class RegistryRoutesTest {
  private static final byte[] NONE = {};
  private static final String CONFIG = "application/vnd.oci.image.config.v1+json";
  @TempDir Path home;
  private TestRegistry server;

  @BeforeEach
  void start() {
    server = new TestRegistry(home);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void a_request_without_a_token_is_asked_for_one() throws Exception {
    HttpResponse<byte[]> answer = server.send(HttpRequest.newBuilder(server.uri("/v2/")).GET());

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("WWW-Authenticate"))
        .hasValueSatisfying(v -> assertThat(v).startsWith("Basic "));
    assertThat(code(answer)).isEqualTo("UNAUTHORIZED");
    assertThat(server.get("/v2/").statusCode()).isEqualTo(200);
    assertThat(server.get("/v2/").headers().firstValue("Docker-Distribution-Api-Version"))
        .hasValue("registry/2.0");
  }

  @Test
  void a_blob_pushed_at_once_is_pulled_byte_for_byte() throws Exception {
    byte[] blob = random(3_000_000);
    Digest digest = Digest.of(blob);

    HttpResponse<byte[]> pushed =
        server.send("POST", "/v2/sample/api/blobs/uploads/?digest=" + digest, blob);
    HttpResponse<byte[]> pulled = server.get("/v2/sample/api/blobs/" + digest);
    HttpResponse<byte[]> asked = server.send("HEAD", "/v2/sample/api/blobs/" + digest, NONE);

    assertThat(pushed.statusCode()).isEqualTo(201);
    assertThat(pushed.headers().firstValue("Docker-Content-Digest")).hasValue(digest.toString());
    assertThat(pulled.body()).isEqualTo(blob);
    assertThat(asked.statusCode()).isEqualTo(200);
    assertThat(asked.headers().firstValueAsLong("Content-Length")).hasValue(blob.length);
    assertThat(
            home.resolve(
                "registry/blobs/sha256/" + digest.hex().substring(0, 2) + "/" + digest.hex()))
        .exists();
    assertThat(home.resolve("registry/uploads")).isEmptyDirectory();
  }

  @Test
  void a_part_of_a_blob_is_pulled_by_its_range() throws Exception {
    byte[] blob = random(1000);
    Digest digest = server.put("sample/api", blob);

    HttpResponse<byte[]> part =
        server.send(
            server.request("/v2/sample/api/blobs/" + digest).header("Range", "bytes=100-199"));
    HttpResponse<byte[]> beyond =
        server.send(
            server.request("/v2/sample/api/blobs/" + digest).header("Range", "bytes=1000-"));

    assertThat(part.statusCode()).isEqualTo(206);
    assertThat(part.headers().firstValue("Content-Range")).hasValue("bytes 100-199/1000");
    assertThat(part.body()).isEqualTo(java.util.Arrays.copyOfRange(blob, 100, 200));
    assertThat(beyond.statusCode()).isEqualTo(416);
  }

  @Test
  void an_upload_in_parts_tells_where_it_stands_and_refuses_a_gap() throws Exception {
    byte[] blob = random(5000);
    Digest digest = Digest.of(blob);
    String upload = location(server.send("POST", "/v2/sample/api/blobs/uploads/", NONE));

    HttpResponse<byte[]> first =
        server.send("PATCH", upload, part(blob, 0, 2000), "Content-Range", "0-1999");
    HttpResponse<byte[]> gap =
        server.send("PATCH", upload, part(blob, 3000, 5000), "Content-Range", "3000-4999");
    HttpResponse<byte[]> status = server.get(upload);
    HttpResponse<byte[]> second =
        server.send("PATCH", upload, part(blob, 2000, 4000), "Content-Range", "2000-3999");
    HttpResponse<byte[]> last =
        server.send("PUT", upload + "?digest=" + digest, part(blob, 4000, 5000));

    assertThat(first.statusCode()).isEqualTo(202);
    assertThat(first.headers().firstValue("Range")).hasValue("0-1999");
    assertThat(gap.statusCode()).isEqualTo(416);
    assertThat(status.statusCode()).isEqualTo(204);
    assertThat(status.headers().firstValue("Range")).hasValue("0-1999");
    assertThat(second.headers().firstValue("Range")).hasValue("0-3999");
    assertThat(last.statusCode()).isEqualTo(201);
    assertThat(server.get("/v2/sample/api/blobs/" + digest).body()).isEqualTo(blob);
    assertThat(server.get(upload).statusCode()).isEqualTo(404);
  }

  @Test
  void an_upload_goes_on_after_a_restart_of_control() throws Exception {
    byte[] blob = random(4000);
    Digest digest = Digest.of(blob);
    String upload = location(server.send("POST", "/v2/sample/api/blobs/uploads/", NONE));
    server.send("PATCH", upload, part(blob, 0, 2500));
    server.restart();

    assertThat(server.get(upload).headers().firstValue("Range")).hasValue("0-2499");
    assertThat(
            server.send("PUT", upload + "?digest=" + digest, part(blob, 2500, 4000)).statusCode())
        .isEqualTo(201);
    assertThat(server.get("/v2/sample/api/blobs/" + digest).body()).isEqualTo(blob);
  }

  @Test
  void a_cancelled_upload_is_gone_with_its_bytes() throws Exception {
    String upload = location(server.send("POST", "/v2/sample/api/blobs/uploads/", NONE));
    server.send("PATCH", upload, random(100));

    assertThat(server.send("DELETE", upload, NONE).statusCode()).isEqualTo(204);
    assertThat(server.get(upload).statusCode()).isEqualTo(404);
    assertThat(home.resolve("registry/uploads")).isEmptyDirectory();
  }

  @Test
  void an_upload_of_one_repository_is_unknown_in_another() throws Exception {
    String upload = location(server.send("POST", "/v2/sample/api/blobs/uploads/", NONE));

    assertThat(server.get(upload.replace("sample/api", "sample/other")).statusCode())
        .isEqualTo(404);
  }

  @Test
  void bytes_that_are_not_what_the_digest_says_are_refused_and_cleared() throws Exception {
    Digest other = Digest.of(random(10));

    HttpResponse<byte[]> answer =
        server.send("POST", "/v2/sample/api/blobs/uploads/?digest=" + other, random(20_000));

    assertThat(answer.statusCode()).isEqualTo(400);
    assertThat(code(answer)).isEqualTo("DIGEST_INVALID");
    assertThat(home.resolve("registry/uploads")).isEmptyDirectory();
    assertThat(server.get("/v2/sample/api/blobs/" + other).statusCode()).isEqualTo(404);
  }

  @Test
  void a_blob_is_read_only_through_a_repository_that_holds_it_and_can_be_mounted()
      throws Exception {
    Digest digest = server.put("sample/api", random(100));

    assertThat(code(server.get("/v2/other/api/blobs/" + digest))).isEqualTo("BLOB_UNKNOWN");
    HttpResponse<byte[]> refused =
        server.send(
            "POST", "/v2/other/api/blobs/uploads/?mount=" + digest + "&from=nobody/api", NONE);
    assertThat(refused.statusCode()).isEqualTo(202);
    HttpResponse<byte[]> fromAnywhere =
        server.send("POST", "/v2/other/api/blobs/uploads/?mount=" + digest, NONE);
    assertThat(fromAnywhere.statusCode()).isEqualTo(202);
    HttpResponse<byte[]> mounted =
        server.send(
            "POST", "/v2/other/api/blobs/uploads/?mount=" + digest + "&from=sample/api", NONE);
    assertThat(mounted.statusCode()).isEqualTo(201);
    assertThat(server.get("/v2/other/api/blobs/" + digest).statusCode()).isEqualTo(200);
  }

  @Test
  void a_manifest_is_answered_by_tag_and_digest_exactly_as_it_was_pushed() throws Exception {
    byte[] manifest = manifest("sample/api", "   ");
    Digest digest = Digest.of(manifest);

    HttpResponse<byte[]> pushed =
        server.send(
            "PUT",
            "/v2/sample/api/manifests/v1",
            manifest,
            "Content-Type",
            ManifestDocument.OCI_MANIFEST);

    assertThat(pushed.statusCode()).isEqualTo(201);
    assertThat(pushed.headers().firstValue("Docker-Content-Digest")).hasValue(digest.toString());
    for (String reference : List.of("v1", digest.toString())) {
      HttpResponse<byte[]> pulled = server.get("/v2/sample/api/manifests/" + reference);
      assertThat(pulled.body()).isEqualTo(manifest);
      assertThat(pulled.headers().firstValue("Content-Type"))
          .hasValue(ManifestDocument.OCI_MANIFEST);
      assertThat(pulled.headers().firstValue("Docker-Content-Digest")).hasValue(digest.toString());
      HttpResponse<byte[]> asked =
          server.send("HEAD", "/v2/sample/api/manifests/" + reference, NONE);
      assertThat(asked.headers().firstValueAsLong("Content-Length")).hasValue(manifest.length);
    }
    assertThat(code(server.get("/v2/sample/api/manifests/v2"))).isEqualTo("MANIFEST_UNKNOWN");
    assertThat(code(server.get("/v2/nobody/manifests/v2"))).isEqualTo("NAME_UNKNOWN");
  }

  @Test
  void a_long_manifest_is_not_compressed_on_its_way() throws Exception {
    byte[] manifest = manifest("sample/api", " ".repeat(20_000));
    server.send(
        "PUT",
        "/v2/sample/api/manifests/v1",
        manifest,
        "Content-Type",
        ManifestDocument.OCI_MANIFEST);

    HttpResponse<byte[]> pulled =
        server.send(
            server.request("/v2/sample/api/manifests/v1").header("Accept-Encoding", "gzip"));

    assertThat(pulled.headers().firstValue("Content-Encoding")).isEmpty();
    assertThat(pulled.body()).isEqualTo(manifest);
  }

  @Test
  void a_manifest_whose_blobs_are_missing_is_refused_by_name() throws Exception {
    byte[] manifest = manifest("sample/api", "");

    HttpResponse<byte[]> answer =
        server.send(
            "PUT",
            "/v2/other/api/manifests/v1",
            manifest,
            "Content-Type",
            ManifestDocument.OCI_MANIFEST);

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(code(answer)).isEqualTo("MANIFEST_BLOB_UNKNOWN");
  }

  @Test
  void what_is_no_manifest_is_refused() throws Exception {
    byte[] manifest = manifest("sample/api", "");
    Digest other = Digest.of(random(4));

    assertThat(code(put("v1", "{}".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("MANIFEST_INVALID");
    assertThat(code(put("v1", "not json".getBytes(StandardCharsets.UTF_8))))
        .isEqualTo("MANIFEST_INVALID");
    assertThat(code(put(other.toString(), manifest))).isEqualTo("MANIFEST_INVALID");
    assertThat(code(put(".v1", manifest))).isEqualTo("MANIFEST_INVALID");
    assertThat(code(server.send("PUT", "/v2/Upper/manifests/v1", manifest)))
        .isEqualTo("NAME_INVALID");
  }

  @Test
  void an_index_of_docker_needs_its_children_and_is_kept() throws Exception {
    byte[] child = manifest("sample/api", "");
    byte[] index =
        Json.bytes(
            Map.of(
                "schemaVersion",
                2,
                "mediaType",
                ManifestDocument.DOCKER_LIST,
                "manifests",
                List.of(
                    TestRegistry.descriptor(
                        ManifestDocument.OCI_MANIFEST, Digest.of(child), child.length))));

    HttpResponse<byte[]> early =
        server.send(
            "PUT",
            "/v2/sample/api/manifests/v1",
            index,
            "Content-Type",
            ManifestDocument.DOCKER_LIST);
    put(Digest.of(child).toString(), child);
    HttpResponse<byte[]> late =
        server.send(
            "PUT",
            "/v2/sample/api/manifests/v1",
            index,
            "Content-Type",
            ManifestDocument.DOCKER_LIST);

    assertThat(code(early)).isEqualTo("MANIFEST_BLOB_UNKNOWN");
    assertThat(late.statusCode()).isEqualTo(201);
    assertThat(server.get("/v2/sample/api/manifests/v1").headers().firstValue("Content-Type"))
        .hasValue(ManifestDocument.DOCKER_LIST);
    assertThat(code(server.send("DELETE", "/v2/sample/api/manifests/" + Digest.of(child), NONE)))
        .isEqualTo("DENIED");
  }

  @Test
  void tags_come_in_pages_with_a_link_to_the_next() throws Exception {
    byte[] manifest = manifest("sample/api", "");
    for (String tag : List.of("b", "a", "B", "c")) {
      put(tag, manifest);
    }

    HttpResponse<byte[]> first = server.get("/v2/sample/api/tags/list?n=3");
    assertThat(names(first, "tags")).containsExactly("B", "a", "b");
    String next = first.headers().firstValue("Link").orElseThrow();
    HttpResponse<byte[]> second = server.get(next.substring(1, next.indexOf('>')));
    assertThat(names(second, "tags")).containsExactly("c");
    assertThat(second.headers().firstValue("Link")).isEmpty();
    assertThat(names(server.get("/v2/sample/api/tags/list?n=0"), "tags")).isEmpty();
    assertThat(names(server.get("/v2/sample/api/tags/list"), "tags")).hasSize(4);
    assertThat(code(server.get("/v2/nobody/tags/list"))).isEqualTo("NAME_UNKNOWN");
    assertThat(names(server.get("/v2/_catalog"), "repositories")).containsExactly("sample/api");
  }

  @Test
  void deleting_a_tag_leaves_the_image_and_deleting_the_image_takes_its_tags() throws Exception {
    byte[] manifest = manifest("sample/api", "");
    put("v1", manifest);
    put("v2", manifest);

    assertThat(server.send("DELETE", "/v2/sample/api/manifests/v1", NONE).statusCode())
        .isEqualTo(202);
    assertThat(server.get("/v2/sample/api/manifests/v1").statusCode()).isEqualTo(404);
    assertThat(server.get("/v2/sample/api/manifests/v2").statusCode()).isEqualTo(200);
    assertThat(
            server
                .send("DELETE", "/v2/sample/api/manifests/" + Digest.of(manifest), NONE)
                .statusCode())
        .isEqualTo(202);
    assertThat(server.get("/v2/sample/api/manifests/v2").statusCode()).isEqualTo(404);
    assertThat(server.send("DELETE", "/v2/sample/api/manifests/v2", NONE).statusCode())
        .isEqualTo(404);
  }

  @Test
  void a_pinned_image_and_the_blobs_of_a_manifest_are_not_deleted() throws Exception {
    byte[] layer = random(50);
    Digest image = server.image("sample/api", "v1", layer);
    server.registry.pin("sample/api", image, "deployment d-1");

    assertThat(code(server.send("DELETE", "/v2/sample/api/manifests/" + image, NONE)))
        .isEqualTo("DENIED");
    server.registry.unpin("deployment d-1");
    assertThat(code(server.send("DELETE", "/v2/sample/api/blobs/" + Digest.of(layer), NONE)))
        .isEqualTo("DENIED");
    assertThat(server.send("DELETE", "/v2/sample/api/manifests/" + image, NONE).statusCode())
        .isEqualTo(202);
    assertThat(server.send("DELETE", "/v2/sample/api/blobs/" + Digest.of(layer), NONE).statusCode())
        .isEqualTo(202);
  }

  @Test
  void referrers_of_a_manifest_are_listed_and_filtered_by_their_type() throws Exception {
    Digest subject = Digest.of(manifest("sample/api", ""));
    Digest config = server.put("sample/api", "{}".getBytes(StandardCharsets.UTF_8));
    byte[] signature =
        Json.bytes(
            Map.of(
                "schemaVersion", 2,
                "mediaType", ManifestDocument.OCI_MANIFEST,
                "artifactType", "application/x.signature",
                "config", TestRegistry.descriptor("application/vnd.oci.empty.v1+json", config, 2),
                "layers", List.of(),
                "annotations", Map.of("by", "someone"),
                "subject", TestRegistry.descriptor(ManifestDocument.OCI_MANIFEST, subject, 10)));

    HttpResponse<byte[]> pushed = put(Digest.of(signature).toString(), signature);
    JsonNode all = Json.tree(TestRegistry.text(server.get("/v2/sample/api/referrers/" + subject)));
    HttpResponse<byte[]> filtered =
        server.get("/v2/sample/api/referrers/" + subject + "?artifactType=other");

    assertThat(pushed.headers().firstValue("OCI-Subject")).hasValue(subject.toString());
    assertThat(all.path("manifests").get(0).path("digest").asString())
        .isEqualTo(Digest.of(signature).toString());
    assertThat(all.path("manifests").get(0).path("annotations").path("by").asString())
        .isEqualTo("someone");
    assertThat(filtered.headers().firstValue("OCI-Filters-Applied")).hasValue("artifactType");
    assertThat(Json.tree(TestRegistry.text(filtered)).path("manifests")).isEmpty();
    assertThat(server.get("/v2/nobody/referrers/" + subject).statusCode()).isEqualTo(200);
  }

  @Test
  void old_uploads_are_cleared_and_new_ones_kept() throws Exception {
    String old = location(server.send("POST", "/v2/sample/api/blobs/uploads/", NONE));
    String young = location(server.send("POST", "/v2/sample/api/blobs/uploads/", NONE));
    String id = old.substring(old.lastIndexOf('/') + 1);
    Files.setLastModifiedTime(
        server.registry.uploads().find("sample/api", id).orElseThrow().file,
        java.nio.file.attribute.FileTime.from(
            java.time.Instant.now().minus(Uploads.AGE).minusSeconds(60)));

    server.registry.uploads().sweep();

    assertThat(server.get(old).statusCode()).isEqualTo(404);
    assertThat(server.get(young).statusCode()).isEqualTo(204);
  }

  private byte[] manifest(String repository, String space) {
    byte[] config = "{\"config\":{}}".getBytes(StandardCharsets.UTF_8);
    byte[] layer = new TestTar().file("a", "b").bytes();
    return ("{\"schemaVersion\":2,"
            + space
            + "\"mediaType\":\""
            + ManifestDocument.OCI_MANIFEST
            + "\",\"config\":"
            + Json.write(
                TestRegistry.descriptor(CONFIG, server.put(repository, config), config.length))
            + ",\"layers\":["
            + Json.write(
                TestRegistry.descriptor(
                    "application/vnd.oci.image.layer.v1.tar",
                    server.put(repository, layer),
                    layer.length))
            + "]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  private HttpResponse<byte[]> put(String reference, byte[] manifest) throws Exception {
    return server.send(
        "PUT",
        "/v2/sample/api/manifests/" + reference,
        manifest,
        "Content-Type",
        ManifestDocument.OCI_MANIFEST);
  }

  private static String code(HttpResponse<byte[]> answer) {
    return Json.tree(TestRegistry.text(answer)).path("errors").path(0).path("code").asString("");
  }

  private static List<String> names(HttpResponse<byte[]> answer, String field) {
    List<String> names = new ArrayList<>();
    Json.tree(TestRegistry.text(answer)).path(field).forEach(n -> names.add(n.asString("")));
    return names;
  }

  private static String location(HttpResponse<byte[]> answer) {
    return answer.headers().firstValue("Location").orElseThrow();
  }

  private static byte[] part(byte[] bytes, int from, int to) {
    return java.util.Arrays.copyOfRange(bytes, from, to);
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }
}
