package dev.samdan.build;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandOutputTest {
  @TempDir Path temporary;

  @Test
  void what_is_too_far_ahead_is_left_out_but_for_its_end_and_the_file_is_emptied()
      throws IOException {
    Path raw = temporary.resolve("output");
    Path file = temporary.resolve("log");
    Files.writeString(raw, "first\n");
    try (RandomAccessFile grown = new RandomAccessFile(raw.toFile(), "rw")) {
      grown.setLength(1L << 40);
    }
    Files.writeString(raw, "-secret\nlast\n", StandardOpenOption.APPEND);
    try (BuildLog log =
        new BuildLog(file, List.of(), BuildLog.LIMIT, InstantSource.system(), () -> {})) {
      CommandOutput output = new CommandOutput(raw, log);

      output.drain(() -> false);

      assertThat(raw).isEmptyFile();
      Files.writeString(raw, "more\n", StandardOpenOption.APPEND);
      output.drain(() -> false);
      log.endOfCommand();
      output.drain(() -> false);
    }
    assertThat(file)
        .content()
        .startsWith("first\n")
        .contains("0 lines and 1048572 MB more left out, the last 2 follow\nlast\nmore\n")
        .doesNotContain("secret");
  }
}
