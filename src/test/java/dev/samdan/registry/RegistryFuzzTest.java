package dev.samdan.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Fuzz;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Names, documents and layers that others push. */
@Tag("fuzz")
class RegistryFuzzTest {
  @TempDir Path folder;

  @Test
  void names_of_images() {
    Fuzz.ofTexts(
            "an image's name",
            "localhost:7070/team/api:1.0",
            "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/a__b/c-d.e@sha256:" + "0".repeat(64),
            "python:3.10",
            "[::1]:5000/a")
        .runTexts(text -> assertThat(ImageReference.parse(text).toString()).isNotEmpty());
  }

  @Test
  void lifecycle_policies() {
    Fuzz.ofTexts(
            "a lifecycle policy",
            """
            {"rules": [{"rulePriority": 1, "description": "old",
              "selection": {"tagStatus": "tagged", "tagPatternList": ["prod*", "v*"],
                            "countType": "imageCountMoreThan", "countNumber": 10},
              "action": {"type": "expire"}}]}
            """,
            """
            {"rules": [{"rulePriority": 2,
              "selection": {"tagStatus": "untagged", "countType": "sinceImagePushed",
                            "countUnit": "days", "countNumber": 14},
              "action": {"type": "expire"}}]}
            """)
        .runTexts(LifecyclePolicy::parse);
  }

  @Test
  void manifests() {
    String digest = "sha256:" + "a".repeat(64);
    Fuzz.ofTexts(
            "a manifest",
            """
            {"schemaVersion": 2, "mediaType": "%1$s", "artifactType": "a/b",
             "config": {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": "%2$s", "size": 2},
             "layers": [{"mediaType": "application/vnd.oci.image.layer.v1.tar+gzip", "digest": "%2$s", "size": 3}],
             "subject": {"mediaType": "%1$s", "digest": "%2$s", "size": 4}, "annotations": {"a": "b"}}
            """
                .formatted("application/vnd.oci.image.manifest.v1+json", digest),
            """
            {"schemaVersion": 2, "mediaType": "%1$s", "manifests": [{"mediaType": "%1$s", "digest": "%2$s", "size": 4,
             "platform": {"os": "linux", "architecture": "amd64"}}]}
            """
                .formatted("application/vnd.oci.image.index.v1+json", digest))
        .run(bytes -> {
          ManifestDocument.parse(bytes, "application/vnd.oci.image.manifest.v1+json");
          ManifestDocument.parse(bytes, "application/vnd.oci.image.index.v1+json");
        });
  }

  /** Nothing is written outside, however the archive's names and links are put. */
  @Test
  void layers() throws IOException {
    byte[] plain =
        new TestTar()
            .folder("usr/", 0755)
            .file("usr/bin/app", "a program", 0755)
            .symbolicLink("usr/lib", "../../../../outside")
            .symbolicLink("etc", "/etc")
            .file("usr/.wh.gone", "")
            .hardLink("usr/bin/again", "usr/bin/app")
            .file("a/".repeat(60) + "deep", "deep")
            .bytes();
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(plain);
    }
    Path outside = Files.createDirectories(folder.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "kept");
    Path root = Files.createDirectories(folder.resolve("root"));

    Fuzz.of("a layer", List.of(plain, plain, plain, packed.toByteArray()))
        .onDisk()
        .refusing(IOException.class)
        .run(bytes -> {
          try {
            Unpacker unpacker = new Unpacker(root, new Unpacker.Limits(1 << 20, 1_000));
            unpacker.apply(new ByteArrayInputStream(bytes));
            unpacker.finish();
          } finally {
            assertThat(outside).isDirectoryContaining("glob:**/kept");
            assertThat(children(outside)).hasSize(1);
            assertThat(children(folder)).hasSize(2);
            empty(root);
          }
        });
    assertThat(Files.readString(outside.resolve("kept"), StandardCharsets.UTF_8)).isEqualTo("kept");
  }

  private static List<Path> children(Path of) throws IOException {
    try (Stream<Path> all = Files.list(of)) {
      return all.toList();
    }
  }

  private static void empty(Path root) throws IOException {
    RootedFolder rooted = new RootedFolder(root.toRealPath());
    for (Path child : children(root)) {
      rooted.remove(child);
    }
  }
}
