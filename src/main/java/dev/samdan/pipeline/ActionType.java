package dev.samdan.pipeline;

import dev.samdan.base.PlatformException;

/**
 * CodePipeline's actionTypeId: what an action is and who carries it out.
 *
 * @param version always "1" in what AWS ships; no part of what a provider is found by
 */
public record ActionType(Category category, String owner, String provider, String version) {
  public static final ActionType MANUAL_APPROVAL =
      new ActionType(Category.Approval, "AWS", "Manual", "1");

  /** CodePipeline's action categories, in its spelling. */
  public enum Category {
    Source,
    Build,
    Test,
    Deploy,
    Approval,
    Invoke,
    Compute
  }

  /** Parses {@code Build/AWS/CodeBuild}, version 1. */
  public static ActionType parse(String text) {
    String[] words = text.split("/", -1);
    if (words.length == 3 && !words[1].isEmpty() && !words[2].isEmpty()) {
      for (Category category : Category.values()) {
        if (category.name().equals(words[0])) {
          return new ActionType(category, words[1], words[2], "1");
        }
      }
    }
    throw PlatformException.invalid(
        "'" + text + "' is not an action type such as Build/AWS/CodeBuild");
  }

  /** What a provider is registered and found by: {@code Build/AWS/CodeBuild}. */
  public String key() {
    return category + "/" + owner + "/" + provider;
  }

  @Override
  public String toString() {
    return key();
  }
}
