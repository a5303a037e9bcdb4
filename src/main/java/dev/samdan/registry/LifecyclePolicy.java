package dev.samdan.registry;

import dev.samdan.base.Digest;
import dev.samdan.base.PlatformException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which images of a repository expire (Amazon ECR user guide, "Automate the cleanup of images by
 * using lifecycle policies"). Rules look at one snapshot; an image is acted on by one rule at most,
 * and one that a rule of higher priority selects is never expired by a later one.
 *
 * @param rules the highest priority, which is the lowest number, first
 */
public record LifecyclePolicy(List<Rule> rules) {
  public LifecyclePolicy {
    rules = rules.stream().sorted(Comparator.comparingInt(Rule::priority)).toList();
  }

  /** What a rule selects by tag. */
  public enum TagStatus {
    TAGGED,
    UNTAGGED,
    ANY
  }

  /** When a selected image expires. */
  public sealed interface Count {
    /** Those after the newest {@code number}. */
    record MoreThan(int number) implements Count {}

    /** Those pushed more than {@code days} ago. */
    record SincePushed(int days) implements Count {}
  }

  /**
   * One rule that expires images.
   *
   * @param patterns wildcards, each of which one of the image's tags must match; only of TAGGED
   */
  public record Rule(
      int priority, String description, TagStatus tagStatus, List<String> patterns, Count count) {
    public Rule {
      patterns = List.copyOf(patterns);
    }

    boolean selects(StoredImage image) {
      return switch (tagStatus) {
        case ANY -> true;
        case UNTAGGED -> image.tags().isEmpty();
        case TAGGED ->
            !image.tags().isEmpty()
                && patterns.stream()
                    .allMatch(p -> image.tags().stream().anyMatch(t -> Wildcard.matches(p, t)));
      };
    }
  }

  /** An image that a rule expires. */
  public record Expiring(StoredImage image, int rulePriority) {}

  /** Reads a policy; INVALID with all that is wrong with it. */
  public static LifecyclePolicy parse(String json) {
    return new LifecyclePolicyReader().read(json);
  }

  /**
   * What expires now, in the order of the rules; what other images or deployments need included.
   */
  public List<Expiring> expiring(List<StoredImage> images, Instant now) {
    List<StoredImage> newest =
        images.stream()
            .sorted(
                Comparator.comparing(StoredImage::pushedAt)
                    .reversed()
                    .thenComparing(i -> i.digest().toString()))
            .toList();
    Set<Digest> taken = new HashSet<>();
    Map<Digest, Expiring> expiring = new LinkedHashMap<>();
    for (Rule rule : rules) {
      List<StoredImage> selected =
          newest.stream().filter(i -> !taken.contains(i.digest())).filter(rule::selects).toList();
      for (StoredImage image : beyond(rule.count(), selected, now)) {
        expiring.put(image.digest(), new Expiring(image, rule.priority()));
      }
      selected.forEach(image -> taken.add(image.digest()));
    }
    return new ArrayList<>(expiring.values());
  }

  private static List<StoredImage> beyond(Count count, List<StoredImage> selected, Instant now) {
    return switch (count) {
      case Count.MoreThan more ->
          selected.subList(Math.min(more.number(), selected.size()), selected.size());
      case Count.SincePushed since -> {
        Instant oldest = now.minus(Duration.ofDays(since.days()));
        yield selected.stream().filter(i -> i.pushedAt().isBefore(oldest)).toList();
      }
    };
  }

  static PlatformException invalid(List<String> problems) {
    return PlatformException.invalid(
        "the lifecycle policy is not valid: " + String.join("; ", problems));
  }
}
