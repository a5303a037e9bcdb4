package dev.samdan.cli;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What this machine knows of the registry's hosts: a marked block in {@code /etc/hosts}, the
 * authority's certificate for docker and its kin ({@code /etc/docker/certs.d}) and for all else
 * ({@code /usr/local/share/ca-certificates}).
 */
final class MachineTrust {
  private static final String BEGIN = "# Samdan's registry: samdan registry trust --remove";
  private static final String END = "# end of Samdan's registry";
  private static final String CERTIFICATE = "samdan-ca.crt";

  private final Path etc;
  private final Path share;

  MachineTrust(Path etc, Path share) {
    this.etc = etc;
    this.share = share;
  }

  /** Makes these the hosts that the machine knows, none to forget it all; tells what it wrote. */
  List<Path> apply(List<String> hosts, String address, String certificate) {
    List<Path> written = new ArrayList<>();
    try {
      Path names = etc.resolve("hosts");
      // Written in place: where /etc/hosts is mounted by itself, no file can take its place.
      Files.writeString(names, block(Files.readString(names), hosts, address));
      written.add(names);
      forgetCertificates();
      for (String host : hosts) {
        written.add(write(etc.resolve("docker/certs.d").resolve(host), certificate));
      }
      Path all = share.resolve("ca-certificates");
      if (hosts.isEmpty()) {
        Files.deleteIfExists(all.resolve(CERTIFICATE));
      } else {
        written.add(write(all, certificate));
      }
      updateCertificates();
      return written;
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.INTERNAL, "cannot change what this machine trusts: " + e, e);
    }
  }

  private static Path write(Path folder, String certificate) throws IOException {
    Path file = Files.createDirectories(folder).resolve(CERTIFICATE);
    Files.writeString(file, certificate);
    return file;
  }

  /** The text of /etc/hosts with this block in the place of an earlier one. */
  static String block(String text, List<String> hosts, String address) {
    List<String> lines = new ArrayList<>();
    boolean ours = false;
    for (String line : text.lines().toList()) {
      ours |= line.equals(BEGIN);
      if (!ours) {
        lines.add(line);
      }
      ours &= !line.equals(END);
    }
    if (!hosts.isEmpty()) {
      lines.add(BEGIN);
      hosts.forEach(host -> lines.add(address + " " + host));
      lines.add(END);
    }
    return String.join("\n", lines) + "\n";
  }

  private void forgetCertificates() throws IOException {
    Path folder = etc.resolve("docker/certs.d");
    if (!Files.isDirectory(folder)) {
      return;
    }
    try (DirectoryStream<Path> hosts = Files.newDirectoryStream(folder)) {
      for (Path host : hosts) {
        if (Files.deleteIfExists(host.resolve(CERTIFICATE)) && isEmpty(host)) {
          Files.delete(host);
        }
      }
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      return !files.iterator().hasNext();
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** A machine without the command keeps its trust elsewhere; docker reads its own folder. */
  private static void updateCertificates() throws IOException {
    try {
      new ProcessBuilder("update-ca-certificates")
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("error=2")) {
        throw e;
      }
    }
  }
}
