package dev.samdan.registry;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Writes a layer entry by entry, whatever its names lead to. */
final class TestTar {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

  TestTar() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
  }

  TestTar file(String name, String content) {
    return file(name, content, 0644);
  }

  TestTar file(String name, String content, int mode) {
    byte[] body = content.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_NORMAL, true);
    entry.setSize(body.length);
    entry.setMode(mode);
    return add(entry, body);
  }

  TestTar folder(String name, int mode) {
    TarArchiveEntry entry = new TarArchiveEntry(name + "/", TarConstants.LF_DIR, true);
    entry.setMode(mode);
    return add(entry, new byte[0]);
  }

  TestTar symbolicLink(String name, String target) {
    return link(name, target, TarConstants.LF_SYMLINK);
  }

  TestTar hardLink(String name, String target) {
    return link(name, target, TarConstants.LF_LINK);
  }

  TestTar special(String name, byte kind) {
    return add(new TarArchiveEntry(name, kind, true), new byte[0]);
  }

  /** A name of this length for the next entry, as GNU tar writes it. */
  TestTar longName(int length) {
    TarArchiveEntry entry = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
    entry.setSize(length);
    byte[] name = new byte[length];
    java.util.Arrays.fill(name, (byte) 'x');
    return add(entry, name);
  }

  private TestTar link(String name, String target, byte kind) {
    TarArchiveEntry entry = new TarArchiveEntry(name, kind, true);
    entry.setLinkName(target);
    return add(entry, new byte[0]);
  }

  private TestTar add(TarArchiveEntry entry, byte[] body) {
    try {
      tar.putArchiveEntry(entry);
      tar.write(body);
      tar.closeArchiveEntry();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] bytes() {
    try {
      tar.close();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] gzip() {
    ByteArrayOutputStream zipped = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(zipped)) {
      out.write(bytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return zipped.toByteArray();
  }
}
