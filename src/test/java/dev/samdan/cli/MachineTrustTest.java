package dev.samdan.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineTrustTest {
  private static final String ONE = "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com";
  private static final String OTHER = "210987654321.dkr.ecr.eu-west-1.amazonaws.com";
  private static final String BEFORE = "127.0.0.1 localhost\n# a line of the machine's\n";

  @TempDir Path etc;
  @TempDir Path share;

  @BeforeEach
  void machine() throws IOException {
    Files.writeString(etc.resolve("hosts"), BEFORE);
  }

  private List<Path> apply(String... hosts) {
    return new MachineTrust(etc, share).apply(List.of(hosts), "127.7.0.70", "the certificate");
  }

  @Test
  void what_is_removed_leaves_the_machine_as_it_was() throws IOException {
    Path others = Files.createDirectories(etc.resolve("docker/certs.d/" + OTHER));
    Files.writeString(others.resolve("ca.crt"), "someone else's");

    apply(ONE, OTHER);
    apply();

    assertThat(Files.readString(etc.resolve("hosts"))).isEqualTo(BEFORE);
    assertThat(etc.resolve("docker/certs.d/" + ONE)).doesNotExist();
    assertThat(others).isDirectoryContaining("glob:**/ca.crt");
    assertThat(share.resolve("ca-certificates")).isEmptyDirectory();
  }

  @Test
  void done_again_it_replaces_what_it_did() throws IOException {
    apply(ONE, OTHER);
    apply(ONE);

    assertThat(Files.readString(etc.resolve("hosts")))
        .startsWith(BEFORE)
        .containsOnlyOnce("127.7.0.70 " + ONE)
        .doesNotContain(OTHER);
    assertThat(etc.resolve("docker/certs.d/" + ONE + "/samdan-ca.crt"))
        .hasContent("the certificate");
    assertThat(etc.resolve("docker/certs.d/" + OTHER)).doesNotExist();
  }

  @Test
  void names_are_found_in_a_teams_files() throws IOException {
    Files.writeString(etc.resolve("taskdef.json"), "{\"image\": \"" + ONE + "/team/api:1\"}");
    Files.createDirectories(etc.resolve(".git"));
    Files.writeString(etc.resolve(".git/config"), OTHER);

    assertThat(EcrNames.in(etc)).containsExactly(ONE);
    assertThatThrownBy(() -> EcrNames.in(share))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("names a registry of ECR; say which");
  }
}
