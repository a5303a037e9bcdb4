package dev.samdan.database;

import dev.samdan.base.AtomicFile;
import dev.samdan.base.Folders;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;

/** The data folder below HOME/postgres and how it is reached. */
record Cluster(Path folder) {
  static final String SUPERUSER = "samdan";
  private static final SecureRandom RANDOM = new SecureRandom();
  // Below the ports that Linux gives to outgoing connections, so that no program takes it in
  // passing.
  private static final int FIRST_PORT = 15_000;
  private static final int PORTS = 15_000;

  /** What {@code HOME/postgres/connection} holds. */
  record Access(int port, String password) {
    @Override
    public String toString() {
      return "port " + port;
    }
  }

  Path data() {
    return folder.resolve("data");
  }

  Path access() {
    return folder.resolve("connection");
  }

  /**
   * Makes the data folder where there is none; killed at any instant, the next call begins anew.
   */
  void createWhereMissing(PostgresBinaries binaries, PostgresUser user) {
    removeUnfinished();
    if (Files.exists(data().resolve("PG_VERSION"))) {
      refuseOtherVersion();
      user.take(folder);
      return;
    }
    Path unfinished =
        folder.resolve("initializing-" + HexFormat.of().toHexDigits(RANDOM.nextLong()));
    Path passwordFile = unfinished.resolveSibling(unfinished.getFileName() + ".password");
    try {
      Access access = new Access(freePort(), password());
      AtomicFile.write(passwordFile, access.password());
      user.take(folder);
      initialize(binaries, user, unfinished, passwordFile);
      AtomicFile.write(access(), Json.bytes(access));
      Files.move(unfinished, data(), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw Failures.of("PostgreSQL's data folder could not be made", folder, e);
    } finally {
      Folders.delete(unfinished);
      Folders.delete(passwordFile);
    }
  }

  Access readAccess() {
    try {
      return Json.read(Files.readString(access()), Access.class);
    } catch (IOException | PlatformException e) {
      throw new PlatformException(
          PlatformException.Code.UNAVAILABLE,
          access()
              + " is missing or damaged, so PostgreSQL's data in "
              + data()
              + " cannot be reached."
              + " Restore that file from a backup of the home",
          e);
    }
  }

  private void initialize(
      PostgresBinaries binaries, PostgresUser user, Path target, Path passwordFile)
      throws IOException {
    ProcessBuilder initdb =
        new ProcessBuilder(
            user.command(
                List.of(
                    binaries.initdb().toString(),
                    "--pgdata=" + target,
                    "--username=" + SUPERUSER,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8")));
    initdb.environment().clear();
    initdb.environment().put("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
    Process process = initdb.redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw Failures.of("PostgreSQL's data folder could not be made", folder, output);
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw PlatformException.unavailable("interrupted while PostgreSQL's data folder was made");
    }
  }

  private void refuseOtherVersion() {
    try {
      String found = Files.readString(data().resolve("PG_VERSION")).strip();
      String ours = PostgresBinaries.VERSION.substring(0, PostgresBinaries.VERSION.indexOf('.'));
      if (!found.equals(ours)) {
        throw PlatformException.conflict(
            data()
                + " was written by PostgreSQL "
                + found
                + ", but this Samdan brings "
                + ours
                + ". Use the Samdan that wrote it, or another home with --home");
      }
    } catch (IOException e) {
      throw Failures.of("PostgreSQL's data folder could not be read", data(), e);
    }
  }

  private void removeUnfinished() {
    try (DirectoryStream<Path> left =
        Files.newDirectoryStream(folder, "{initializing,unpacking}-*")) {
      left.forEach(Folders::delete);
    } catch (IOException e) {
      throw Failures.of("PostgreSQL's folder could not be read", folder, e);
    }
  }

  private static String password() {
    byte[] bytes = new byte[32];
    RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  private static int freePort() {
    for (int attempt = 0; attempt < 200; attempt++) {
      int port = FIRST_PORT + RANDOM.nextInt(PORTS);
      if (isFree(port)) {
        return port;
      }
    }
    throw PlatformException.unavailable(
        "no free port between "
            + FIRST_PORT
            + " and "
            + (FIRST_PORT + PORTS)
            + " on loopback for PostgreSQL");
  }

  static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
