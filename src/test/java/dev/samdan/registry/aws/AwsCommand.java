package dev.samdan.registry.aws;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The stock {@code aws} command and boto3 of PyPI, in a Python of their own; Debian's {@code aws}
 * is too old to know AWS_ENDPOINT_URL. For root they lie, with the Python that they are of, where
 * builds find them too: these have a {@code /tmp} of their own and users of their own.
 */
public final class AwsCommand {
  private static final Path SHARED = Path.of("/var/cache");
  private static final Path FOLDER =
      (Files.isWritable(SHARED) ? SHARED : Path.of(System.getProperty("java.io.tmpdir")))
          .resolve("samdan-test-aws-" + System.getProperty("user.name"));
  private static final Path SYSTEM = Path.of("/usr/bin/python3");

  private AwsCommand() {}

  /** The folder with {@code aws} and {@code python}; installs them the first time. */
  public static synchronized Path folder() throws IOException, InterruptedException {
    Path bin = FOLDER.resolve("bin");
    if (!Files.exists(FOLDER.resolve("complete"))) {
      String python = Files.isExecutable(SYSTEM) ? SYSTEM.toString() : "python3";
      require(python, "-m", "venv", "--clear", FOLDER.toString());
      require(bin.resolve("pip").toString(), "install", "--quiet", "awscli", "boto3");
      Files.createFile(FOLDER.resolve("complete"));
    }
    return bin;
  }

  private static void require(String... command) throws IOException, InterruptedException {
    Path log = Path.of(FOLDER + ".log");
    int status;
    try {
      status =
          new ProcessBuilder(List.of(command))
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start()
              .waitFor();
    } catch (IOException e) {
      Files.writeString(log, e.toString());
      status = 127;
    }
    assumeTrue(
        status == 0, "the aws command and boto3 cannot be had from PyPI: " + Files.readString(log));
  }
}
