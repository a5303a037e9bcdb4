package dev.samdan.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class EngineTest {
  @TempDir Path home;

  @Test
  void where_no_engine_answers_there_are_no_facts_and_the_problem_names_the_remedy() {
    try (Engine engine =
        Engine.of(home, Map.of("DOCKER_HOST", "unix://" + home.resolve("none.sock")))) {
      assertThat(engine.facts()).isEmpty();
      assertThatThrownBy(engine::require)
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("none.sock")
          .hasMessageContaining("--runtime process");
    }
  }

  @Test
  @Timeout(120)
  void an_engine_that_hangs_counts_as_none() throws Exception {
    Path socket = home.resolve("hung.sock");
    try (ServerSocketChannel hung = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        Engine engine = Engine.of(home, Map.of("DOCKER_HOST", "unix://" + socket))) {
      hung.bind(UnixDomainSocketAddress.of(socket));
      assertThat(engine.facts()).isEmpty();
    }
  }

  @Test
  @EngineRequired
  void the_engine_tells_what_it_is() {
    try (Engine engine = Engine.of(home, System.getenv())) {
      EngineFacts facts = engine.require();
      assertThat(facts.version()).isNotEmpty();
      assertThat(facts.os()).isEqualTo("linux");
      assertThat(facts.storageDriver()).isNotEmpty();
      assertThat(facts.cgroupVersion()).isIn("1", "2");
    }
  }

  @Test
  void the_homes_id_is_made_once_and_stands_on_every_label() {
    String id = Engine.of(home, Map.of()).homeId();
    assertThat(id).matches("[0-9a-f]{12}");
    assertThat(Engine.of(home, Map.of()).labels("task", "t1"))
        .containsEntry(Engine.HOME_LABEL, id)
        .containsEntry(Engine.KIND_LABEL, "task")
        .containsEntry(Engine.ID_LABEL, "t1");
  }

  @Test
  void signing_in_reaches_the_docker_command_and_nobody_else_can_read_it() throws Exception {
    try (Engine engine = Engine.of(home, Map.of())) {
      engine.signIn("localhost:7070", "admin", "secret");

      Path config = home.resolve("engine/docker/config.json");
      assertThat(Files.readString(config)).contains("localhost:7070", "YWRtaW46c2VjcmV0");
      assertThat(Files.getPosixFilePermissions(config)).hasSize(2);
      assertThat(engine.authorisation("localhost:7070").orElseThrow().getPassword())
          .isEqualTo("secret");
      assertThat(engine.cli("build", "."))
          .containsExactly(
              "docker",
              "-H",
              "unix:///var/run/docker.sock",
              "--config",
              home.resolve("engine/docker").toString(),
              "build",
              ".");
    }
  }

  @Test
  @EngineRequired
  void an_image_that_is_made_again_is_the_same_one_and_leaves_none_without_a_name() {
    try (Engine engine = Engine.of(home, System.getenv())) {
      String name = "samdan-" + engine.homeId() + "/twice:1";
      engine.load(name, TestImage.tar(), List.of("/bin/true"), engine.labels("test", "twice"));
      String first = engine.client().inspectImageCmd(name).exec().getId();
      engine.load(name, TestImage.tar(), List.of("/bin/true"), engine.labels("test", "twice"));

      assertThat(engine.client().inspectImageCmd(name).exec().getId()).isEqualTo(first);
      assertThat(
              engine
                  .client()
                  .listImagesCmd()
                  .withLabelFilter(engine.labels("test", "twice"))
                  .exec())
          .hasSize(1);
      engine.client().removeImageCmd(name).exec();
    }
  }

  @Test
  @EngineRequired
  void a_small_image_is_made_without_a_pull() {
    try (Engine engine = Engine.of(home, System.getenv())) {
      assertThat(engine.client().inspectImageCmd(TestImage.small()).exec().getId()).isNotEmpty();
    }
  }
}
