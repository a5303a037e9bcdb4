package dev.samdan.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.PlatformException;
import dev.samdan.source.GitServer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway") // Of the rooms those are there that a new application enters.
class OperationsTest {
  @TempDir Path folder;
  private GitServer server;
  private Operations operations;

  @BeforeEach
  void start() {
    server = new GitServer(folder, true);
    operations =
        new Operations(
            new Operations.Rooms(
                server.applications,
                server.pipelines,
                server.source,
                server.deliveries,
                null,
                null,
                null,
                null,
                server.database.tierDatabases()),
            () -> new Operations.House(null, null, null));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void an_application_never_takes_the_repository_of_another_ones_tier() {
    server.source.createRepository("shop-web");

    for (String from : new String[] {null, folder.resolve("nowhere").toString()}) {
      assertThatThrownBy(() -> operations.create("shop-web", null, from))
          .isInstanceOfSatisfying(
              PlatformException.class,
              e -> assertThat(e.code()).isEqualTo(PlatformException.Code.CONFLICT))
          .hasMessageContaining("there is a repository 'shop-web' already");
      assertThat(server.source.exists("shop-web")).isTrue();
      assertThat(server.applications.find("shop-web")).isEmpty();
    }
  }

  @Test
  void an_import_that_fails_leaves_neither_application_nor_repository() {
    assertThatThrownBy(() -> operations.create("shop", null, folder.resolve("nowhere").toString()))
        .isInstanceOf(PlatformException.class);
    assertThat(server.source.exists("shop")).isFalse();
    assertThat(server.applications.find("shop")).isEmpty();
  }
}
