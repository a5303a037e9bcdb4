package dev.samdan.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code samdan image}: images in the registry. */
@Command(name = "image", description = "Images in the registry: list, show, prune.")
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
    for (JsonNode image : answer.path("damaged")) {
      System.err.println(
          "damaged on disk: "
              + text(image, "repository")
              + "@"
              + text(image, "digest")
              + "; build or push it again");
    }
    warnOfSpace(answer);
  }

  private static void warnOfSpace(JsonNode answer) {
    String status = text(answer, "spaceStatus");
    if (!status.equals("OK")) {
      System.err.printf(
          "%s: %d MiB of the disk are free, and images leave %d MiB of it; samdan image prune frees"
              + " some%n",
          status.equals("FULL") ? "no image is taken any more" : "room is getting low",
          answer.path("space").path("free").asLong() >> 20,
          answer.path("space").path("reserve").asLong() >> 20);
    }
  }

  @Command(description = "Shows one image: its layers, how it starts, and why it stays.")
  void show(
      @Parameters(paramLabel = "REPOSITORY[:TAG|@DIGEST]", description = "Without either: latest.")
          String image) {
    int at = image.indexOf('@');
    int colon = image.lastIndexOf(':');
    boolean tagged = at < 0 && colon > image.lastIndexOf('/');
    String repository =
        at >= 0 ? image.substring(0, at) : tagged ? image.substring(0, colon) : image;
    String reference =
        at >= 0 ? image.substring(at + 1) : tagged ? image.substring(colon + 1) : "latest";
    JsonNode answer =
        api()
            .get(
                "/images/show?repository="
                    + encode(repository)
                    + "&reference="
                    + encode(reference));
    if (wantsJson()) {
      print(answer);
      return;
    }
    JsonNode config = answer.path("config");
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("digest", text(answer, "digest")));
    rows.add(List.of("tags", joined(answer.path("tags"))));
    rows.add(List.of("size", text(answer, "sizeBytes") + " bytes"));
    rows.add(List.of("pushed", text(answer, "pushedAt")));
    rows.add(List.of("entrypoint", joined(config.path("entrypoint"))));
    rows.add(List.of("command", joined(config.path("cmd"))));
    rows.add(List.of("ports", joined(config.path("exposedPorts"))));
    rows.add(List.of("volumes", joined(config.path("volumes"))));
    answer.path("layers").forEach(layer -> rows.add(List.of("layer", layer.asString(""))));
    answer.path("keptFor").forEach(reason -> rows.add(List.of("kept for", reason.asString(""))));
    table(List.of("IMAGE", repository), rows);
  }

  @Command(
      description =
          "Removes images beyond the newest of each repository; what is deployed or kept for a"
              + " rollback stays.")
  void prune(
      @Option(
              names = "--keep",
              defaultValue = "10",
              description = "How many of each repository stay (default: 10).")
          int keep,
      @Option(names = "--dry-run", description = "Only say what would be removed.")
          boolean dryRun) {
    JsonNode answer = api().post("/images/prune", Map.of("keep", keep, "dryRun", dryRun));
    if (wantsJson()) {
      print(answer);
      return;
    }
    JsonNode images = answer.path("images");
    for (JsonNode image : images) {
      System.out.println(text(image, "repository") + "@" + text(image, "digest"));
    }
    System.out.println(
        images.size()
            + (images.size() == 1 ? " image " : " images ")
            + (dryRun ? "would be removed." : "removed."));
  }

  private static String joined(JsonNode list) {
    List<String> all = new ArrayList<>();
    list.forEach(one -> all.add(one.asString("")));
    return all.isEmpty() ? "-" : String.join(" ", all);
  }
}
