package dev.samdan.image;

import dev.samdan.base.Fuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an image is built of. */
@Tag("fuzz")
class ImageFuzzTest {
  @TempDir Path folder;

  @Test
  void ignored_files() {
    Fuzz.ofTexts(
            "a .dockerignore",
            "# no\n*.pyc\n!keep/**\n/build/\n[a-z]?\n**/x\n",
            ".git\n\n  spaced \n")
        .runTexts(text -> DockerIgnore.parse(text).ignores("a/b/c/" + "d/".repeat(30) + "e.txt"));
  }

  @Test
  void dockerfiles() {
    Fuzz.of("a Dockerfile", Fuzz.files(name -> name.startsWith("Dockerfile"), "sample", "examples"))
        .runTexts(text -> Dockerfile.parse("Dockerfile", text));
  }

  @Test
  void contexts_in_a_zip() throws IOException {
    Path zip = folder.resolve("context.zip");
    try (ZipArchiveOutputStream out = new ZipArchiveOutputStream(zip)) {
      for (String name : List.of("api/main.py", "api/empty/", "Dockerfile")) {
        out.putArchiveEntry(new ZipArchiveEntry(name));
        out.write((name.endsWith("/") ? "" : name).getBytes(StandardCharsets.UTF_8));
        out.closeArchiveEntry();
      }
    }
    byte[] whole = Files.readAllBytes(zip);
    Fuzz.of("a build context", List.of(whole))
        .onDisk()
        .refusing(IOException.class)
        .run(bytes -> {
          Files.write(zip, bytes);
          try (ContextReader reader = new ContextReader()) {
            reader.read(zip, "");
          }
        });
  }
}
