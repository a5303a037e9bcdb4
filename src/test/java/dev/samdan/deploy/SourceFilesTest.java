package dev.samdan.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceFilesTest {
  @TempDir Path folder;

  @Test
  void a_file_that_unpacks_to_more_than_one_mebibyte_is_refused_by_its_name() throws IOException {
    Path zip = folder.resolve("artifact.zip");
    try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
      out.putNextEntry(new ZipEntry("api/taskdef.json"));
      out.write(new byte[1 << 20]);
      out.putNextEntry(new ZipEntry("imageDetail.json"));
      out.write(new byte[(1 << 20) + 1]);
    }
    assertThat(SourceFiles.read(zip, "api", "taskdef.json").orElseThrow().text()).hasSize(1 << 20);
    assertThatThrownBy(() -> SourceFiles.read(zip, "", "imageDetail.json"))
        .isInstanceOf(PlatformException.class)
        .hasMessage("imageDetail.json is larger than 1 MiB, which is the most");
  }
}
