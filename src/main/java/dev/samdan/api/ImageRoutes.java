package dev.samdan.api;

import static dev.samdan.api.Route.delete;
import static dev.samdan.api.Route.get;
import static dev.samdan.api.Route.post;
import static dev.samdan.api.Route.put;
import static dev.samdan.identity.Right.ADMIN;
import static dev.samdan.identity.Right.MAINTAIN;
import static dev.samdan.identity.Right.READ;

import dev.samdan.base.Digest;
import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.operations.Subject;
import dev.samdan.registry.ImageConfig;
import dev.samdan.registry.Manifest;
import dev.samdan.registry.Registry;
import dev.samdan.registry.Space;
import dev.samdan.registry.StoredImage;
import dev.samdan.registry.StoredRepository;
import dev.samdan.registry.TagMutability;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Images, and what is set of their repositories. */
final class ImageRoutes {
  private static final int USUALLY_KEPT = 10;
  private static final int MOST_KEPT = 100_000;

  private final ApiRooms rooms;

  ImageRoutes(ApiRooms rooms) {
    this.rooms = rooms;
  }

  /** One image with what it is made of and why it stays. */
  private record ImageView(
      String repository,
      Digest digest,
      String mediaType,
      List<String> tags,
      long sizeBytes,
      java.time.Instant pushedAt,
      List<Digest> layers,
      ImageConfig config,
      List<String> keptFor) {}

  private record RepositoryView(
      String name,
      java.time.Instant createdAt,
      TagMutability.Mode tagMutability,
      List<String> mutabilityFilters,
      @Nullable JsonNode lifecyclePolicy) {}

  private record Pruned(boolean dryRun, List<StoredImage> images, Space space) {}

  private record Expiring(StoredImage image, int rulePriority) {}

  List<Route> routes() {
    return List.of(
        get("/images", READ, "Images in the registry, newest first", this::list),
        get(
                "/images/show",
                READ,
                "One image: its layers, configuration, and why it stays",
                this::show,
                "repository",
                "reference")
            .about(r -> rooms.subjects().images(r.query("repository"))),
        post(
            "/images/prune",
            MAINTAIN,
            "Remove images beyond the newest of each repository that nothing needs",
            this::prune,
            "keep",
            "dryRun"),
        get(
            "/registry/ecr-hosts",
            READ,
            "Names of ECR under which docker finds the registry, and what a machine needs for it",
            _ -> rooms.ecrHosts().trust()),
        put(
            "/registry/ecr-hosts",
            ADMIN,
            "Serve the registry under these names of ECR and no others",
            r -> rooms.ecrHosts().set(texts(r, "hosts")),
            "hosts"),
        get(
            "/repositories",
            READ,
            "Image repositories and what is set of them",
            this::repositories),
        put(
                "/repositories/tag-mutability",
                MAINTAIN,
                "Say whether tags that exist may move",
                this::mutability,
                "repository",
                "mode",
                "filters")
            .about(this::inBody),
        put(
                "/repositories/lifecycle-policy",
                MAINTAIN,
                "Set a lifecycle policy in ECR's grammar",
                this::policy,
                "repository",
                "policy")
            .about(this::inBody),
        delete(
                "/repositories/lifecycle-policy",
                MAINTAIN,
                "Take the lifecycle policy away",
                r -> {
                  String name = r.requiredQuery("repository");
                  registry().setLifecyclePolicy(name, null);
                  return view(repository(name));
                },
                "repository")
            .about(r -> rooms.subjects().images(r.query("repository"))),
        post(
                "/repositories/lifecycle-policy/preview",
                READ,
                "What a lifecycle policy would expire now",
                r ->
                    Map.of(
                        "images",
                        registry()
                            .previewLifecycle(r.required("repository"), policyText(r))
                            .stream()
                            .map(e -> new Expiring(e.image(), e.rulePriority()))
                            .toList()),
                "repository",
                "policy")
            .about(this::inBody));
  }

  private Subject inBody(Route.Request request) {
    return rooms.subjects().images(request.required("repository"));
  }

  private boolean sees(Route.Request request, String repository) {
    return request.sees(rooms.subjects().images(repository).application());
  }

  private Registry registry() {
    return rooms.registry();
  }

  private Object list(Route.Request request) {
    Space space = registry().space();
    return Map.of(
        "images",
        registry().images().stream().filter(i -> sees(request, i.repository())).toList(),
        "damaged",
        registry().damagedImages().stream().filter(i -> sees(request, i.repository())).toList(),
        "space",
        space,
        "spaceStatus",
        space.status());
  }

  private Object show(Route.Request request) {
    String repository = request.requiredQuery("repository");
    Manifest manifest = registry().manifest(repository, request.requiredQuery("reference"));
    StoredImage image = registry().image(repository, manifest.digest()).orElseThrow();
    return new ImageView(
        repository,
        manifest.digest(),
        manifest.mediaType(),
        image.tags(),
        image.sizeBytes(),
        image.pushedAt(),
        registry().layers(repository, manifest.digest()).layers(),
        registry().config(repository, manifest.digest()),
        registry().pins(repository, manifest.digest()));
  }

  private Object prune(Route.Request request) {
    JsonNode keep = request.body().path("keep");
    if (!keep.isMissingNode() && (!keep.canConvertToInt() || keep.intValue() < 0)) {
      throw PlatformException.invalid("'keep' must be a whole number from 0");
    }
    boolean dry = request.body().path("dryRun").asBoolean(false);
    int kept = keep.isMissingNode() ? USUALLY_KEPT : Math.min(keep.intValue(), MOST_KEPT);
    return new Pruned(dry, registry().prune(kept, dry), registry().space());
  }

  private Object repositories(Route.Request request) {
    return Map.of(
        "repositories",
        registry().repositories().stream()
            .filter(name -> sees(request, name))
            .map(this::repository)
            .map(ImageRoutes::view)
            .toList());
  }

  private Object mutability(Route.Request request) {
    String name = request.required("repository");
    registry()
        .setMutability(
            name, new TagMutability(mode(request.required("mode")), texts(request, "filters")));
    return view(repository(name));
  }

  private static List<String> texts(Route.Request request, String name) {
    List<String> texts = new ArrayList<>();
    request.body().path(name).forEach(text -> texts.add(text.asString("")));
    return texts;
  }

  private static TagMutability.Mode mode(String text) {
    try {
      return TagMutability.Mode.valueOf(text);
    } catch (IllegalArgumentException e) {
      throw new PlatformException(
          PlatformException.Code.INVALID,
          "'"
              + text
              + "' is none of MUTABLE, IMMUTABLE, IMMUTABLE_WITH_EXCLUSION, MUTABLE_WITH_EXCLUSION",
          e);
    }
  }

  private Object policy(Route.Request request) {
    String name = request.required("repository");
    registry().setLifecyclePolicy(name, policyText(request));
    return view(repository(name));
  }

  /** A policy is given as JSON or, as ECR has it, as a text that holds JSON. */
  private static String policyText(Route.Request request) {
    JsonNode policy = request.body().path("policy");
    return policy.isString() ? policy.stringValue() : policy.toString();
  }

  private StoredRepository repository(String name) {
    return registry()
        .repository(name)
        .orElseThrow(() -> PlatformException.notFound("there is no repository " + name));
  }

  private static RepositoryView view(StoredRepository repository) {
    String policy = repository.lifecyclePolicy();
    return new RepositoryView(
        repository.name(),
        repository.createdAt(),
        repository.mutability().mode(),
        repository.mutability().filters(),
        policy == null ? null : Json.tree(policy));
  }
}
