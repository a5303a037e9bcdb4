package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import dev.samdan.database.Database;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** The images of this home: blobs as files named by their digest, all else in the control store. */
public final class Registry implements AutoCloseable {
  private static final long BLOB_LIMIT = 32L << 30;
  private static final int ALL = Integer.MAX_VALUE;
  private final BlobFiles files;
  private final RegistryRows rows;
  private final ManifestRows manifests;
  private final Uploads uploads;
  private final ImageReader reader;
  private final RepositoryRows repositories;
  private final Housekeeping housekeeping;
  private final Path root;

  /** Shared by the ends of pushes, held alone while a blob is deleted. */
  private final ReadWriteLock ends = new ReentrantReadWriteLock();

  private final ScheduledExecutorService sweeper;

  /**
   * @param home the home; images lie in {@code registry/} below it
   */
  public Registry(Path home, Database database) {
    this.root = home.resolve("registry");
    this.files = new BlobFiles(root);
    this.rows = new RegistryRows(database);
    this.manifests = new ManifestRows(database);
    this.uploads = new Uploads(files, BLOB_LIMIT);
    this.reader = new ImageReader(this);
    this.repositories = new RepositoryRows(database);
    Garbage garbage = new Garbage(database, files, ends.writeLock());
    this.housekeeping = new Housekeeping(uploads, manifests, repositories, garbage, files);
    this.sweeper =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofVirtual().name("registry-sweep").factory());
  }

  /** Clears what earlier runs left half done and keeps uploads bounded from here on. */
  public void start() {
    sweeper.scheduleWithFixedDelay(
        () -> housekeeping.sweep(Instant.now()), 0, Housekeeping.PERIOD, TimeUnit.SECONDS);
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
      space().require(0);
      return files.store(writer, BLOB_LIMIT, keeper(repository)).digest();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "cannot store a blob of " + repository + ": " + e.getMessage(), e);
    }
  }

  /** The file that holds a blob; NOT_FOUND where there is none. */
  public Path blobFile(Digest blob) {
    Path file = files.file(blob);
    if (!Files.isRegularFile(file)) {
      throw PlatformException.notFound(files.missing(blob));
    }
    return file;
  }

  /**
   * Lets a repository read a blob that another one holds, without copying; false where the other
   * does not.
   */
  public boolean mountBlob(String from, Digest blob, String repository) {
    requireName(repository);
    return Files.isRegularFile(files.file(blob)) && rows.mount(from, blob, repository);
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
   * Opens a new file on the images' disk, which stops, UNAVAILABLE with the remedy, before that is
   * full.
   */
  public OutputStream openScratch(Path file) throws IOException {
    space().require(0);
    return new Roomy(Files.newOutputStream(file), root);
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

  /** Takes a tag away; its image stays. NOT_FOUND where there is no such tag. */
  public void untag(String repository, String tag) {
    if (!rows.removeTag(repository, tag)) {
      throw PlatformException.notFound(repository + ":" + tag + " is not in the registry");
    }
  }

  /**
   * The images that lack a blob, because it was found damaged on the disk; pushed or built again,
   * they are whole.
   */
  public List<StoredImage> damagedImages() {
    try {
      return manifests.imagesWith(files.damaged());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    new ImageUnpacking(this).unpack(repository, manifest, folder);
  }

  /** What is set of a repository; empty where there is none. */
  public Optional<StoredRepository> repository(String name) {
    return repositories.find(name);
  }

  /** Makes a repository; CONFLICT where there is one of this name. */
  public void createRepository(String name, TagMutability mutability) {
    requireName(name);
    if (!repositories.create(name, mutability, Instant.now())) {
      throw PlatformException.conflict("there is a repository " + name + " already");
    }
  }

  /** Deletes a repository and its images; CONFLICT where a deployment needs one of them. */
  public void deleteRepository(String name) {
    requireRepository(name);
    repositories.delete(name);
  }

  /** Whether tags of a repository that exist may move from now on. */
  public void setMutability(String repository, TagMutability mutability) {
    if (!repositories.mutability(repository, mutability)) {
      throw unknown(repository);
    }
  }

  /**
   * Gives a repository a lifecycle policy in ECR's JSON, or takes it away; INVALID with problems.
   */
  public void setLifecyclePolicy(String repository, @Nullable String json) {
    if (json != null) {
      LifecyclePolicy.parse(json);
    }
    if (!repositories.lifecyclePolicy(repository, json)) {
      throw unknown(repository);
    }
  }

  /** What a policy would expire now. */
  public List<LifecyclePolicy.Expiring> previewLifecycle(String repository, String json) {
    requireRepository(repository);
    return housekeeping.expiring(repository, json, Instant.now());
  }

  /**
   * Removes images beyond the newest of each repository and the blobs that nothing needs then. What
   * is deployed, kept for a rollback or held by an index stays.
   *
   * @param keep how many of each repository, from 0
   * @param dry only tells what would be removed
   */
  public List<StoredImage> prune(int keep, boolean dry) {
    return housekeeping.prune(keep, dry, Instant.now());
  }

  /** The room that images have on their disk. */
  public Space space() {
    return Space.of(root);
  }

  /** Why an image stays, such as {@code deployment d-1}, the newest reason first. */
  public List<String> pins(String repository, Digest manifest) {
    return manifests.pins(repository, manifest);
  }

  /** Keeps an image from being removed for as long as the reason stands. */
  public void pin(String repository, Digest manifest, String reason) {
    rows.pin(repository, manifest, reason);
  }

  /** Ends a reason to keep images. */
  public void unpin(String reason) {
    rows.unpin(reason);
  }

  /** Ends a push: the file takes its place and the repository may read it, in one. */
  BlobFiles.Keeper keeper(String repository) {
    return (temporary, content) -> {
      ends.readLock().lock();
      try {
        files.adopt(temporary, content.digest());
        rows.addBlob(repository, content.digest(), content.sizeBytes());
      } finally {
        ends.readLock().unlock();
      }
    };
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

  private void requireRepository(String name) {
    if (repositories.find(name).isEmpty()) {
      throw unknown(name);
    }
  }

  private static PlatformException unknown(String repository) {
    return PlatformException.notFound("there is no repository " + repository);
  }

  private static void requireName(String repository) {
    if (!ImageReference.isRepository(repository)) {
      throw PlatformException.invalid(
          "'"
              + repository
              + "' is not a repository's name: lower case, digits and single separators, such as"
              + " sample/api");
    }
  }
}
