package dev.samdan.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code samdan image}: images in the registry. */
@Command(name = "image", description = "Images in the registry: list.")
public final class ImageCommand extends Verb {
  @Command(description = "Lists the images, newest first.")
  void list() {
    JsonNode answer = api().get("/images");
    if (wantsJson()) {
      print(answer);
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    for (JsonNode image : answer.path("images")) {
      List<String> tags = new ArrayList<>();
      image.path("tags").forEach(t -> tags.add(brief(t.asString())));
      rows.add(
          List.of(
              text(image, "repository"),
              text(image, "digest").replaceFirst("^(sha256:.{12}).*", "$1"),
              String.join(", ", tags),
              text(image, "sizeBytes"),
              text(image, "pushedAt")));
    }
    table(List.of("REPOSITORY", "DIGEST", "TAGS", "BYTES", "PUSHED"), rows);
  }
}
