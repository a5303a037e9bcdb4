package dev.samdan.build;

import dev.samdan.engine.Engine;
import dev.samdan.engine.TestImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** An image for builds, made of Debian's static busybox; nothing is pulled. */
final class BuildImage {
  static final String NAME = "samdan-test-build/tools:1";

  private static final List<String> COMMANDS =
      List.of(
          "awk",
          "basename",
          "cut",
          "dirname",
          "find",
          "ionice",
          "nice",
          "nohup",
          "pwd",
          "readlink",
          "setsid",
          "sha256sum",
          "su",
          "tar",
          "which",
          "whoami",
          "xargs");

  private BuildImage() {}

  /** The image's name in the engine, which has it from now on. */
  static synchronized String in(Engine engine) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      TestImage.addTo(tar);
      for (String command : COMMANDS) {
        TarArchiveEntry link = new TarArchiveEntry("bin/" + command, TarConstants.LF_SYMLINK);
        link.setLinkName("busybox");
        link.setModTime(0L); // Each run loads the same image, and leaves no other one behind.
        tar.putArchiveEntry(link);
        tar.closeArchiveEntry();
      }
    }
    engine.load(NAME, bytes.toByteArray(), List.of("/bin/false"), Map.of());
    return NAME;
  }
}
