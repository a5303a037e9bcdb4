package dev.samdan.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import dev.samdan.database.TestDatabase;
import dev.samdan.engine.Engine;
import dev.samdan.registry.ImageConfig;
import dev.samdan.registry.Registry;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImageBuilderTest {
  private static final Engine NO_ENGINE =
      Engine.of(Path.of("unused"), Map.of("DOCKER_HOST", "unix:///nowhere/docker.sock"));
  @TempDir Path folder;
  private Database database;
  private Registry registry;
  private Images images;
  private Path context;
  private final List<String> log = new ArrayList<>();

  @BeforeEach
  void start() throws IOException {
    database = TestDatabase.fresh();
    registry = new Registry(folder.resolve("home"), database);
    images = new Images(folder.resolve("home"), database, registry, NO_ENGINE, "localhost:7070");
    context = Files.createDirectories(folder.resolve("context"));
  }

  @AfterEach
  void stop() {
    registry.close();
    database.close();
  }

  @Test
  void the_samples_shape_is_built_and_unpacks_as_written() throws Exception {
    write("libs/a.jar", "A");
    write("docker/Dockerfile-base", "FROM scratch\nCOPY libs/ /app/libs/\n");
    write("build/api.jar", "JAR");
    write("migrate.sh", "M");
    write("docker/boot.sh", "#!/bin/sh");
    Files.setPosixFilePermissions(
        context.resolve("docker/boot.sh"), PosixFilePermissions.fromString("rwxr-xr-x"));
    write(
        "docker/Dockerfile",
        """
        ARG BASE_IMAGE
        FROM ${BASE_IMAGE}
        WORKDIR /app
        COPY build/api.jar docker/boot.sh migrate.sh ./
        VOLUME /sample/sync_data
        EXPOSE 8080
        ENTRYPOINT ["./boot.sh"]
        """);
    Digest base = build("docker/Dockerfile-base", "sample/api-base", Map.of());

    Digest image = build("docker", "sample/api", Map.of("BASE_IMAGE", "sample/api-base@" + base));

    assertThat(files("sample/api", image))
        .containsExactly("app/api.jar", "app/boot.sh", "app/libs/a.jar", "app/migrate.sh");
    Path root = folder.resolve("root");
    assertThat(root.resolve("app/boot.sh")).isExecutable().hasContent("#!/bin/sh");
    ImageConfig config = registry.config("sample/api", image);
    assertThat(config.entrypoint()).containsExactly("./boot.sh");
    assertThat(config.workingDir()).isEqualTo("/app");
    assertThat(config.volumes()).containsExactly("/sample/sync_data");
    assertThat(config.exposedPorts()).containsExactly("8080/tcp");
    assertThat(registry.manifest("sample/api", "v1").digest()).isEqualTo(image);
  }

  @Test
  void the_same_input_gives_the_same_digest_and_another_mode_another() throws Exception {
    write("b", "1");
    write("a/x", "2");
    write("Dockerfile", "FROM scratch\nCOPY . /app/\nENV A=1\n");
    Digest first = build("Dockerfile", "one/api", Map.of());
    Files.setLastModifiedTime(context.resolve("b"), FileTime.from(Instant.EPOCH));

    assertThat(build("Dockerfile", "two/api", Map.of())).isEqualTo(first);
    assertThat(build(zip(), "one/api")).isEqualTo(first);
    Files.setPosixFilePermissions(
        context.resolve("b"), PosixFilePermissions.fromString("rwx------"));
    assertThat(build("Dockerfile", "one/api", Map.of())).isNotEqualTo(first);
  }

  @Test
  void run_is_refused_with_every_line_and_the_remedy() throws Exception {
    write(
        "docker/Dockerfile",
        "FROM scratch AS a\nRUN make\nFROM scratch\nCOPY --from=a /x /x\nRUN more\n");

    assertThatThrownBy(() -> build("docker/Dockerfile", "sample/api", Map.of()))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining("docker/Dockerfile:2: RUN needs a Docker engine")
        .hasMessageContaining("docker/Dockerfile:5: RUN needs a Docker engine")
        .hasMessageContaining("buildspec.yml");
  }

  @Test
  void run_in_a_stage_that_nothing_needs_does_not_matter() throws Exception {
    write("Dockerfile", "FROM scratch AS a\nRUN make\nFROM scratch\nENV A=1\n");

    assertThat(registry.config("sample/api", build("Dockerfile", "sample/api", Map.of())).env())
        .containsEntry("A", "1");
  }

  @Test
  void a_base_that_is_not_here_is_refused_with_the_remedy() throws Exception {
    write("Dockerfile", "# x\nFROM python:3.13\n");

    assertThatThrownBy(() -> build("Dockerfile", "sample/api", Map.of()))
        .hasMessageContaining("Dockerfile:2: the image python:3.13 is not in this registry")
        .hasMessageContaining("docker push localhost:7070/python:3.13");
    write("Dockerfile", "ARG BASE_IMAGE\nFROM ${BASE_IMAGE}\n");
    assertThatThrownBy(() -> build("Dockerfile", "sample/api", Map.of()))
        .hasMessageContaining("Dockerfile:2: FROM ${BASE_IMAGE} names no image");
  }

  @Test
  void a_base_is_found_by_tag_digest_and_address() throws Exception {
    write("a", "x");
    write("Dockerfile", "FROM scratch\nCOPY a /\nENTRYPOINT [\"/a\"]\nCMD [\"b\"]\n");
    Digest base = build("Dockerfile", "team/base", Map.of());
    for (String name :
        List.of("team/base:v1", "localhost:7070/team/base:v1", "127.0.0.1:9/team/base@" + base)) {
      write("Dockerfile", "FROM " + name + "\nENV A=1\n");
      ImageConfig config =
          registry.config("sample/api", build("Dockerfile", "sample/api", Map.of()));
      assertThat(config.entrypoint()).containsExactly("/a");
      assertThat(config.cmd()).containsExactly("b");
    }
    write("Dockerfile", "FROM team/base:v1\nENTRYPOINT [\"/other\"]\n");
    assertThat(registry.config("sample/api", build("Dockerfile", "sample/api", Map.of())).cmd())
        .isEmpty();
  }

  @Test
  void copy_follows_dockers_rules_for_folders_patterns_and_owners() throws Exception {
    write("src/a.txt", "a");
    write("src/b.txt", "b");
    write("src/deep/c.txt", "c");
    write("one", "1");
    write(
        "Dockerfile",
        """
        FROM scratch
        WORKDIR /workdir
        COPY one two
        COPY one .
        COPY src/*.txt texts/
        COPY src /all
        COPY --chown=7:8 --chmod=600 one /workdir/owned
        COPY ["one", "/with space/"]
        """);
    Digest image = build("Dockerfile", "sample/api", Map.of());

    assertThat(files("sample/api", image))
        .containsExactly(
            "all/a.txt",
            "all/b.txt",
            "all/deep/c.txt",
            "with space/one",
            "workdir/one",
            "workdir/owned",
            "workdir/texts/a.txt",
            "workdir/texts/b.txt",
            "workdir/two");
    assertThat(
            PosixFilePermissions.toString(
                Files.getPosixFilePermissions(folder.resolve("root/workdir/owned"))))
        .isEqualTo("rw-------");
    assertThat(owner(image, "workdir/owned")).isEqualTo("7:8");
  }

  @Test
  void copy_goes_where_the_bases_links_lead() throws Exception {
    Files.createDirectories(context.resolve("rootfs/usr/lib"));
    Files.createSymbolicLink(context.resolve("rootfs/lib"), Path.of("usr/lib"));
    write("x", "1");
    write("Dockerfile", "FROM scratch\nCOPY rootfs/ /\nCOPY x /lib/x\nCOPY x /lib\n");

    assertThat(files("sample/api", build("Dockerfile", "sample/api", Map.of())))
        .containsExactly("usr/lib/x");
    assertThat(folder.resolve("root/lib")).isSymbolicLink();
  }

  @Test
  void copy_says_what_is_missing_and_where() throws Exception {
    write("sub/app.jar", "x");
    write("secret", "x");
    write(".dockerignore", "secret\n");
    write("Dockerfile", "FROM scratch\nCOPY app.jar /\n");

    assertThatThrownBy(() -> build("Dockerfile", "sample/api", Map.of()))
        .hasMessageContaining(
            "Dockerfile:2: 'app.jar' matches no file of the context; there is 'sub/app.jar'");
    write("Dockerfile", "FROM scratch\nCOPY secret /\n");
    assertThatThrownBy(() -> build("Dockerfile", "sample/api", Map.of()))
        .hasMessageContaining(".dockerignore");
    write("Dockerfile", "FROM scratch\nCOPY ../x /\n");
    assertThatThrownBy(() -> build("Dockerfile", "sample/api", Map.of()))
        .hasMessageContaining("leads out of the context");
    write("Dockerfile", "FROM scratch\nCOPY sub/app.jar Dockerfile /two\n");
    assertThatThrownBy(() -> build("Dockerfile", "sample/api", Map.of()))
        .hasMessageContaining("write '/two/'");
  }

  @Test
  void a_link_of_the_context_never_reads_outside_it() throws Exception {
    Files.writeString(folder.resolve("outside"), "secret");
    Files.createSymbolicLink(context.resolve("link"), folder.resolve("outside"));
    Files.createSymbolicLink(context.resolve("up"), Path.of("../outside"));
    for (String name : List.of("link", "up")) {
      write("Dockerfile", "FROM scratch\nCOPY " + name + " /x\n");
      assertThatThrownBy(() -> build("Dockerfile", "sample/api", Map.of()))
          .hasMessageContaining("matches no file");
    }
  }

  @Test
  void stages_copy_from_each_other_and_from_compressed_images() throws Exception {
    write("a", "A");
    write("Dockerfile", "FROM scratch\nCOPY a /data/a\n");
    build("Dockerfile", "team/data", Map.of());
    write(
        "Dockerfile",
        """
        FROM scratch AS first
        COPY a /one/a
        FROM first AS second
        COPY a /two/a
        FROM scratch
        COPY --from=second /one /x
        COPY --from=1 /two/a /y
        COPY --from=team/data:v1 /data/a /z
        """);

    assertThat(files("sample/api", build("Dockerfile", "sample/api", Map.of())))
        .containsExactly("x/a", "y", "z");
  }

  @Test
  void add_unpacks_archives_and_copies_other_files() throws Exception {
    Path tar = context.resolve("files.tgz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(tar));
        TarArchiveOutputStream archive = new TarArchiveOutputStream(out, "UTF-8")) {
      archive.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (String name : List.of("deep/file", "deep/" + "long".repeat(40), "deep/next")) {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        entry.setSize(name.length());
        archive.putArchiveEntry(entry);
        archive.write(name.getBytes(StandardCharsets.UTF_8));
        archive.closeArchiveEntry();
      }
    }
    write("plain.txt", "x");
    write("Dockerfile", "FROM scratch\nADD files.tgz plain.txt /add/\nCOPY files.tgz /copy/\n");

    assertThat(files("sample/api", build("Dockerfile", "sample/api", Map.of())))
        .containsExactly(
            "add/deep/file",
            "add/deep/" + "long".repeat(40),
            "add/deep/next",
            "add/plain.txt",
            "copy/files.tgz");
    for (String name : List.of("deep/file", "deep/" + "long".repeat(40), "deep/next")) {
      assertThat(folder.resolve("root/add").resolve(name)).hasContent(name);
    }
  }

  @Test
  void an_archive_that_would_fill_the_memory_is_refused() throws Exception {
    write("Dockerfile", "FROM scratch\nADD large.tar /add/\n");
    tarOfNames(1, 300_000);
    assertThatThrownBy(() -> build("Dockerfile", "sample/api", Map.of()))
        .hasMessageContaining("Dockerfile:2: a header of the archive is larger than 256 KiB");

    tarOfNames(90, 200_000);
    assertThatThrownBy(() -> build("Dockerfile", "sample/api", Map.of()))
        .hasMessageContaining("Dockerfile:2: the images and archives of this build hold more than");
    assertThat(folder.resolve("home/registry/scratch")).isEmptyDirectory();
  }

  /**
   * Files whose names are of this length, as GNU tar writes long names: as what comes before them.
   */
  private void tarOfNames(int files, int length) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(Files.newOutputStream(context.resolve("large.tar")))) {
      for (int i = 0; i < files; i++) {
        TarArchiveEntry name =
            new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
        name.setSize(length);
        tar.putArchiveEntry(name);
        tar.write("x".repeat(length).getBytes(StandardCharsets.UTF_8));
        tar.closeArchiveEntry();
        tar.putArchiveEntry(new TarArchiveEntry("short"));
        tar.closeArchiveEntry();
      }
    }
  }

  @Test
  void what_builds_of_an_earlier_control_left_is_cleared_at_the_start() throws Exception {
    Path secret = folder.resolve("home/engine/build/secret-1");
    Path layer = folder.resolve("home/registry/scratch/layer-1.tar");
    for (Path left : List.of(secret, layer)) {
      Files.createDirectories(left.getParent());
      Files.writeString(left, "left");
    }

    images.start();

    assertThat(secret).doesNotExist();
    assertThat(layer).doesNotExist();
  }

  @Test
  void the_newest_image_of_the_bases_repository_is_the_base_of_the_builds_own_commit()
      throws Exception {
    write("Dockerfile-base", "FROM scratch\nCOPY version /version\n");
    write("version", "first");
    Digest first = build("Dockerfile-base", "sample/api-base", Map.of());
    write("version", "second");
    Digest second = build("Dockerfile-base", "sample/api-base", Map.of());
    registry.tag("sample/api-base", second, "latest");
    Map<String, String> own = Map.of("BASE_IMAGE", "sample/api-base@" + first);

    for (String name :
        List.of(
            "sample/api-base",
            "sample/api-base:latest",
            "123456789012.dkr.ecr.ap-northeast-2.amazonaws.com/sample/api-base")) {
      write("Dockerfile", "FROM " + name + "\n");
      assertThat(registry.layers("sample/api", build("Dockerfile", "sample/api", own)).layers())
          .isEqualTo(registry.layers("sample/api-base", first).layers());
      assertThat(
              registry.layers("sample/api", build("Dockerfile", "sample/api", Map.of())).layers())
          .isEqualTo(registry.layers("sample/api-base", second).layers());
    }
  }

  @Test
  void arguments_and_environment_fill_variables() throws Exception {
    write("app-1.2.jar", "x");
    write(
        "Dockerfile",
        """
        ARG VERSION=1.0
        FROM scratch
        ARG VERSION
        ARG KIND=jar
        ENV HOME=/srv/${VERSION} NEXT=$HOME
        ENV NEXT=${HOME:-none}
        COPY app-${VERSION}.${KIND} $HOME/
        WORKDIR $HOME
        WORKDIR sub
        LABEL v="$VERSION"
        USER 1000
        CMD run $VERSION
        """);
    Digest image = build("Dockerfile", "sample/api", Map.of("VERSION", "1.2"));

    ImageConfig config = registry.config("sample/api", image);
    assertThat(files("sample/api", image)).containsExactly("srv/1.2/app-1.2.jar");
    assertThat(config.env()).containsEntry("HOME", "/srv/1.2").containsEntry("NEXT", "/srv/1.2");
    assertThat(config.workingDir()).isEqualTo("/srv/1.2/sub");
    assertThat(config.labels()).containsEntry("v", "1.2");
    assertThat(config.user()).isEqualTo("1000");
    assertThat(config.cmd()).containsExactly("/bin/sh", "-c", "run $VERSION");
  }

  @Test
  void a_missing_dockerfile_names_the_one_there_is() throws Exception {
    write("docker/Dockerfile-base", "FROM scratch\n");

    assertThatThrownBy(() -> build("docker/Dockerfile", "sample/api", Map.of()))
        .hasMessageContaining(
            "there is no docker/Dockerfile in the build context; there is docker/Dockerfile-base");
  }

  @Test
  void a_build_leaves_nothing_but_blobs_behind() throws Exception {
    add_unpacks_archives_and_copies_other_files();

    assertThat(folder.resolve("home/registry/uploads")).isEmptyDirectory();
    assertThat(folder.resolve("home/registry/scratch")).isEmptyDirectory();
  }

  private Digest build(String dockerfile, String repository, Map<String, String> arguments)
      throws InterruptedException {
    return images.build(
        new Images.ImageBuild(
            new Images.Context(context, "", dockerfile),
            arguments,
            null,
            repository,
            List.of("v1"),
            log::add));
  }

  private Digest build(Path zip, String repository) throws InterruptedException {
    return images.build(
        new Images.ImageBuild(
            new Images.Context(zip, "below", "."),
            Map.of(),
            null,
            repository,
            List.of(),
            log::add));
  }

  private Path zip() throws IOException {
    Path file = folder.resolve("context.zip");
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(file);
        Stream<Path> all = Files.walk(context)) {
      for (Path path : all.filter(p -> !p.equals(context)).sorted().toList()) {
        boolean isFolder = Files.isDirectory(path);
        ZipArchiveEntry entry =
            new ZipArchiveEntry("below/" + context.relativize(path) + (isFolder ? "/" : ""));
        entry.setUnixMode((int) Files.getAttribute(path, "unix:mode"));
        zip.putArchiveEntry(entry);
        if (!isFolder) {
          zip.write(Files.readAllBytes(path));
        }
        zip.closeArchiveEntry();
      }
    }
    return file;
  }

  private String owner(Digest image, String path) throws IOException {
    String owner = "";
    for (Digest layer : registry.layers("sample/api", image).layers()) {
      try (var tar =
          new org.apache.commons.compress.archivers.tar.TarArchiveInputStream(
              registry.openLayer(layer))) {
        for (TarArchiveEntry entry; (entry = tar.getNextEntry()) != null; ) {
          owner =
              entry.getName().equals(path)
                  ? entry.getLongUserId() + ":" + entry.getLongGroupId()
                  : owner;
        }
      }
    }
    return owner;
  }

  private List<String> files(String repository, Digest image) throws IOException {
    Path root = folder.resolve("root");
    registry.unpack(repository, image, root);
    try (Stream<Path> all = Files.walk(root)) {
      return all.filter(Files::isRegularFile)
          .map(p -> root.relativize(p).toString())
          .sorted()
          .toList();
    }
  }

  private void write(String name, String content) throws IOException {
    Path file = context.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }
}
