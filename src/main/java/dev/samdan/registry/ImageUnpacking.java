package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** Lays the layers of an image into a folder, each verified while it is read. */
final class ImageUnpacking {
  private final Registry registry;

  ImageUnpacking(Registry registry) {
    this.registry = registry;
  }

  /** What {@link Registry#unpack} promises. */
  void unpack(String repository, Digest manifest, Path folder) {
    ImageLayers image = registry.layers(repository, manifest);
    try {
      Unpacker unpacker = new Unpacker(folder, Unpacker.Limits.DEFAULT);
      try {
        for (Digest layer : image.layers()) {
          Path _ = registry.blobFile(layer);
          try (LayerStream stream = LayerStream.open(registry.files(), layer)) {
            applyVerified(unpacker, stream);
          }
        }
        unpacker.finish();
      } catch (IOException | RuntimeException e) {
        empty(folder);
        throw e;
      }
    } catch (IOException e) {
      throw new PlatformException(
          PlatformException.Code.INVALID,
          "cannot unpack " + repository + "@" + manifest + ": " + e.getMessage(),
          e);
    }
  }

  private static void applyVerified(Unpacker unpacker, LayerStream stream) throws IOException {
    try {
      unpacker.apply(stream);
    } catch (IOException e) {
      stream.verify(); // Damage explains the failure better than what the damage led to.
      throw e;
    }
    stream.verify();
  }

  private static void empty(Path folder) throws IOException {
    RootedFolder root = new RootedFolder(folder.toRealPath());
    try (DirectoryStream<Path> children = Files.newDirectoryStream(root.path())) {
      for (Path child : children) {
        root.remove(child);
      }
    }
  }
}
