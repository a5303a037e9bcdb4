package dev.samdan.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskLogsTest {
  @TempDir Path shim;

  @Test
  void who_follows_goes_on_when_the_oldest_part_is_let_go() throws IOException {
    Files.writeString(shim.resolve("log.1"), "one\ntwo\n");
    Files.writeString(shim.resolve("log"), "three\nfour\n");
    TaskLogs logs = new TaskLogs();
    LogPage read = logs.read(shim, 0, 100);
    assertThat(read.lines()).containsExactly("one", "two", "three", "four");

    Files.writeString(shim.resolve("log.1"), "three\nfour\n");
    Files.writeString(shim.resolve("log"), "five\n");

    assertThat(logs.read(shim, read.nextOffset(), 100).lines()).containsExactly("five");
  }
}
