package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import io.javalin.http.Context;
import io.javalin.http.HandlerType;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Manifests by tag and digest, lists of tags and repositories, referrers. */
final class ManifestRoutes {
  private static final int PAGE = 1000;
  private final Registry registry;

  ManifestRoutes(Registry registry) {
    this.registry = registry;
  }

  void answer(Context ctx, RegistryRoutes.Target target) throws IOException {
    if (target.last().indexOf(':') >= 0) {
      BlobRoutes.digest(target.last());
    }
    if (ctx.method() == HandlerType.PUT) {
      put(ctx, target);
    } else if (ctx.method() == HandlerType.DELETE) {
      delete(ctx, target);
    } else {
      RegistryRoutes.requireMethod(ctx, HandlerType.GET, HandlerType.HEAD);
      get(ctx, target);
    }
  }

  void tags(Context ctx, RegistryRoutes.Target target) throws IOException {
    RegistryRoutes.requireMethod(ctx, HandlerType.GET, HandlerType.HEAD);
    if (!target.last().equals("list")) {
      throw new OciError(
          OciError.Code.UNSUPPORTED, 404, ctx.path() + " is no address of the registry");
    }
    requireRepository(target.repository());
    int limit = limit(ctx);
    List<String> tags =
        registry.rows().tags(target.repository(), ctx.queryParam("last"), limit + 1);
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("name", target.repository());
    answer.put("tags", page(ctx, "/v2/" + target.repository() + "/tags/list", tags, limit));
    RegistryRoutes.json(ctx, answer);
  }

  void catalog(Context ctx) throws IOException {
    int limit = limit(ctx);
    List<String> names = registry.rows().repositories(ctx.queryParam("last"), limit + 1);
    RegistryRoutes.json(ctx, Map.of("repositories", page(ctx, "/v2/_catalog", names, limit)));
  }

  void referrers(Context ctx, RegistryRoutes.Target target) throws IOException {
    RegistryRoutes.requireMethod(ctx, HandlerType.GET, HandlerType.HEAD);
    Digest subject = BlobRoutes.digest(target.last());
    String wanted = ctx.queryParam("artifactType");
    List<Object> descriptors = new ArrayList<>();
    for (Manifest manifest : registry.manifests().referrers(target.repository(), subject)) {
      ManifestDocument document = ManifestDocument.parse(manifest.content(), manifest.mediaType());
      if (wanted == null || wanted.equals(document.artifactType())) {
        descriptors.add(descriptor(manifest, document));
      }
    }
    if (wanted != null) {
      ctx.header("OCI-Filters-Applied", "artifactType");
    }
    Map<String, Object> index = new LinkedHashMap<>();
    index.put("schemaVersion", 2);
    index.put("mediaType", ManifestDocument.OCI_INDEX);
    index.put("manifests", descriptors);
    RegistryRoutes.bytes(ctx, ManifestDocument.OCI_INDEX, Json.bytes(index));
  }

  private void get(Context ctx, RegistryRoutes.Target target) throws IOException {
    Manifest manifest =
        registry
            .findManifest(target.repository(), target.last())
            .orElseThrow(() -> unknown(target));
    ctx.header("Docker-Content-Digest", manifest.digest().toString());
    ctx.header("ETag", "\"" + manifest.digest() + "\"");
    RegistryRoutes.bytes(ctx, manifest.mediaType(), manifest.content());
  }

  private void put(Context ctx, RegistryRoutes.Target target) throws IOException {
    String mediaType = ctx.header("Content-Type");
    if (mediaType == null) {
      throw new OciError(OciError.Code.MANIFEST_INVALID, "a manifest needs a Content-Type");
    }
    byte[] content = ctx.req().getInputStream().readNBytes(ManifestDocument.LIMIT + 1);
    try {
      Digest digest = registry.putManifest(target.repository(), target.last(), content, mediaType);
      Digest subject = ManifestDocument.parse(content, mediaType).subject();
      if (subject != null) {
        ctx.header("OCI-Subject", subject.toString());
      }
      ctx.header("Location", "/v2/" + target.repository() + "/manifests/" + digest);
      ctx.header("Docker-Content-Digest", digest.toString());
      ctx.status(201);
    } catch (PlatformException e) {
      if (e.code() == PlatformException.Code.CONFLICT) {
        throw new OciError(OciError.Code.TAG_INVALID, e.text());
      }
      throw OciError.of(e, OciError.Code.MANIFEST_INVALID, OciError.Code.MANIFEST_BLOB_UNKNOWN);
    }
  }

  private void delete(Context ctx, RegistryRoutes.Target target) {
    boolean removed =
        target.last().indexOf(':') >= 0
            ? registry.manifests().remove(target.repository(), Digest.parse(target.last()))
            : registry.rows().removeTag(target.repository(), target.last());
    if (!removed) {
      throw unknown(target);
    }
    ctx.status(202);
  }

  private OciError unknown(RegistryRoutes.Target target) {
    return registry.rows().repositoryExists(target.repository())
        ? new OciError(
            OciError.Code.MANIFEST_UNKNOWN,
            "'" + target.last() + "' is not in the repository " + target.repository())
        : unknownName(target.repository());
  }

  private void requireRepository(String repository) {
    if (!registry.rows().repositoryExists(repository)) {
      throw unknownName(repository);
    }
  }

  private static OciError unknownName(String repository) {
    return new OciError(
        OciError.Code.NAME_UNKNOWN, "the repository '" + repository + "' does not exist");
  }

  private static int limit(Context ctx) {
    String n = ctx.queryParam("n");
    if (n == null) {
      return PAGE;
    }
    try {
      int limit = Integer.parseInt(n);
      if (limit >= 0) {
        return Math.min(limit, PAGE);
      }
    } catch (NumberFormatException e) {
      // Answered below.
    }
    throw new OciError(
        OciError.Code.UNSUPPORTED, 400, "n must be a number from 0, not '" + n + "'");
  }

  /** The first {@code limit} names, and the address of what follows where there is more. */
  private static List<String> page(Context ctx, String address, List<String> names, int limit) {
    if (limit == 0 || names.size() <= limit) {
      return names.subList(0, Math.min(limit, names.size()));
    }
    String last = names.get(limit - 1);
    ctx.header(
        "Link",
        "<"
            + address
            + "?n="
            + limit
            + "&last="
            + URLEncoder.encode(last, StandardCharsets.UTF_8)
            + ">; rel=\"next\"");
    return names.subList(0, limit);
  }

  private static Map<String, Object> descriptor(Manifest manifest, ManifestDocument document) {
    Map<String, Object> descriptor = new LinkedHashMap<>();
    descriptor.put("mediaType", manifest.mediaType());
    descriptor.put("digest", manifest.digest().toString());
    descriptor.put("size", manifest.content().length);
    putIfKnown(descriptor, "artifactType", document.artifactType());
    String annotations = document.annotations();
    putIfKnown(descriptor, "annotations", annotations == null ? null : Json.tree(annotations));
    return descriptor;
  }

  private static void putIfKnown(Map<String, Object> map, String key, @Nullable Object value) {
    if (value != null) {
      map.put(key, value);
    }
  }
}
