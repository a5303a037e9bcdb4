package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The images of this home: blobs as files named by their digest, all else in the control store. */
public final class Registry implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Registry.class);
  private static final long BLOB_LIMIT = 32L << 30;
  private static final int ALL = Integer.MAX_VALUE;
  private final BlobFiles files;
  private final RegistryRows rows;
  private final ManifestRows manifests;
  private final Uploads uploads;
  private final ImageReader reader;
  private final ScheduledExecutorService sweeper;

  /**
   * @param home the home; images lie in {@code registry/} below it
   */
  public Registry(Path home, Database database) {
    this.files = new BlobFiles(home.resolve("registry"));
    this.rows = new RegistryRows(database);
    this.manifests = new ManifestRows(database);
    this.uploads = new Uploads(database, files, BLOB_LIMIT);
    this.reader = new ImageReader(this);
    this.sweeper =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("registry-sweep").factory());
  }

  /** Clears what earlier runs left half done and keeps uploads bounded from here on. */
  public void start() {
    sweeper.scheduleWithFixedDelay(this::sweep, 0, 10, TimeUnit.MINUTES);
  }

  @Override
  public void close() {
    sweeper.shutdownNow();
  }

  /** Stores a blob under its digest and lets this repository read it. */
  public Digest putBlob(String repository, InputStream content) {
    return putBlob(repository, content::transferTo);
  }

  /** Writes a blob's bytes. */
  @FunctionalInterface
  public interface BlobWriter {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Stores what the writer writes under its digest and lets this repository read it. */
  public Digest putBlob(String repository, BlobWriter writer) {
    requireName(repository);
    try {
      BlobFiles.Stored stored = files.store(writer, BLOB_LIMIT);
      rows.addBlob(repository, stored.digest(), stored.sizeBytes());
      return stored.digest();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot store a blob of " + repository + ": " + e.getMessage(), e);
    }
  }

  /** The file that holds a blob; NOT_FOUND where there is none. */
  public Path blobFile(Digest blob) {
    if (!files.exists(blob)) {
      throw PlatformException.notFound("the blob " + blob + " is not in the registry");
    }
    return files.file(blob);
  }

  /**
   * Lets a repository read a blob that another one holds, without copying; false where the other
   * does not.
   */
  public boolean mountBlob(String from, Digest blob, String repository) {
    requireName(repository);
    return files.exists(blob) && rows.mount(from, blob, repository);
  }

  /** A layer's tar stream, whatever its compression; {@link #unpack} is what verifies it. */
  public InputStream openLayer(Digest layer) {
    blobFile(layer);
    try {
      return LayerStream.open(files, layer);
    } catch (IOException e) {
      throw PlatformException.invalid("cannot read the layer " + layer + ": " + e.getMessage());
    }
  }

  /**
   * Stores a manifest by its digest, and under the tag where the reference is one; what it names
   * must be there.
   */
  public Digest putManifest(String repository, String reference, byte[] content, String mediaType) {
    requireName(repository);
    ManifestDocument document = ManifestDocument.parse(content, mediaType);
    Digest digest = Digest.of(content);
    boolean byDigest = reference.indexOf(':') >= 0;
    if (byDigest && !Digest.parse(reference).equals(digest)) {
      throw PlatformException.invalid("the manifest's digest is " + digest + ", not " + reference);
    }
    if (!byDigest && !ImageReference.isTag(reference)) {
      throw PlatformException.invalid(
          "'" + reference + "' is not a tag: at most 128 letters, digits, '_', '.' and '-'");
    }
    manifests.put(
        new Manifest(repository, digest, mediaType, content),
        document,
        byDigest ? null : reference);
    return digest;
  }

  /** A manifest by tag or digest; NOT_FOUND where there is none. */
  public Manifest manifest(String repository, String reference) {
    return findManifest(repository, reference)
        .orElseThrow(() ->
            PlatformException.notFound(
                repository
                    + (reference.indexOf(':') >= 0 ? "@" : ":")
                    + reference
                    + " is not in the registry"));
  }

  /** A manifest by tag or digest. */
  public Optional<Manifest> findManifest(String repository, String reference) {
    return manifests.find(repository, reference);
  }

  /** Points a tag at a manifest. */
  public void tag(String repository, Digest manifest, String tag) {
    if (!ImageReference.isTag(tag)) {
      throw PlatformException.invalid(
          "'" + tag + "' is not a tag: at most 128 letters, digits, '_', '.' and '-'");
    }
    manifests.tag(repository, manifest, tag);
  }

  /** The tags of a repository in their order. */
  public List<String> tags(String repository) {
    return rows.tags(repository, null, ALL);
  }

  /** The names of all repositories in their order. */
  public List<String> repositories() {
    return rows.repositories(null, ALL);
  }

  /** All images, newest first. */
  public List<StoredImage> images() {
    return manifests.images(null, null);
  }

  /** One image; empty where there is none. */
  public Optional<StoredImage> image(String repository, Digest manifest) {
    return manifests.images(repository, manifest).stream().findFirst();
  }

  /** Removes an image with its tags; CONFLICT where something needs it. */
  public void delete(String repository, Digest manifest) {
    if (!manifests.remove(repository, manifest)) {
      throw PlatformException.notFound(repository + "@" + manifest + " is not in the registry");
    }
  }

  /** How an image wants to be run. */
  public ImageConfig config(String repository, Digest manifest) {
    return reader.config(repository, manifest);
  }

  /** The image's own manifest: of an index, the one for this machine. */
  public ImageLayers layers(String repository, Digest manifest) {
    return reader.layers(repository, manifest);
  }

  /**
   * Lays an image's layers into an empty folder, in their order, with whiteouts applied and modes
   * kept. Nothing is ever written outside the folder; a blob that does not hold what its digest
   * says is an error that names it. A folder that could not be filled is left empty.
   */
  public void unpack(String repository, Digest manifest, Path folder) {
    ImageLayers image = layers(repository, manifest);
    try {
      Unpacker unpacker = new Unpacker(folder, Unpacker.Limits.DEFAULT);
      try {
        for (Digest layer : image.layers()) {
          blobFile(layer);
          try (LayerStream stream = LayerStream.open(files, layer)) {
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

  /** Keeps an image from being removed for as long as the reason stands. */
  public void pin(String repository, Digest manifest, String reason) {
    rows.pin(repository, manifest, reason);
  }

  /** Ends a reason to keep images. */
  public void unpin(String reason) {
    rows.unpin(reason);
  }

  BlobFiles files() {
    return files;
  }

  RegistryRows rows() {
    return rows;
  }

  ManifestRows manifests() {
    return manifests;
  }

  Uploads uploads() {
    return uploads;
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

  private void sweep() {
    try {
      uploads.sweep();
    } catch (IOException | RuntimeException e) {
      log.warn("could not clear old uploads; trying again in 10 minutes", e);
    }
  }

  private static void requireName(String repository) {
    if (!ImageReference.isRepository(repository)) {
      throw PlatformException.invalid(
          "'"
              + repository
              + "' is not a repository's name: lower case, digits and single separators, such as sample/api");
    }
  }
}
