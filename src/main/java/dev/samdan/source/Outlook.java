package dev.samdan.source;

import dev.samdan.application.Tier;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change would bring to a branch.
 *
 * @param tiers that change there
 * @param pipelines that would start
 * @param migrations files that change the database's structure, as their paths tell
 * @param baseImage files of the change that the base image is made of; empty where it stays
 * @param invalid what is wrong with the declaration, a line each; null where it is valid
 */
public record Outlook(
    List<Tier> tiers,
    List<String> pipelines,
    List<String> migrations,
    List<String> baseImage,
    @Nullable String invalid) {
  public static final Outlook NOTHING =
      new Outlook(List.of(), List.of(), List.of(), List.of(), null);

  public Outlook {
    tiers = List.copyOf(tiers);
    pipelines = List.copyOf(pipelines);
    migrations = List.copyOf(migrations);
    baseImage = List.copyOf(baseImage);
  }
}
