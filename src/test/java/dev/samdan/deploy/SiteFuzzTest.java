package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.base.Folders;
import dev.samdan.base.Fuzz;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("fuzz")
class SiteFuzzTest {
  @TempDir Path folder;

  @Test
  void artifacts_of_sites() throws IOException {
    Path zip = folder.resolve("site.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      for (String name : List.of("index.html", "assets/app.js", "a/b/c/")) {
        out.putNextEntry(new ZipEntry(name));
        out.write((name.endsWith("/") ? "" : name).getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    Path sites = folder.resolve("sites");
    Path release = sites.resolve("r1");
    Fuzz.of("a site's artifact", List.of(Files.readAllBytes(zip)))
        .onDisk()
        .refusing(IOException.class)
        .refusing(UncheckedIOException.class)
        .run(bytes -> {
          Files.write(zip, bytes);
          try {
            SiteFolders.unpack(zip, release);
          } finally {
            try (Stream<Path> all = Files.list(folder)) {
              assertThat(all).isSubsetOf(zip, sites);
            }
            Folders.delete(sites);
          }
        });
  }
}
