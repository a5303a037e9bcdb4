package dev.samdan.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EngineCommandTest {
  @TempDir Path folder;

  @Test
  void a_long_line_is_cut_between_characters() throws Exception {
    List<String> lines = new ArrayList<>();

    new EngineCommand(List.of("sh", "-c", "printf '%07999d😀.\\n' 0"), Map.of())
        .run(null, lines::add);

    assertThat(lines).containsExactly("0".repeat(7999) + "😀", ".");
  }

  @Test
  void a_log_takes_what_is_no_character() {
    ImageLogs logs = new ImageLogs(folder);
    UUID build = UUID.randomUUID();
    try (ImageLogs.Log log = logs.open(build)) {
      log.accept("half \ud83d");
      log.accept("whole");
    }
    assertThat(logs.read(build, 1, 10).lines()).containsExactly("half ?", "whole");
  }
}
