package dev.samdan.edge;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A release of a site, loaded: nothing outside its map can be answered, so no path leads out of its
 * folder.
 */
final class SiteRelease {
  private final Site site;
  private final Map<String, SiteFile> files;
  private final @Nullable String problem;
  private final Series series;

  SiteRelease(Site site, Map<String, SiteFile> files, @Nullable String problem, Series series) {
    this.site = site;
    this.files = files;
    this.problem = problem;
    this.series = series;
  }

  Site site() {
    return site;
  }

  @Nullable String problem() {
    return problem;
  }

  Series series() {
    return series;
  }

  EdgeStatus.SiteStatus status() {
    long cached = files.values().stream().mapToLong(SiteFile::cachedBytes).sum();
    return new EdgeStatus.SiteStatus(site.name(), site.release(), files.size(), cached, problem);
  }

  /** No request finds this release any more. */
  void free() {
    files.values().forEach(SiteFile::free);
  }

  /** What a path of this site leads to. */
  sealed interface Found {}

  record File(SiteFile file, int status) implements Found {}

  /** The path names a folder with an index.html; relative links in it need the slash. */
  record Folder() implements Found {}

  record Nothing() implements Found {}

  /**
   * The file of a normalized path.
   *
   * @param navigation whether a person's browser goes there: only then does an SPA answer with its
   *     index.html
   */
  Found find(String path, boolean navigation) {
    SiteFile file = files.get(path.endsWith("/") ? path + "index.html" : path);
    if (file != null) {
      return new File(file, 200);
    }
    if (files.containsKey(path + "/index.html")) {
      return new Folder();
    }
    SiteFile index = files.get("/index.html");
    if (site.spa() && navigation && index != null && path.indexOf('.', path.lastIndexOf('/')) < 0) {
      return new File(index, 200);
    }
    SiteFile notFound = files.get("/404.html");
    return notFound != null && navigation ? new File(notFound, 404) : new Nothing();
  }
}
