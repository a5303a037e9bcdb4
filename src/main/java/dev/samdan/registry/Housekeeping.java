package dev.samdan.registry;

import dev.samdan.base.PlatformException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the registry no larger than it needs to be: uploads that rest, images that a policy
 * expires, blobs that nothing names.
 */
final class Housekeeping {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  /** Between two sweeps, in seconds. */
  static final int PERIOD = 600;

  private static final int FOLDERS = 256;

  private final Uploads uploads;
  private final ManifestRows manifests;
  private final RepositoryRows repositories;
  private final Garbage garbage;
  private final BlobFiles files;

  Housekeeping(
      Uploads uploads,
      ManifestRows manifests,
      RepositoryRows repositories,
      Garbage garbage,
      BlobFiles files) {
    this.uploads = uploads;
    this.manifests = manifests;
    this.repositories = repositories;
    this.garbage = garbage;
    this.files = files;
  }

  /** All of it, each part tried even where another fails. */
  void sweep(Instant now) {
    attempt("old uploads", uploads::sweep);
    attempt("expired images", () -> expire(now));
    attempt("blobs that nothing needs", () -> collect(now));
    // A folder each time: all of the disk is read once in two days.
    int folder = (int) (now.getEpochSecond() / PERIOD % FOLDERS);
    attempt("damaged blobs", () -> files.scrub(folder));
    attempt("blobs that nothing knows", () -> garbage.sweepUnknown(folder, now));
  }

  private interface Part {
    void run() throws IOException;
  }

  private static void attempt(String what, Part part) {
    try {
      part.run();
    } catch (IOException | RuntimeException e) {
      LOG.warn("could not clear {}; trying again in 10 minutes", what, e);
    }
  }

  private void expire(Instant now) {
    for (String repository : repositories.withPolicy()) {
      String policy =
          repositories.find(repository).map(StoredRepository::lifecyclePolicy).orElse(null);
      if (policy != null) {
        for (LifecyclePolicy.Expiring expiring : expiring(repository, policy, now)) {
          if (remove(expiring.image())) {
            LOG.info(
                "{}@{} expired by rule {} of its lifecycle policy",
                repository,
                expiring.image().digest(),
                expiring.rulePriority());
          }
        }
      }
    }
  }

  /** What a policy would expire now, without what is needed. */
  List<LifecyclePolicy.Expiring> expiring(String repository, String policy, Instant now) {
    List<StoredImage> images = manifests.images(repository, null);
    return LifecyclePolicy.parse(policy).expiring(images, now).stream()
        .filter(e -> !manifests.isNeeded(repository, e.image().digest()))
        .toList();
  }

  /** Images beyond the newest of each repository, without what is needed; removed unless dry. */
  List<StoredImage> prune(int keep, boolean dry, Instant now) {
    Map<String, List<StoredImage>> byRepository = new LinkedHashMap<>();
    manifests
        .images(null, null)
        .forEach(i -> byRepository.computeIfAbsent(i.repository(), _ -> new ArrayList<>()).add(i));
    List<StoredImage> pruned = new ArrayList<>();
    for (List<StoredImage> images : byRepository.values()) {
      for (StoredImage image : images.subList(Math.min(keep, images.size()), images.size())) {
        boolean needed = manifests.isNeeded(image.repository(), image.digest());
        if (!needed && (dry || remove(image))) {
          pruned.add(image);
        }
      }
    }
    if (!dry) {
      collect(now);
    }
    return pruned;
  }

  private void collect(Instant now) {
    try {
      Garbage.Collected collected = garbage.collect(now);
      if (collected.blobs() > 0) {
        LOG.info("deleted {} blobs of {} bytes", collected.blobs(), collected.bytes());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With what refers to it, such as its signatures; false where something came to need it. */
  private boolean remove(StoredImage image) {
    try {
      boolean removed = manifests.remove(image.repository(), image.digest());
      manifests
          .referrers(image.repository(), image.digest())
          .forEach(r -> manifests.remove(r.repository(), r.digest()));
      return removed;
    } catch (PlatformException e) {
      LOG.info("{} stays: {}", image.digest(), e.text());
      return false;
    }
  }
}
