package dev.samdan.registry;

import dev.samdan.base.Digest;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The images of this home: blobs as files named by their digest, all else in the control store. */
public final class Registry implements AutoCloseable {
  private static UnsupportedOperationException missing() {
    return new UnsupportedOperationException("the registry is being built");
  }

  /** Clears what earlier runs left half done and keeps uploads bounded from here on. */
  public void start() {
    throw missing();
  }

  @Override
  public void close() {}

  /** Stores a blob under its digest and lets this repository read it. */
  public Digest putBlob(String repository, InputStream content) {
    throw missing();
  }

  /** The file that holds a blob; NOT_FOUND where there is none. */
  public Path blobFile(Digest blob) {
    throw missing();
  }

  /** Stores a manifest by its digest, and under the tag where the reference is one; what it names must be there. */
  public Digest putManifest(String repository, String reference, byte[] content, String mediaType) {
    throw missing();
  }

  /** A manifest by tag or digest; NOT_FOUND where there is none. */
  public Manifest manifest(String repository, String reference) {
    throw missing();
  }

  /** A manifest by tag or digest. */
  public Optional<Manifest> findManifest(String repository, String reference) {
    throw missing();
  }

  /** Points a tag at a manifest. */
  public void tag(String repository, Digest manifest, String tag) {
    throw missing();
  }

  /** The tags of a repository in their order. */
  public List<String> tags(String repository) {
    throw missing();
  }

  /** The names of all repositories in their order. */
  public List<String> repositories() {
    throw missing();
  }

  /** All images, newest first. */
  public List<StoredImage> images() {
    throw missing();
  }

  /** How an image wants to be run. */
  public ImageConfig config(String repository, Digest manifest) {
    throw missing();
  }

  /**
   * Lays an image's layers into an empty folder, in their order, with whiteouts applied and modes kept. Nothing is ever
   * written outside the folder; a blob that does not hold what its digest says is an error that names it.
   */
  public void unpack(String repository, Digest manifest, Path folder) {
    throw missing();
  }

  /** Keeps an image from being removed for as long as the reason stands. */
  public void pin(String repository, Digest manifest, String reason) {
    throw missing();
  }

  /** Ends a reason to keep images. */
  public void unpin(String reason) {
    throw missing();
  }
}
