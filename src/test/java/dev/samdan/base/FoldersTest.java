package dev.samdan.base;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoldersTest {
  @TempDir Path folder;

  @Test
  void what_a_link_names_stays() throws Exception {
    Path kept = Files.writeString(folder.resolve("kept"), "x");
    Path gone = Files.createDirectories(folder.resolve("gone/deep"));
    Files.createSymbolicLink(gone.resolve("link"), kept);
    Files.createSymbolicLink(gone.resolve("up"), folder);
    Folders.delete(folder.resolve("gone"));
    assertThat(folder.resolve("gone")).doesNotExist();
    assertThat(kept).hasContent("x");
  }

  @Test
  void a_folder_that_is_closed_to_its_owner_goes_too() throws Exception {
    Path closed = Files.createDirectories(folder.resolve("gone/closed"));
    Files.writeString(closed.resolve("file"), "x");
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    Folders.delete(folder.resolve("gone"));
    assertThat(folder.resolve("gone")).doesNotExist();
  }

  @Test
  void none_is_no_matter() {
    Folders.delete(folder.resolve("none"));
  }

  @Test
  void one_that_is_still_written_into_goes_when_its_writer_ends() throws Exception {
    Path gone = Files.createDirectories(folder.resolve("gone"));
    CountDownLatch begun = new CountDownLatch(1);
    Thread writer =
        Thread.ofVirtual()
            .start(() -> {
              for (int i = 0; i < 5_000; i++) {
                write(gone.resolve("file" + i));
                if (i == 100) {
                  begun.countDown();
                }
              }
            });
    begun.await();
    Folders.delete(gone);
    writer.join();
    assertThat(gone).doesNotExist();
  }

  private static void write(Path file) {
    try {
      Files.createFile(file);
    } catch (NoSuchFileException | FileAlreadyExistsException e) {
      return; // Its folder is gone.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
