package dev.samdan.registry;

import dev.samdan.base.Json;
import dev.samdan.base.PlatformException;
import dev.samdan.registry.LifecyclePolicy.Count;
import dev.samdan.registry.LifecyclePolicy.Rule;
import dev.samdan.registry.LifecyclePolicy.TagStatus;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** Reads the JSON of a lifecycle policy by ECR's grammar and tells all problems at once. */
final class LifecyclePolicyReader {
  private static final int MOST_RULES = 50;
  private static final int LONGEST = 30_720;
  private static final int MOST_STARS = 4;
  private static final Set<String> RULE_KEYS =
      Set.of("rulePriority", "description", "selection", "action");
  private static final Set<String> SELECTION_KEYS =
      Set.of(
          "tagStatus",
          "tagPatternList",
          "tagPrefixList",
          "storageClass",
          "countType",
          "countUnit",
          "countNumber");

  private final List<String> problems = new ArrayList<>();

  LifecyclePolicy read(String json) {
    if (json.length() > LONGEST) {
      throw LifecyclePolicy.invalid(
          List.of("it has " + json.length() + " characters; the most is " + LONGEST));
    }
    JsonNode rules = tree(json).path("rules");
    if (!rules.isArray() || rules.isEmpty() || rules.size() > MOST_RULES) {
      throw LifecyclePolicy.invalid(List.of("rules must be a list of 1 to " + MOST_RULES));
    }
    List<Rule> read = new ArrayList<>();
    for (int i = 0; i < rules.size(); i++) {
      read.add(rule("rules[" + i + "]", rules.path(i)));
    }
    checkTogether(read);
    if (!problems.isEmpty()) {
      throw LifecyclePolicy.invalid(problems);
    }
    return new LifecyclePolicy(read);
  }

  private static JsonNode tree(String json) {
    try {
      return Json.tree(json);
    } catch (PlatformException e) {
      throw LifecyclePolicy.invalid(List.of(e.text()));
    }
  }

  private void checkTogether(List<Rule> rules) {
    Set<Integer> priorities = new HashSet<>();
    rules.stream()
        .filter(r -> !priorities.add(r.priority()))
        .forEach(r -> problems.add("rulePriority " + r.priority() + " is given twice"));
    int last = rules.stream().mapToInt(Rule::priority).max().orElse(0);
    rules.stream()
        .filter(r -> r.tagStatus() == TagStatus.ANY && r.priority() != last)
        .forEach(r ->
            problems.add(
                "rulePriority "
                    + r.priority()
                    + " selects any image, so it must have the highest number"));
    if (rules.stream().filter(r -> r.tagStatus() == TagStatus.UNTAGGED).count() > 1) {
      problems.add("more than one rule selects untagged images");
    }
  }

  private Rule rule(String where, JsonNode rule) {
    checkKeys(where, rule, RULE_KEYS);
    JsonNode selection = rule.path("selection");
    checkKeys(where + ".selection", selection, SELECTION_KEYS);
    int priority = atLeastOne(where + ".rulePriority", rule.path("rulePriority"));
    TagStatus status = tagStatus(where, selection);
    if (!rule.path("action").path("type").asString("").equals("expire")) {
      problems.add(where + ".action.type must be expire; images are not moved to an archive here");
    }
    if (selection.path("storageClass").asString("standard").equals("archive")) {
      problems.add(where + ".selection.storageClass: there is no archive here");
    }
    return new Rule(
        priority,
        rule.path("description").asString(""),
        status,
        patterns(where + ".selection", selection, status),
        count(where + ".selection", selection));
  }

  private TagStatus tagStatus(String where, JsonNode selection) {
    String text = selection.path("tagStatus").asString("");
    return switch (text) {
      case "tagged" -> TagStatus.TAGGED;
      case "untagged" -> TagStatus.UNTAGGED;
      case "any" -> TagStatus.ANY;
      default -> {
        problems.add(where + ".selection.tagStatus must be tagged, untagged or any");
        yield TagStatus.ANY;
      }
    };
  }

  private List<String> patterns(String where, JsonNode selection, TagStatus status) {
    boolean prefixes = selection.has("tagPrefixList");
    boolean wildcards = selection.has("tagPatternList");
    if (status != TagStatus.TAGGED) {
      if (prefixes || wildcards) {
        problems.add(where + ": tag lists go with tagStatus tagged only");
      }
      return List.of();
    }
    JsonNode list = selection.path(prefixes ? "tagPrefixList" : "tagPatternList");
    if (prefixes == wildcards || !list.isArray() || list.isEmpty()) {
      problems.add(
          where + ": tagStatus tagged needs either tagPatternList or tagPrefixList, not empty");
      return List.of();
    }
    List<String> patterns = new ArrayList<>();
    for (JsonNode one : list) {
      String text = one.asString("");
      long stars = text.chars().filter(c -> c == '*').count();
      if (!one.isString() || text.isEmpty() || stars > (prefixes ? 0 : MOST_STARS)) {
        problems.add(
            where
                + ": '"
                + text
                + "' is not a tag's "
                + (prefixes ? "prefix" : "pattern (at most 4 *)"));
      }
      patterns.add(prefixes ? text + "*" : text);
    }
    return patterns;
  }

  private Count count(String where, JsonNode selection) {
    int number = atLeastOne(where + ".countNumber", selection.path("countNumber"));
    boolean unit = selection.has("countUnit");
    String type = selection.path("countType").asString("");
    switch (type) {
      case "imageCountMoreThan" -> {
        if (unit) {
          problems.add(where + ".countUnit does not go with imageCountMoreThan");
        }
        return new Count.MoreThan(number);
      }
      case "sinceImagePushed" -> {
        if (!selection.path("countUnit").asString("").equals("days")) {
          problems.add(where + ".countUnit must be days");
        }
        return new Count.SincePushed(number);
      }
      case "sinceImagePulled", "sinceImageTransitioned" ->
          problems.add(where + ".countType " + type + " belongs to the archive, which is not here");
      default -> problems.add(where + ".countType must be imageCountMoreThan or sinceImagePushed");
    }
    return new Count.MoreThan(number);
  }

  private int atLeastOne(String where, JsonNode node) {
    if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < 1) {
      problems.add(where + " must be a whole number from 1");
      return 1;
    }
    return node.intValue();
  }

  private void checkKeys(String where, JsonNode node, Set<String> known) {
    if (!node.isObject()) {
      problems.add(where + " must be an object");
      return;
    }
    node.propertyNames().stream()
        .filter(key -> !known.contains(key))
        .forEach(key -> problems.add(where + "." + key + " is not known"));
  }
}
