package dev.samdan.registry.aws;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.registry.Registry;
import dev.samdan.registry.StoredImage;
import dev.samdan.registry.StoredRepository;
import dev.samdan.registry.TagMutability;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** ECR's operations on repositories and what is set of them. */
final class RepositoryOperations {
  private final Registry registry;
  private final String address;

  /**
   * @param address where images are pushed to, {@code localhost:7070}
   */
  RepositoryOperations(Registry registry, String address) {
    this.registry = registry;
    this.address = address;
  }

  Map<String, Object> create(Arguments in, Caller caller) {
    String name = in.repository();
    TagMutability mutability = mutability(in);
    try {
      registry.createRepository(name, mutability);
    } catch (PlatformException e) {
      if (e.code() == PlatformException.Code.CONFLICT) {
        throw new AwsError(
            "RepositoryAlreadyExistsException",
            "The repository with name '"
                + name
                + "' already exists in the registry with id '"
                + Caller.ACCOUNT
                + "'");
      }
      throw e;
    }
    return Map.of("repository", view(existing(name), caller));
  }

  Map<String, Object> describe(Arguments in, Caller caller) {
    List<String> asked = in.texts("repositoryNames");
    List<String> names = asked.isEmpty() ? registry.repositories() : asked;
    List<Map<String, Object>> views =
        names.stream().map(this::existing).map(r -> view(r, caller)).toList();
    return in.page("repositories", views, !asked.isEmpty());
  }

  Map<String, Object> delete(Arguments in, Caller caller) {
    StoredRepository repository = existing(in.repository());
    if (!in.flag("force") && !images(repository.name()).isEmpty()) {
      throw new AwsError(
          "RepositoryNotEmptyException",
          "The repository with name '"
              + repository.name()
              + "' in registry with id '"
              + Caller.ACCOUNT
              + "' cannot be deleted because it still contains images");
    }
    try {
      registry.deleteRepository(repository.name());
    } catch (PlatformException e) {
      throw new AwsError("RepositoryNotEmptyException", e.text());
    }
    return Map.of("repository", view(repository, caller));
  }

  Map<String, Object> putMutability(Arguments in, Caller caller) {
    StoredRepository repository = existing(in.repository());
    in.required("imageTagMutability");
    TagMutability mutability = mutability(in);
    registry.setMutability(repository.name(), mutability);
    Map<String, Object> answer = named(repository.name());
    answer.putAll(view(mutability));
    return answer;
  }

  Map<String, Object> putLifecyclePolicy(Arguments in, Caller caller) {
    StoredRepository repository = existing(in.repository());
    String text = in.required("lifecyclePolicyText");
    try {
      registry.setLifecyclePolicy(repository.name(), text);
    } catch (PlatformException e) {
      throw Arguments.invalid(
          "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: '"
              + e.text()
              + "'");
    }
    Map<String, Object> answer = named(repository.name());
    answer.put("lifecyclePolicyText", text);
    return answer;
  }

  Map<String, Object> getLifecyclePolicy(Arguments in, Caller caller) {
    StoredRepository repository = existing(in.repository());
    Map<String, Object> answer = named(repository.name());
    answer.put("lifecyclePolicyText", policy(repository));
    return answer;
  }

  Map<String, Object> deleteLifecyclePolicy(Arguments in, Caller caller) {
    StoredRepository repository = existing(in.repository());
    Map<String, Object> answer = named(repository.name());
    answer.put("lifecyclePolicyText", policy(repository));
    registry.setLifecyclePolicy(repository.name(), null);
    return answer;
  }

  /** Computed when it is asked for, so it is complete at once. */
  Map<String, Object> previewLifecyclePolicy(Arguments in, Caller caller) {
    StoredRepository repository = existing(in.repository());
    String given = in.text("lifecyclePolicyText");
    String text = given == null ? policy(repository) : given;
    List<Map<String, Object>> results = new ArrayList<>();
    registry
        .previewLifecycle(repository.name(), text)
        .forEach(expiring -> {
          Map<String, Object> result = new LinkedHashMap<>();
          StoredImage image = expiring.image();
          result.put("imageTags", image.tags());
          result.put("imageDigest", image.digest().toString());
          result.put("imagePushedAt", seconds(image.pushedAt()));
          result.put("action", Map.of("type", "EXPIRE"));
          result.put("appliedRulePriority", expiring.rulePriority());
          results.add(result);
        });
    Map<String, Object> answer = named(repository.name());
    answer.put("lifecyclePolicyText", text);
    answer.put("status", "COMPLETE");
    answer.putAll(in.page("previewResults", results, false));
    answer.put("summary", Map.of("expiringImageTotalCount", results.size()));
    return answer;
  }

  /** The repository of this name, or AWS's refusal. */
  StoredRepository existing(String name) {
    return registry
        .repository(name)
        .orElseThrow(() ->
            new AwsError(
                "RepositoryNotFoundException",
                "The repository with name '"
                    + name
                    + "' does not exist in the registry with id '"
                    + Caller.ACCOUNT
                    + "'"));
  }

  /** Newest first. */
  List<StoredImage> images(String repository) {
    return registry.images().stream().filter(i -> i.repository().equals(repository)).toList();
  }

  static double seconds(java.time.Instant at) {
    return at.toEpochMilli() / 1000.0;
  }

  static Map<String, Object> named(String repository) {
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("registryId", Caller.ACCOUNT);
    answer.put("repositoryName", repository);
    return answer;
  }

  private static String policy(StoredRepository repository) {
    String policy = repository.lifecyclePolicy();
    if (policy == null) {
      throw new AwsError(
          "LifecyclePolicyNotFoundException",
          "Lifecycle policy does not exist for the repository with name '"
              + repository.name()
              + "' in the registry with id '"
              + Caller.ACCOUNT
              + "'");
    }
    return policy;
  }

  private static TagMutability mutability(Arguments in) {
    String mode = in.text("imageTagMutability");
    List<String> filters = new ArrayList<>();
    for (JsonNode filter : in.list("imageTagMutabilityExclusionFilters")) {
      filters.add(filter.path("filter").asString(""));
    }
    try {
      return mode == null
          ? TagMutability.MUTABLE
          : new TagMutability(TagMutability.Mode.valueOf(mode), filters);
    } catch (IllegalArgumentException e) {
      throw Arguments.invalid("imageTagMutability: '" + mode + "' is not one of ECR's modes");
    }
  }

  private Map<String, Object> view(StoredRepository repository, Caller caller) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("repositoryArn", caller.repositoryArn(repository.name()));
    view.putAll(named(repository.name()));
    view.put("repositoryUri", address + "/" + repository.name());
    view.put("createdAt", seconds(repository.createdAt()));
    view.putAll(view(repository.mutability()));
    view.put("imageScanningConfiguration", Map.of("scanOnPush", false));
    view.put("encryptionConfiguration", Map.of("encryptionType", "AES256"));
    return view;
  }

  private static Map<String, Object> view(TagMutability mutability) {
    Map<String, Object> view = new LinkedHashMap<>();
    view.put("imageTagMutability", mutability.mode().name());
    if (!mutability.filters().isEmpty()) {
      view.put(
          "imageTagMutabilityExclusionFilters",
          mutability.filters().stream()
              .map(f -> Map.of("filterType", "WILDCARD", "filter", f))
              .toList());
    }
    return view;
  }

  /** What is registered goes back as JSON. */
  static JsonNode tree(String json) {
    return Json.tree(json);
  }
}
