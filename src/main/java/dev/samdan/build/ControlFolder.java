package dev.samdan.build;

import dev.samdan.isolation.Account;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The files through which this process and a build's shell speak. The folder itself stays Samdan's:
 * nothing that is read from it can be made a link elsewhere.
 */
record ControlFolder(Path path, Optional<Account> account) {

  /** Lays it down below a build's work folder, for a shell that has not begun. */
  static ControlFolder make(Path work, Optional<Account> account)
      throws IOException, InterruptedException {
    ControlFolder folder = new ControlFolder(work.resolve("control"), account);
    folder.fill();
    return folder;
  }

  private void fill() throws IOException, InterruptedException {
    Path state = Files.createDirectories(path.resolve("state"));
    Path bin = Files.createDirectories(path.resolve("bin"));
    for (Path open : List.of(path, bin)) {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    for (String script : List.of("driver.sh", "confine.sh")) {
      copy(script, path.resolve(script));
      forAll(path.resolve(script));
    }
    Path hashes = bin.resolve("codebuild-hash-files");
    copy("codebuild-hash-files", hashes);
    Files.setPosixFilePermissions(hashes, PosixFilePermissions.fromString("rwxr-xr-x"));
    // Keeps what the next command must find, whatever way this one ended.
    write(
        "save.sh",
        "export -p > "
            + quote(state + "/variables.new")
            + " && mv "
            + quote(state + "/variables.new")
            + " "
            + quote(state + "/variables")
            + "\npwd > "
            + quote(state + "/cwd")
            + "\nexit \"$CODEBUILD_LAST_EXIT\"\n");
    makePipes("requests", "answers", "gate");
    own("output");
    own("answer");
    give(state);
  }

  private static void copy(String resource, Path target) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(ControlFolder.class.getResourceAsStream(resource), resource)) {
      Files.copy(in, target);
    }
  }

  private void makePipes(String... names) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>(List.of("mkfifo"));
    for (String name : names) {
      words.add(path.resolve(name).toString());
    }
    if (new ProcessBuilder(words).start().waitFor() != 0) {
      throw new IOException("cannot make a named pipe in " + path);
    }
    for (String name : names) {
      give(path.resolve(name));
    }
  }

  /** An empty file that the shell may write. */
  Path own(String name) throws IOException {
    Path file = path.resolve(name);
    Files.deleteIfExists(file);
    Files.createFile(file);
    give(file);
    return file;
  }

  private void give(Path file) throws IOException {
    if (account.isPresent()) {
      account.get().own(file);
    }
  }

  /** Writes a file that the shell may read, whole or not at all. */
  void write(String name, String text) throws IOException {
    Path fresh = path.resolve(name + ".new");
    Files.writeString(fresh, text);
    forAll(fresh);
    Files.move(
        fresh,
        path.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  Path file(String name) {
    return path.resolve(name);
  }

  /** Lets everybody read a file, whatever this process's umask is. */
  static void forAll(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
  }

  /** A word that a shell takes as it is. */
  static String quote(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
