package dev.samdan.image;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.registry.Registry;
import dev.samdan.registry.StoredImage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/**
 * imageDetail.json as CodePipeline's ECR source action writes it (CodePipeline user guide,
 * "imageDetail.json file").
 */
final class ImageDetail {
  private static final DateTimeFormatter PUSHED_AT =
      DateTimeFormatter.ofPattern("EEE MMM dd HH:mm:ss 'UTC' yyyy", Locale.ENGLISH);

  private ImageDetail() {}

  /** Writes an artifact's zip that holds only imageDetail.json. */
  static void write(
      Registry registry, String repository, Digest digest, List<String> tags, Path out)
      throws IOException {
    Optional<StoredImage> stored = registry.image(repository, digest);
    Instant pushedAt = stored.map(StoredImage::pushedAt).orElseGet(Instant::now);
    Map<String, Object> detail = new LinkedHashMap<>();
    detail.put("ImageSizeInBytes", String.valueOf(stored.map(StoredImage::sizeBytes).orElse(0L)));
    detail.put("ImageDigest", digest.toString());
    detail.put("Version", "1.0");
    detail.put(
        "ImagePushedAt", PUSHED_AT.format(ZonedDateTime.ofInstant(pushedAt, ZoneOffset.UTC)));
    detail.put("RegistryId", "000000000000");
    detail.put("RepositoryName", repository);
    detail.put("ImageURI", repository + "@" + digest);
    detail.put("ImageTags", tags);
    try (ZipArchiveOutputStream zip = new ZipArchiveOutputStream(out)) {
      ZipArchiveEntry entry = new ZipArchiveEntry("imageDetail.json");
      entry.setTime(LayerWriter.TIME.toEpochMilli());
      entry.setUnixMode(0100644);
      zip.putArchiveEntry(entry);
      zip.write(Json.bytes(detail));
      zip.closeArchiveEntry();
    }
  }
}
