package dev.samdan.engine;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    // In the order of their names: the same content is the same image, whoever makes it when.
    Map<String, Object> run = new TreeMap<>(Map.of("Entrypoint", entrypoint));
    run.put("Labels", new TreeMap<>(labels));
    Map<String, Object> files = new TreeMap<>(Map.of("type", "layers"));
    files.put("diff_ids", List.of(Digest.of(layer).toString()));
    Map<String, Object> all = new TreeMap<>(Map.of("architecture", architecture, "os", "linux"));
    all.put("config", run);
    all.put("rootfs", files);
    byte[] config = Json.bytes(all);
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
    entry.setModTime(0L);
    entry.setSize(content.length);
    tar.putArchiveEntry(entry);
    tar.write(content);
    tar.closeArchiveEntry();
  }
}
