package dev.samdan.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.samdan.preflight.Preflight;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitialTest {
  @TempDir Path folder;

  @Test
  void a_three_tier_folder_is_described_as_it_is() throws IOException {
    write("web/package.json", "{}");
    write("web/buildspec.yml", "version: 0.2\n");
    write("api/docker/Dockerfile", "FROM base\nEXPOSE 9000\n");
    write("api/docker/Dockerfile-base", "FROM scratch\n");
    write("api/requirements.txt", "");
    write("api/buildspec.yaml", "");
    write("api/buildspec-test.yml", "");
    write("api/migrate.sh", "");
    Initial initial = Initial.of(folder, "shop");
    assertThat(initial.notes()).isEmpty();
    assertThat(initial.files()).containsOnlyKeys("samdan.yml");
    ApplicationDeclaration declaration = declaration(initial);
    ApiTier api = Objects.requireNonNull(declaration.api());
    assertThat(api.port()).isEqualTo(9000);
    assertThat(Objects.requireNonNull(api.build()).buildspec()).isEqualTo("buildspec.yaml");
    assertThat(Objects.requireNonNull(api.base()).rebuildOn()).containsExactly("requirements.txt");
    assertThat(Objects.requireNonNull(api.tests()).buildspec()).isEqualTo("buildspec-test.yml");
    assertThat(Objects.requireNonNull(declaration.data()).migrate())
        .containsExactly("sh", "./migrate.sh");
    assertThat(Objects.requireNonNull(declaration.web()).spa()).isTrue();
  }

  @Test
  void a_static_page_gets_a_buildspec() throws IOException {
    Path page = Files.createDirectory(folder.resolve("My Page 2"));
    Files.writeString(page.resolve("index.html"), "hello");
    Initial initial = Initial.of(page, null);
    assertThat(initial.files()).containsOnlyKeys("buildspec.yml", "samdan.yml");
    initial
        .files()
        .forEach((file, text) ->
            assertThat(Preflight.validate(file, text).problems()).as(file).isEmpty());
    ApplicationDeclaration declaration = declaration(initial);
    assertThat(declaration.name()).isEqualTo("my-page-2");
    assertThat(declaration.api()).isNull();
    assertThat(Objects.requireNonNull(declaration.web()).source()).isEmpty();
  }

  @Test
  void a_python_teams_dockerfile_beside_its_app_folder_is_found_with_its_port_and_base()
      throws IOException {
    write("app/main.py", "");
    write("project/requirements.txt", "");
    write("Dockerfile.base", "FROM python:3.12-slim\nCOPY ./project/requirements.txt .\n");
    write(
        "Dockerfile",
        """
        ARG BASE_IMAGE
        FROM ${BASE_IMAGE}
        COPY ./app /app
        CMD ["uvicorn", "app.main:app", "--host", "0.0.0.0", "--port", "8000"]
        """);
    Initial initial = Initial.of(folder, "shop");

    assertThat(initial.notes()).isEmpty();
    ApiTier api = Objects.requireNonNull(declaration(initial).api());
    assertThat(api.source()).isEmpty();
    assertThat(api.dockerfile()).isEqualTo("Dockerfile");
    assertThat(api.port()).isEqualTo(8000);
    assertThat(Objects.requireNonNull(api.base()).dockerfile()).isEqualTo("Dockerfile.base");
    assertThat(api.base().rebuildOn()).containsExactly("project/requirements.txt");
  }

  @Test
  void a_dockerfile_in_the_app_folder_is_that_folders_and_a_shells_command_tells_the_port()
      throws IOException {
    write("app/Dockerfile", "FROM a\nCMD sh -c \"sleep 10 && uvicorn main:app --port 3000\"\n");
    write("Dockerfile", "FROM b\nEXPOSE 1\n");
    ApiTier api = Objects.requireNonNull(declaration(Initial.of(folder, "shop")).api());

    assertThat(api.source()).isEqualTo("app");
    assertThat(api.port()).isEqualTo(3000);
  }

  @Test
  void what_is_missing_is_said() {
    Initial initial = Initial.of(folder, "empty");
    assertThat(initial.notes())
        .hasSize(2)
        .anyMatch(n -> n.startsWith("api/docker/Dockerfile is missing"));
    assertThat(declaration(initial).api()).isNotNull();
  }

  private static ApplicationDeclaration declaration(Initial initial) {
    return ApplicationFileTest.valid(Objects.requireNonNull(initial.files().get("samdan.yml")));
  }

  private void write(String path, String text) throws IOException {
    Path file = folder.resolve(path);
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, text);
  }
}
