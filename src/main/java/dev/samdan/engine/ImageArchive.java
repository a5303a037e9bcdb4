package dev.samdan.engine;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * An image of one layer in the form that POST /images/load takes (Docker Image Specification v1.2).
 */
final class ImageArchive {
  private ImageArchive() {}

  static byte[] of(
      String name,
      byte[] layer,
      List<String> entrypoint,
      Map<String, String> labels,
      String architecture) {
    byte[] config =
        Json.bytes(
            Map.of(
                "architecture",
                architecture,
                "os",
                "linux",
                "config",
                Map.of("Entrypoint", entrypoint, "Labels", labels),
                "rootfs",
                Map.of("type", "layers", "diff_ids", List.of(Digest.of(layer).toString()))));
    String file = Digest.of(config).hex() + ".json";
    byte[] manifest =
        Json.bytes(
            List.of(
                Map.of("Config", file, "RepoTags", List.of(name), "Layers", List.of("layer.tar"))));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      file(tar, file, 0100644, config);
      file(tar, "layer.tar", 0100644, layer);
      file(tar, "manifest.json", 0100644, manifest);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Adds a file to a tar. */
  static void file(TarArchiveOutputStream tar, String name, int mode, byte[] content)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name);
    entry.setMode(mode);
    entry.setModTime(0L); // The same content is the same image.
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }
}
