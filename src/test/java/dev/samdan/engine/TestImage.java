package dev.samdan.engine;

import com.github.dockerjava.api.exception.NotFoundException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.opentest4j.TestAbortedException;

/** Images made without a pull: all of them are Debian's static busybox. */
public final class TestImage {
  private static final String SMALL = "samdan-test/small:latest";

  /** The commands that the image has beside busybox itself. */
  private static final List<String> COMMANDS =
      List.of(
          "sh",
          "cat",
          "echo",
          "ls",
          "sleep",
          "env",
          "nc",
          "httpd",
          "wget",
          "id",
          "mkdir",
          "rm",
          "chmod",
          "cp",
          "mv",
          "ln",
          "test",
          "true",
          "false",
          "head",
          "tail",
          "grep",
          "sed",
          "wc",
          "date",
          "kill",
          "ps",
          "seq",
          "touch",
          "printf",
          "tr",
          "sort",
          "hostname",
          "stat",
          "dd",
          "expr",
          "yes",
          "ulimit");

  private TestImage() {}

  /** The name of a tiny image with a shell in the engine; made the first time. */
  public static synchronized String small() {
    try (Engine engine =
        Engine.of(Path.of(System.getProperty("java.io.tmpdir")), System.getenv())) {
      try {
        engine.client().inspectImageCmd(SMALL).exec();
      } catch (NotFoundException absent) {
        engine.load(SMALL, tar(), List.of(), java.util.Map.of());
      }
    }
    return SMALL;
  }

  /** The files of the image. */
  public static byte[] tar() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      addTo(tar);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Adds busybox, its commands, /tmp and the users root and 1000 to a layer. */
  public static void addTo(TarArchiveOutputStream tar) throws IOException {
    byte[] busybox = Files.readAllBytes(busybox());
    ImageArchive.file(tar, "bin/busybox", 0100755, busybox);
    for (String command : COMMANDS) {
      TarArchiveEntry link = new TarArchiveEntry("bin/" + command, TarConstants.LF_SYMLINK);
      link.setLinkName("busybox");
      link.setModTime(0L);
      tar.putArchiveEntry(link);
      tar.closeArchiveEntry();
    }
    TarArchiveEntry tmp = new TarArchiveEntry("tmp/");
    tmp.setMode(041777);
    tmp.setModTime(0L);
    tar.putArchiveEntry(tmp);
    tar.closeArchiveEntry();
    ImageArchive.file(
        tar, "etc/passwd", 0100644, text("root:x:0:0::/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n"));
    ImageArchive.file(tar, "etc/group", 0100644, text("root:x:0:\napp:x:1000:\n"));
  }

  /** A static busybox: the machine's, else the one in Debian's package; aborts the test without. */
  public static synchronized Path busybox() {
    return Stream.of("/bin/busybox", "/usr/bin/busybox")
        .map(Path::of)
        .filter(TestImage::isStatic)
        .findFirst()
        .or(TestImage::downloaded)
        .orElseThrow(() ->
            new TestAbortedException(
                "no static busybox to make an image of: apt-get install busybox-static"));
  }

  private static Optional<Path> downloaded() {
    Path folder =
        Path.of(
            System.getProperty("java.io.tmpdir"),
            "samdan-test-busybox-" + System.getProperty("user.name"));
    Path found = folder.resolve("bin/busybox");
    Path usr = folder.resolve("usr/bin/busybox");
    try {
      if (!Files.exists(found) && !Files.exists(usr)) {
        Files.createDirectories(folder);
        Process process =
            new ProcessBuilder(
                    "sh",
                    "-c",
                    "apt-get download busybox-static && dpkg-deb -x busybox-static_*.deb .")
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.waitFor();
      }
    } catch (IOException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
    return Stream.of(found, usr).filter(Files::isExecutable).findFirst();
  }

  /** A program without an interpreter segment brings all it needs. */
  private static boolean isStatic(Path file) {
    try {
      return Files.isExecutable(file)
          && !new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
              .contains("/ld-linux");
    } catch (IOException e) {
      return false;
    }
  }

  private static byte[] text(String content) {
    return content.getBytes(java.nio.charset.StandardCharsets.UTF_8);
  }
}
