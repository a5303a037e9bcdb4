package dev.samdan.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.samdan.base.PlatformException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GitCommandTest {
  @TempDir Path folder;

  private static List<ProcessHandle> sleeping() {
    return ProcessHandle.current()
        .descendants()
        .filter(one -> one.info().commandLine().orElse("").endsWith("sleep 7319"))
        .toList();
  }

  @Test
  void an_interrupt_ends_git_and_what_it_started() throws Exception {
    GitServer.run(folder, "git", "init", "-q", "--bare", ".").orThrow();
    GitCommand git =
        new GitCommand(
            folder, List.of("alias.wait=!sleep 7319"), Map.of(), Duration.ofHours(3), 1 << 20);
    FutureTask<PlatformException> ended =
        new FutureTask<>(() -> {
          try {
            throw new IllegalStateException(git.run("wait"));
          } catch (PlatformException e) {
            return e;
          }
        });
    Thread thread = Thread.ofVirtual().start(ended);
    await().untilAsserted(() -> assertThat(sleeping()).isNotEmpty());
    List<ProcessHandle> started = sleeping();
    thread.interrupt();
    assertThat(ended.get()).hasMessageContaining("git wait was interrupted");
    await().untilAsserted(() -> assertThat(started).noneMatch(ProcessHandle::isAlive));
  }
}
