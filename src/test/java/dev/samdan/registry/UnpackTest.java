package dev.samdan.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UnpackTest {
  @TempDir Path home;
  private TestRegistry server;
  private Path folder;

  @BeforeEach
  void start() {
    server = new TestRegistry(home.resolve("home"));
    folder = home.resolve("outside/of/folder");
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void layers_are_laid_over_each_other_with_their_modes() throws Exception {
    unpack(
        new TestTar()
            .folder("app", 0755)
            .file("app/run", "one", 0755)
            .file("app/data", "one", 0640)
            .bytes(),
        new TestTar()
            .file("app/data", "two", 0600)
            .folder("closed", 0555)
            .file("closed/in", "x")
            .gzip());

    assertThat(folder.resolve("app/run")).hasContent("one");
    assertThat(folder.resolve("app/data")).hasContent("two");
    assertThat(mode("app/run")).isEqualTo("rwxr-xr-x");
    assertThat(mode("app/data")).isEqualTo("rw-------");
    assertThat(mode("closed")).isEqualTo("r-xr-xr-x");
  }

  @Test
  void the_set_uid_bit_is_not_kept() throws Exception {
    unpack(new TestTar().file("su", "x", 04755).bytes());

    assertThat((int) Files.getAttribute(folder.resolve("su"), "unix:mode") & 07777).isEqualTo(0755);
  }

  @Test
  void whiteouts_take_away_what_lower_layers_brought() throws Exception {
    unpack(
        new TestTar()
            .file("a/1", "x")
            .file("a/2", "x")
            .file("b/1", "x")
            .file("c/d/1", "x")
            .file("c/2", "x")
            .bytes(),
        new TestTar()
            .file("a/.wh.1", "")
            .file(".wh.b", "")
            .file("c/d/new", "y")
            .file("c/.wh..wh..opq", "")
            .bytes());

    assertThat(files()).containsExactly("a/2", "c/d/new");
  }

  @Test
  void a_whiteout_leaves_what_its_own_layer_brings() throws Exception {
    unpack(
        new TestTar().file("a/old", "x").bytes(),
        new TestTar().file("a/new", "y").file(".wh.a", "").bytes());

    assertThat(files()).containsExactly("a/new");
  }

  @Test
  void hard_links_share_their_file_and_symbolic_links_stay_links() throws Exception {
    unpack(
        new TestTar()
            .file("a", "x")
            .hardLink("b", "a")
            .symbolicLink("c", "a")
            .symbolicLink("d/e", "../a")
            .bytes());

    assertThat(Files.isSameFile(folder.resolve("a"), folder.resolve("b"))).isTrue();
    assertThat(Files.readSymbolicLink(folder.resolve("c"))).hasToString("a");
    assertThat(Files.readSymbolicLink(folder.resolve("d/e"))).hasToString("../a");
  }

  @Test
  void links_out_of_the_folder_are_turned_back_into_it() throws Exception {
    unpack(
        new TestTar()
            .symbolicLink("usr/bin/python", "/usr/bin/python3.13")
            .symbolicLink("up", "../../etc/passwd")
            .symbolicLink("round", "usr/../../../etc/passwd")
            .symbolicLink("usr/root", "/")
            .hardLink("moved", "usr/bin/python")
            .bytes());

    assertThat(Files.readSymbolicLink(folder.resolve("usr/bin/python"))).hasToString("python3.13");
    assertThat(Files.readSymbolicLink(folder.resolve("up"))).hasToString("etc/passwd");
    assertThat(Files.readSymbolicLink(folder.resolve("round"))).hasToString("etc/passwd");
    assertThat(Files.readSymbolicLink(folder.resolve("usr/root"))).hasToString("..");
    assertThat(Files.readSymbolicLink(folder.resolve("moved"))).hasToString("usr/bin/python3.13");
  }

  @Test
  void files_are_written_through_links_only_within_the_folder() throws Exception {
    Path victim = Files.createDirectories(home.resolve("victim"));
    unpack(
        new TestTar().symbolicLink("lib", "usr/lib").symbolicLink("out", victim.toString()).bytes(),
        new TestTar()
            .symbolicLink("chain", "out/..")
            .file("lib/x", "1")
            .file("out/x", "2")
            .file("chain/y", "3")
            .bytes());

    assertThat(folder.resolve("usr/lib/x")).hasContent("1");
    assertThat(victim).isEmptyDirectory();
    assertThat(home.resolve("y")).doesNotExist();
    assertThat(home.resolve("outside/of"))
        .isDirectoryContaining("glob:**/folder")
        .isDirectoryNotContaining("glob:**/y");
  }

  @Test
  void names_that_lead_out_are_refused_and_nothing_is_left() {
    for (String name : new String[] {"../x", "a/../../x", "..", "a/.."}) {
      assertThatThrownBy(() -> unpack(new TestTar().file("ok", "x").file(name, "bad").bytes()))
          .isInstanceOf(PlatformException.class)
          .hasMessageContaining("leads out of its folder");
      assertThat(folder).isEmptyDirectory();
    }
    assertThatThrownBy(() -> unpack(new TestTar().hardLink("x", "../../../etc/passwd").bytes()))
        .hasMessageContaining("leads out of its folder");
    assertThatThrownBy(() -> unpack(new TestTar().hardLink("x", "/etc/passwd").bytes()))
        .hasMessageContaining("which is no file of the image");
  }

  @Test
  void an_absolute_name_is_below_the_folder() throws Exception {
    unpack(new TestTar().file("/etc/app", "x").bytes());

    assertThat(folder.resolve("etc/app")).hasContent("x");
  }

  @Test
  void devices_and_pipes_are_left_out() throws Exception {
    unpack(
        new TestTar()
            .special("dev/null", TarConstants.LF_CHR)
            .special("pipe", TarConstants.LF_FIFO)
            .file("a", "x")
            .bytes());

    assertThat(files()).containsExactly("a");
  }

  @Test
  void an_image_that_unpacks_to_too_much_is_stopped() throws Exception {
    Unpacker unpacker = new Unpacker(folder, new Unpacker.Limits(1000, 10));

    assertThatThrownBy(() -> unpacker.apply(tar(new TestTar().file("a", "x".repeat(1001)).bytes())))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more than 0 MiB");
    TestTar many = new TestTar();
    for (int i = 0; i < 11; i++) {
      many.file("f" + i, "");
    }
    assertThatThrownBy(
            () -> new Unpacker(folder, new Unpacker.Limits(1000, 10)).apply(tar(many.bytes())))
        .hasMessageContaining("more than 10 files");
  }

  @Test
  void a_header_that_claims_too_much_is_stopped() throws Exception {
    byte[] greedy = new TestTar().longName(2 << 20).file("a", "").bytes();

    assertThatThrownBy(() -> new Unpacker(folder, Unpacker.Limits.DEFAULT).apply(tar(greedy)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("header");
  }

  @Test
  void a_layer_in_zstd_is_refused_with_the_remedy() {
    assertThatThrownBy(() -> unpack(new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd, 0, 0}))
        .hasMessageContaining("zstd")
        .hasMessageContaining("compression=gzip");
  }

  @Test
  void a_damaged_blob_is_named_set_aside_and_mended_by_the_next_push() throws Exception {
    byte[] layer = new TestTar().file("a", "hello").bytes();
    Digest image = server.image("sample/api", "v1", layer);
    byte[] damaged = layer.clone();
    damaged[514] ^= 1;
    Files.write(server.registry.blobFile(Digest.of(layer)), damaged);

    assertThatThrownBy(() -> server.registry.unpack("sample/api", image, folder))
        .isInstanceOf(PlatformException.class)
        .hasMessageContaining(Digest.of(layer).toString())
        .hasMessageContaining("damaged");
    assertThat(folder).isEmptyDirectory();
    assertThat(server.get("/v2/sample/api/blobs/" + Digest.of(layer)).statusCode()).isEqualTo(404);
    server.put("sample/api", layer);
    server.registry.unpack("sample/api", image, folder);
    assertThat(folder.resolve("a")).hasContent("hello");
  }

  @Test
  void any_mutated_layer_unpacks_or_is_refused_and_never_leaves_the_folder() throws Exception {
    long seed = Long.getLong("seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] good =
        new TestTar()
            .folder("dir", 0755)
            .file("dir/file", "content")
            .symbolicLink("dir/link", "../dir/file")
            .hardLink("hard", "dir/file")
            .file("n".repeat(150), "long")
            .file("dir/.wh.gone", "")
            .bytes();
    Path sentinel = Files.createDirectories(folder.resolveSibling("sentinel"));
    for (int i = 0; i < 2000; i++) {
      byte[] bad = mutate(good, random);
      try {
        Unpacker unpacker = new Unpacker(folder, new Unpacker.Limits(1 << 20, 1000));
        unpacker.apply(tar(bad));
        unpacker.finish();
      } catch (IOException refused) {
        // Refusing is right; anything else than an IOException fails the test.
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ", round " + i, e);
      }
    }
    assertThat(folder.getParent())
        .as("seed %d", seed)
        .isDirectoryNotContaining(p -> !p.equals(folder) && !p.equals(sentinel));
    assertThat(home).as("seed %d", seed).isDirectoryNotContaining("glob:**/{etc,dir,hard}");
  }

  /** Changes bytes of headers and mends their checksums, so that the change is read. */
  private static byte[] mutate(byte[] good, Random random) {
    byte[] bad = good.clone();
    String[] words = {
      "../", "/", "/etc/", "..", "\0", ".wh.", ".wh..wh..opq", "777777777777", "~", "한"
    };
    for (int n = 1 + random.nextInt(4); n > 0; n--) {
      int block = random.nextInt(bad.length / 512) * 512;
      if (random.nextBoolean()) {
        bad[block + random.nextInt(512)] = (byte) random.nextInt(256);
      } else {
        byte[] word =
            words[random.nextInt(words.length)].getBytes(java.nio.charset.StandardCharsets.UTF_8);
        System.arraycopy(word, 0, bad, block + random.nextInt(512 - word.length), word.length);
      }
      int sum = 8 * ' ';
      for (int i = 0; i < 512; i++) {
        sum += i >= 148 && i < 156 ? 0 : bad[block + i] & 0xff;
      }
      byte[] octal =
          String.format("%06o\0 ", sum).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      System.arraycopy(octal, 0, bad, block + 148, 8);
    }
    return random.nextInt(10) == 0 ? java.util.Arrays.copyOf(bad, random.nextInt(bad.length)) : bad;
  }

  private void unpack(byte[]... layers) {
    Digest image = server.image("sample/api", "v1", layers);
    server.registry.unpack("sample/api", image, folder);
  }

  private static ByteArrayInputStream tar(byte[] bytes) {
    return new ByteArrayInputStream(bytes);
  }

  private String mode(String name) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(name)));
  }

  private Stream<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      return all
          .filter(Files::isRegularFile)
          .map(p -> folder.relativize(p).toString())
          .sorted()
          .toList()
          .stream();
    }
  }
}
