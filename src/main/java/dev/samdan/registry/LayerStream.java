package dev.samdan.registry;

import dev.samdan.base.Digest;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/**
 * A layer's tar stream, unpacked by what its first bytes say. Closing reads the rest and checks the
 * blob's digest.
 */
final class LayerStream extends FilterInputStream {
  private static final int BUFFER = 1 << 16;
  private final BlobFiles files;
  private final Digest blob;
  private final InputStream raw;
  private final MessageDigest sha256;
  private boolean closed;

  private LayerStream(
      InputStream tar, InputStream raw, MessageDigest sha256, BlobFiles files, Digest blob) {
    super(tar);
    this.raw = raw;
    this.sha256 = sha256;
    this.files = files;
    this.blob = blob;
  }

  static LayerStream open(BlobFiles files, Digest blob) throws IOException {
    MessageDigest sha256 = Digest.sha256();
    InputStream raw =
        new BufferedInputStream(
            new DigestInputStream(Files.newInputStream(files.file(blob)), sha256), BUFFER);
    try {
      raw.mark(4);
      byte[] magic = raw.readNBytes(4);
      raw.reset();
      return new LayerStream(tar(raw, magic, blob), raw, sha256, files, blob);
    } catch (IOException | RuntimeException e) {
      raw.close();
      throw e;
    }
  }

  private static InputStream tar(InputStream raw, byte[] magic, Digest blob) throws IOException {
    if (magic.length >= 2 && magic[0] == 0x1f && magic[1] == (byte) 0x8b) {
      return new GZIPInputStream(raw, BUFFER);
    }
    if (magic.length == 4
        && magic[0] == 0x28
        && magic[1] == (byte) 0xb5
        && magic[2] == 0x2f
        && magic[3] == (byte) 0xfd) {
      throw new IOException(
          "the layer "
              + blob
              + " is compressed with zstd, which is not supported here; push it with gzip"
              + " (docker buildx build --output type=image,compression=gzip,force-compression=true)");
    }
    return raw;
  }

  /** Reads what is left and compares; a blob that holds something else is set aside. */
  void verify() throws IOException {
    byte[] buffer = new byte[BUFFER];
    while (raw.read(buffer) >= 0) {
      // Only the digest matters.
    }
    Digest found = new Digest(HexFormat.of().formatHex(sha256.digest()));
    if (!found.equals(blob)) {
      throw files.damaged(blob, found);
    }
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      raw.close();
    }
  }
}
